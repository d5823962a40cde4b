"""Two at once at an answer: one is given, and what is said of it is said of what was read."""

from datetime import date

import pytest
from sqlalchemy import func, select

from forum.activity.models import Event
from forum.coalition.actions import closing, commitments, extensions, ratings, responses
from forum.coalition.actions.responses import CommitmentText
from forum.coalition.lifecycle import CommitmentStatus, ProposalStatus, ResponseKind, Verdict
from forum.coalition.models import Commitment, Proposal, Rating, Response, ResponseDraft
from forum.coalition.queries import responses as queries
from forum.db import db
from forum.lib.permission import WrongState
from forum.web.forms import Stale
from tests.factories.coalition_votes import CAST_SLUGS, row, submitted, text
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

LATER = date(2026, 7, 3)  # 30 days after the last day


@pytest.fixture
def proposal(cast, clock_at, app):
    clock_at("2026-04-04T18:00")  # due on 3 June
    made = submitted(cast)
    db.session.commit()
    return made


@pytest.fixture
def answered(cast, proposal):
    due = date(2026, 5, 1)
    promised = [CommitmentText("La guía", "Equipo técnico", due)]
    publishing(cast.staff, proposal, commitments=promised)()
    db.session.commit()
    return proposal


def publishing(who, proposal, **more):
    me, seen = viewer(who), row(proposal, who)
    return lambda: responses.publish(me, seen, text(**more), version=0)


def correcting(who, proposal, reasons="Se hará entera."):
    me, seen = viewer(who), row(proposal, who)
    newest = queries.newest_answer(proposal.id).public_id
    return lambda: responses.correct(me, seen, text(reasons=reasons), corrects=newest)


def rating(who, proposal):
    me, seen = viewer(who), row(proposal, who)
    newest = queries.newest_answer(proposal.id).public_id
    said = {"verdict": Verdict.SATISFIED, "reason": "", "language": "es"}
    return lambda: ratings.rate(me, seen, **said, answers=newest, seen="")


def settling(who):
    me, commitment = viewer(who), db.session.scalars(select(Commitment.public_id)).one()
    done = {"status": CommitmentStatus.DONE, "note": "Está.", "language": "es"}
    return lambda: commitments.update(me, commitment, **done)


def extending(who, proposal):
    me, seen = viewer(who), row(proposal, who)
    words = {"reasons": "Falta.", "reasons_html": "<p>Falta.</p>", "language": "es"}
    return lambda: extensions.extend(me, seen, until=LATER, **words)


def count(model):
    return db.session.scalars(select(func.count()).select_from(model)).one()


def status(proposal):
    db.session.expire_all()
    return db.session.get_one(Proposal, proposal.id).status


def test_of_two_who_publish_one_answers_and_the_other_keeps_their_words(
    cast, proposal, one_after_the_other
):
    first, second = one_after_the_other(
        publishing(cast.staff, proposal), publishing(cast.colleague, proposal, reasons="Otra.")
    )
    assert first == "done"
    assert isinstance(second, WrongState), second
    assert count(Response) == 1


def test_a_draft_saved_while_the_answer_is_published_is_not_kept(
    cast, proposal, one_after_the_other
):
    me, seen = viewer(cast.colleague), row(proposal, cast.colleague)
    saving = lambda: responses.save_draft(me, seen, text(), version=0)  # noqa: E731  # a call, kept for later
    first, second = one_after_the_other(publishing(cast.staff, proposal), saving)
    assert first == "done"
    assert isinstance(second, WrongState), second
    assert (count(ResponseDraft), status(proposal)) == (0, ProposalStatus.ANSWERED)


def test_who_publishes_while_another_saves_sees_what_they_saved(
    cast, proposal, one_after_the_other
):
    me, seen = viewer(cast.colleague), row(proposal, cast.colleague)
    saving = lambda: responses.save_draft(me, seen, text(notes="Ojo."), version=0)  # noqa: E731  # a call, kept for later
    first, second = one_after_the_other(saving, publishing(cast.staff, proposal))
    assert first == "done"
    assert isinstance(second, Stale), second
    assert second.texts["notes"] == "Ojo."
    assert count(Response) == 0


def test_what_is_being_answered_is_not_extended(cast, proposal, one_after_the_other):
    first, second = one_after_the_other(
        publishing(cast.staff, proposal), extending(cast.colleague, proposal)
    )
    assert first == "done"
    assert isinstance(second, WrongState), second
    assert count(Response) == 1


def test_an_answer_given_while_the_time_is_extended_was_due_on_the_new_day(
    cast, proposal, one_after_the_other
):
    both = extending(cast.colleague, proposal), publishing(cast.staff, proposal)
    assert one_after_the_other(*both) == ["done", "done"]
    due = select(Response.due_on).where(Response.kind == ResponseKind.ANSWER)
    assert db.session.scalars(due).one() == LATER


def test_who_rates_an_answer_that_is_being_corrected_reads_the_correction_first(
    cast, answered, one_after_the_other
):
    first, second = one_after_the_other(
        correcting(cast.staff, answered), rating(cast.delegate, answered)
    )
    assert first == "done"
    assert isinstance(second, Stale), second
    assert second.texts == {"answer": "Se hará entera."}
    assert count(Rating) == 0


def test_a_rating_stored_before_a_correction_stays_with_what_it_was_said_of(
    cast, answered, one_after_the_other
):
    earlier = queries.newest_answer(answered.id).id
    both = rating(cast.delegate, answered), correcting(cast.staff, answered)
    assert one_after_the_other(*both) == ["done", "done"]
    assert db.session.scalars(select(Rating.response_id)).one() == earlier
    assert queries.newest_answer(answered.id).id != earlier


def test_of_two_who_correct_the_second_reads_the_first(cast, answered, one_after_the_other):
    first, second = one_after_the_other(
        correcting(cast.staff, answered), correcting(cast.colleague, answered, "De otro modo.")
    )
    assert first == "done"
    assert isinstance(second, Stale), second
    assert count(Response) == 2


@pytest.mark.parametrize("rates_first", [True, False])
def test_the_last_rating_and_the_last_commitment_at_once_close_it(
    cast, answered, one_after_the_other, rates_first
):
    for slug in CAST_SLUGS[:3]:
        rating(cast.delegates[slug], answered)()
    db.session.commit()
    both = [rating(cast.delegates[CAST_SLUGS[3]], answered), settling(cast.staff)]
    assert one_after_the_other(*(both if rates_first else both[::-1])) == ["done", "done"]
    assert status(answered) is ProposalStatus.CLOSED
    closed = select(func.count()).where(Event.verb == "proposal.closed")
    assert db.session.scalars(closed).one() == 1


def test_nothing_is_told_of_a_commitment_whose_proposal_is_being_closed(
    cast, answered, one_after_the_other
):
    for slug in CAST_SLUGS:
        rating(cast.delegates[slug], answered)()
    db.session.commit()
    me, seen = viewer(cast.delegate), row(answered, cast.delegate)
    by_word = lambda: closing.close(me, seen, reason="Ya está.")  # noqa: E731  # a call, kept for later
    first, second = one_after_the_other(by_word, settling(cast.staff))
    assert first == "done"
    assert isinstance(second, WrongState), second
    assert db.session.scalars(select(Commitment.status)).one() is CommitmentStatus.PLANNED
