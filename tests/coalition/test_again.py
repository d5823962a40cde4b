"""Tabling a proposal again: once, as a proposal of its own, with new evidence."""

import threading
import time

import pytest
from sqlalchemy import select

from forum.activity.models import Event
from forum.coalition.actions.again import table_again
from forum.coalition.actions.moves import move
from forum.coalition.lifecycle import ProposalStatus
from forum.coalition.models import Proposal, ProposalVersion
from forum.db import db
from forum.lib.permission import Forbidden, Refused, WrongState
from tests.browserless import path_of
from tests.factories.coalition_votes import in_discussion, row, submitted
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

NEW = "Tres proyectos midieron los costos en 2026."


@pytest.fixture
def missed(cast):
    """One that was not adopted."""
    made = in_discussion(cast)
    made.status = ProposalStatus.NOT_ADOPTED
    db.session.commit()
    return made


def again(person, earlier, **more):
    made = table_again(
        viewer(person), row(earlier, person), **({"new_evidence": NEW, "language": "es"} | more)
    )
    db.session.commit()
    return made


def shown(proposal):
    """It is shown to the coalition."""
    held = db.session.get_one(Proposal, proposal.id)
    move(held, ProposalStatus.SEEKING_COSPONSORS)
    held.shared_at = held.created_at
    db.session.commit()


@pytest.mark.both_databases
def test_a_proposal_that_was_not_adopted_is_drafted_again_with_its_text(cast, missed):
    made = again(cast.delegates["encinos"], missed)
    assert (made.status, made.again_of_id, made.new_evidence) == (
        ProposalStatus.DRAFT,
        missed.id,
        NEW,
    )
    assert made.project_id == cast.projects["encinos"].id
    of_it = select(ProposalVersion).where(ProposalVersion.proposal_id == made.id)
    text = db.session.scalars(of_it).one()
    assert (text.number, text.ask) == (1, "Publicar una guía.")
    event = db.session.scalars(select(Event).where(Event.verb == "proposal.tabled_again")).one()
    assert event.space_id is None  # a draft is its author's


def test_an_answered_one_is_tabled_again_too(cast):
    earlier = submitted(cast)
    earlier.status = ProposalStatus.ANSWERED
    db.session.commit()
    assert again(cast.member, earlier).again_of_id == earlier.id


@pytest.mark.parametrize("status", ["in_discussion", "voting", "adopted", "submitted"])
def test_what_is_still_on_its_way_is_not_tabled_again(cast, status):
    made = in_discussion(cast)
    made.status = ProposalStatus(status)
    if status == "submitted":
        made.number, made.submitted_at = "LAC-2026-009", made.discussion_at
    db.session.commit()
    with pytest.raises(WrongState):
        again(cast.member, made)


def test_it_needs_new_evidence_and_somebody_of_a_member_project(cast, missed):
    with pytest.raises(Refused) as refused:
        again(cast.member, missed, new_evidence="")
    assert refused.value.field == "new_evidence"
    with pytest.raises(Forbidden):
        again(cast.facilitator, missed)


@pytest.mark.both_databases
def test_of_several_drafts_the_first_that_is_shown_is_the_one(cast, missed):
    first, second = again(cast.member, missed), again(cast.delegates["encinos"], missed)
    shown(first)
    with pytest.raises(WrongState, match="done once"):
        shown(second)
    db.session.rollback()
    with pytest.raises(WrongState, match="done once"):
        again(cast.delegates["rio-claro"], missed)


@pytest.mark.both_databases
def test_two_shown_at_once_are_not_both_the_one(cast, missed, race):
    drafts = again(cast.member, missed), again(cast.delegates["encinos"], missed)
    ids, moved = [one.id for one in drafts], threading.Event()

    def act(i):
        db.session.rollback()  # nothing is read yet
        if i == 1:
            assert moved.wait(20)
        held = db.session.get_one(Proposal, ids[i], with_for_update=True)
        move(held, ProposalStatus.SEEKING_COSPONSORS)
        if i == 0:
            db.session.flush()
            moved.set()
            time.sleep(0.4)  # time enough for the second to stand before the lock
        db.session.commit()
        return "done"

    first, second = race(2, act)
    assert first == "done"
    assert isinstance(second, WrongState)


def test_what_was_tabled_again_is_not_tabled_a_third_time(cast, missed):
    second = again(cast.member, missed)
    shown(second)
    held = db.session.get_one(Proposal, second.id)
    held.status = ProposalStatus.NOT_ADOPTED
    db.session.commit()
    with pytest.raises(WrongState, match="done once"):
        again(cast.member, held)


def test_both_name_each_other_for_who_sees_both(cast, missed, sign_in):
    client = sign_in(cast.member)
    page = client.get(f"/proposals/{missed.public_id}").text
    assert f"/proposals/{missed.public_id}/again" in page
    sent = client.send(f"/proposals/{missed.public_id}/again", new_evidence=NEW, language="es")
    address = path_of(sent).removesuffix("/versions/new")
    assert f'href="/proposals/{missed.public_id}"' in client.get(address).text
    assert NEW in client.get(address).text
    assert f'href="{address}"' in client.get(f"/proposals/{missed.public_id}").text
    other = sign_in(cast.delegates["encinos"])
    assert address not in other.get(f"/proposals/{missed.public_id}").text  # a draft still
    made = db.session.scalars(select(Proposal).where(Proposal.again_of_id == missed.id)).one()
    shown(made)
    assert f'href="{address}"' in other.get(f"/proposals/{missed.public_id}").text
    assert (
        f"/proposals/{missed.public_id}/again"
        not in other.get(f"/proposals/{missed.public_id}").text
    )


def test_staff_learn_nothing_of_an_earlier_one_they_do_not_see(cast, missed, sign_in):
    made = again(cast.member, missed)
    held = db.session.get_one(Proposal, made.id)
    held.status, held.number, held.submitted_at = ProposalStatus.SUBMITTED, "LAC-2026-007", (
        held.created_at
    )  # fmt: skip
    held.space_id = cast.spaces["network"].id
    db.session.commit()
    page = sign_in(cast.staff).get(f"/proposals/{made.public_id}").text
    assert NEW in page
    assert missed.public_id not in page
    assert "tabled" not in page


def test_nothing_new_comes_back_with_what_was_typed(cast, missed, sign_in):
    client = sign_in(cast.member)
    refused = client.send(f"/proposals/{missed.public_id}/again", new_evidence="", language="es")
    assert refused.status_code == 422
