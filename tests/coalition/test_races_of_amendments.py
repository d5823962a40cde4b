"""Two at once at one text: the second is judged by what the first left behind."""

import pytest
from sqlalchemy import func, select

from forum.coalition.actions import amendments as actions
from forum.coalition.lifecycle import AmendmentState, TextPart
from forum.coalition.models import Amendment, Proposal, ProposalVersion
from forum.db import db
from forum.lib.permission import WrongState
from tests.factories.coalition_votes import in_discussion, open_vote, row
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


@pytest.fixture(autouse=True)
def noon(app, clock_at):
    clock_at("2026-05-01T12:00")


@pytest.fixture
def proposal(cast):
    made = in_discussion(cast)
    db.session.commit()
    return made


def proposed(cast, proposal, passage, words):
    made = actions.propose(
        viewer(cast.member),
        row(proposal, cast.member),
        part=TextPart.ASK,
        passage=passage,
        words=words,
        why="Así se entiende.",
        language="es",
    )
    db.session.commit()
    return made


def taking(person, proposal, amendment):
    who, seen, inner = viewer(person), row(proposal, person), amendment.id
    return lambda: actions.take(who, seen, inner)


def versions():
    return db.session.scalars(select(func.count()).select_from(ProposalVersion)).one()


def test_of_two_who_take_the_same_change_at_once_one_does(cast, proposal, one_after_the_other):
    amendment = proposed(cast, proposal, "una guía", "una guía breve")
    who = taking(cast.delegate, proposal, amendment), taking(cast.alternate, proposal, amendment)
    first, second = one_after_the_other(*who)
    assert first == "done"
    assert isinstance(second, WrongState)
    assert versions() == 2


@pytest.mark.parametrize("first", ["taken", "taken back"])
def test_a_change_taken_and_taken_back_at_once_is_one_of_both(
    cast, proposal, one_after_the_other, first
):
    amendment = proposed(cast, proposal, "una guía", "una guía breve")
    who, seen, inner = viewer(cast.member), row(proposal, cast.member), amendment.id
    both = [taking(cast.delegate, proposal, amendment), lambda: actions.withdraw(who, seen, inner)]
    done, late = one_after_the_other(*(both if first == "taken" else reversed(both)))
    assert done == "done"
    assert isinstance(late, WrongState)
    is_taken = first == "taken"
    state = AmendmentState.TAKEN if is_taken else AmendmentState.WITHDRAWN
    assert db.session.scalars(select(Amendment.state)).one() is state
    assert versions() == (2 if is_taken else 1)


def test_two_changes_taken_at_once_are_both_in_the_text(cast, proposal, one_after_the_other):
    one = proposed(cast, proposal, "una guía", "una guía breve")
    other = proposed(cast, proposal, "Publicar", "Preparar")
    taken = taking(cast.delegate, proposal, one), taking(cast.alternate, proposal, other)
    assert one_after_the_other(*taken) == ["done", "done"]
    newest = select(ProposalVersion.ask).order_by(ProposalVersion.number.desc())
    assert db.session.scalars(newest).first() == "Preparar una guía breve."
    assert versions() == 3


def test_two_changes_of_the_same_words_are_not_both_taken(cast, proposal, one_after_the_other):
    one = proposed(cast, proposal, "una guía", "una guía breve")
    other = proposed(cast, proposal, "una guía.", "un manual.")
    taken = taking(cast.delegate, proposal, one), taking(cast.alternate, proposal, other)
    first, second = one_after_the_other(*taken)
    assert first == "done"
    assert isinstance(second, WrongState)
    states = list(db.session.scalars(select(Amendment.state).order_by(Amendment.id)))
    assert states == [AmendmentState.TAKEN, AmendmentState.OPEN]


def test_nothing_is_taken_into_a_text_that_is_being_frozen(cast, proposal, one_after_the_other):
    amendment = proposed(cast, proposal, "una guía", "una guía breve")
    late = taking(cast.delegate, proposal, amendment)
    first, second = one_after_the_other(
        lambda: open_vote(cast, db.session.get_one(Proposal, proposal.id)), late
    )
    assert first == "done"
    assert isinstance(second, WrongState)
    assert versions() == 1
    assert db.session.scalars(select(Amendment.state)).one() is AmendmentState.LAPSED
