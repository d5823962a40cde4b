"""Two at once on a proposal's way into discussion: the second is judged by what the first left.

Without the lock on the proposal's row three of these fail on PostgreSQL; the other three hold then
by chance, since both sides happen to write the same other rows.
"""

import pytest
from sqlalchemy import func, select
from werkzeug.exceptions import NotFound

from forum.coalition.actions import discussion, form_check, merging, support
from forum.coalition.lifecycle import ProposalStatus
from forum.coalition.models import Coalition, CoAuthor, CoSponsor, Proposal, ProposalMove
from forum.coalition.tally import Rules
from forum.db import db
from forum.discussions.models import Thread
from forum.lib.permission import Refused, WrongState
from tests.factories import coalition as make
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


@pytest.fixture(autouse=True)
def week(app, cast):
    make.wait_for_the_form(cast)


def by(person, proposal, action, **more):
    """That person's action, with the proposal as they saw it before."""
    who, seen = viewer(person), make.row(proposal, person)
    return lambda: action(who, seen, **more)


def count(model):
    return db.session.scalars(select(func.count()).select_from(model)).one()


def status(proposal):
    db.session.expire_all()
    return db.session.get_one(Proposal, proposal.id).status


def test_of_two_who_check_the_form_at_once_one_does(cast, one_after_the_other):
    made = make.shared(cast)
    why = {"reason": "Falta algo.", "language": "es"}
    passing = by(cast.facilitator, made, form_check.pass_form, version=1)
    returning = by(cast.facilitator, made, form_check.return_to_authors, version=1, **why)
    db.session.commit()
    first, second = one_after_the_other(passing, returning)
    assert first == "done"
    assert isinstance(second, WrongState)
    assert status(made) is ProposalStatus.SEEKING_COSPONSORS
    assert count(ProposalMove) == 2  # shown, and found in order


def test_what_is_being_returned_is_not_found_in_order(cast, one_after_the_other):
    made = make.backed(cast, make.shared(cast), "encinos")
    why = {"reason": "Falta algo.", "language": "es"}
    passing = by(cast.facilitator, made, form_check.pass_form, version=1)
    returning = by(cast.facilitator, made, form_check.return_to_authors, version=1, **why)
    db.session.commit()
    first, second = one_after_the_other(returning, passing)
    assert first == "done"
    assert isinstance(second, NotFound)
    assert status(made) is ProposalStatus.DRAFT
    assert count(Thread) == 0


def test_of_the_last_two_who_were_missing_one_begins_the_discussion(cast, one_after_the_other):
    rules = Rules(few_members=6)  # two must back it
    db.session.get_one(Coalition, cast.coalition.id).rules = rules.as_json()
    made = make.passed(cast, make.shared(cast))
    backing = [
        by(cast.delegates[slug], made, support.cosponsor) for slug in ("encinos", "yerba-alta")
    ]
    db.session.commit()
    assert one_after_the_other(*backing) == ["done", "done"]
    assert status(made) is ProposalStatus.IN_DISCUSSION
    assert (count(CoSponsor), count(Thread)) == (2, 1)


def test_a_co_sponsor_and_the_check_at_once_begin_it_once(cast, one_after_the_other):
    made = make.shared(cast)
    backing = by(cast.delegates["encinos"], made, support.cosponsor)
    passing = by(cast.facilitator, made, form_check.pass_form, version=1)
    db.session.commit()
    assert one_after_the_other(backing, passing) == ["done", "done"]
    assert status(made) is ProposalStatus.IN_DISCUSSION
    assert count(Thread) == 1


def test_the_discussion_does_not_begin_without_the_one_who_is_leaving(
    cast, one_after_the_other, clock_at
):
    clock_at("2026-05-01T12:00")
    made = make.backed(cast, make.shared(cast), "encinos")
    clock_at("2026-05-09T12:00")
    leaving = by(cast.delegates["encinos"], made, support.stop_cosponsoring)
    starting = by(cast.delegate, made, discussion.start_discussion)
    db.session.commit()
    first, second = one_after_the_other(leaving, starting)
    assert first == "done"
    assert isinstance(second, Refused)
    assert status(made) is ProposalStatus.SEEKING_COSPONSORS


def test_both_sides_agree_at_once_and_it_is_merged_once(cast, one_after_the_other):
    encinos = cast.delegates["encinos"]
    source, target = make.shared(cast, encinos), make.discussed(cast)
    form_check.suggest_merge(
        viewer(cast.facilitator),
        make.row(source, cast.facilitator),
        target=make.row(target, cast.facilitator),
        reason="Piden lo mismo.",
        language="es",
    )
    agreeing = [by(who, source, merging.accept_merge) for who in (encinos, cast.delegate)]
    db.session.commit()
    assert one_after_the_other(*agreeing) == ["done", "done"]
    assert status(source) is ProposalStatus.MERGED
    assert count(CoAuthor) == 1
