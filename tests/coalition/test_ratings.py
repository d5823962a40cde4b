"""What the coalition says to an answer: each project's verdict, and when the proposal is closed."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from forum.activity.models import Event
from forum.coalition.actions import closing, commitments, ratings, responses
from forum.coalition.actions.responses import CommitmentText
from forum.coalition.lifecycle import CommitmentStatus, ProposalStatus, Verdict
from forum.coalition.models import Commitment, Delegate, Rating
from forum.coalition.queries import responses as queries
from forum.coalition.queries.ratings import mark_of
from forum.db import db
from forum.lib import clock
from forum.lib.permission import Forbidden, Refused, WrongState
from forum.web.forms import Stale
from tests.factories.coalition_votes import CAST_SLUGS, row, submitted, text
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

OTHERS = ["member", "facilitator", "staff", "expert", "observer", "operator", "outsider"]


@pytest.fixture
def proposal(cast, clock_at, app):
    clock_at("2026-04-04T18:00")
    return submitted(cast)


@pytest.fixture
def answered(cast, proposal):
    publish(cast, proposal)
    return proposal


@pytest.fixture
def followed_up(cast, proposal):
    day = clock.now().date() + timedelta(days=30)
    publish(cast, proposal, commitments=[CommitmentText("La guía", "Equipo técnico", day)])
    return proposal


def publish(cast, proposal, **more):
    seen = row(proposal, cast.staff)
    return responses.publish(viewer(cast.staff), seen, text(**more), version=0)


def rate(proposal, who, verdict="satisfied", reason="", answers=None):
    newest = queries.newest_answer(proposal.id)
    return ratings.rate(
        viewer(who),
        row(proposal, who),
        verdict=Verdict(verdict),
        reason=reason,
        language="es",
        answers=answers or (newest.public_id if newest else ""),
    )


def settle(cast, status="done", note="Está."):
    commitment = db.session.scalars(select(Commitment)).one()
    commitments.update(
        viewer(cast.staff),
        commitment.public_id,
        status=CommitmentStatus(status),
        note=note,
        language="es",
    )


def shown(proposal, who):
    return queries.response_panel(row(proposal, who), viewer(who)).answers[0].ratings


def test_counts_are_for_all_and_projects_for_the_coalition_alone(cast, answered):
    rate(answered, cast.delegate)
    rate(answered, cast.delegates["encinos"], "partly", "Falta el presupuesto.")
    for who in (cast.outsider, cast.staff, cast.expert):
        assert shown(answered, who).counts == [("Satisfied", 1), ("Partly satisfied", 1)]
        assert shown(answered, who).rows == []
    inside = shown(answered, cast.neighbour).rows
    assert {(one.verdict.value, one.reason) for one in inside} == {
        ("satisfied", ""),
        ("partly", "Falta el presupuesto."),
    }


def test_a_project_says_one_thing_and_may_change_it(cast, answered):
    rate(answered, cast.delegate)
    rate(answered, cast.alternate, "not_satisfied", "No responde a lo pedido.")
    kept = db.session.scalars(select(Rating)).one()
    assert (kept.verdict, kept.person_id) == ("not_satisfied", cast.alternate.id)
    events = db.session.scalars(select(Event).where(Event.verb == "response.rated")).all()
    assert [event.particulars["verdict"] for event in events] == ["satisfied", "not_satisfied"]
    assert {event.space_id for event in events} == {cast.spaces["coalition"].id}


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_rates_or_closes(cast, answered, who):
    seen = row(answered, cast.staff)
    me = viewer(getattr(cast, who))
    with pytest.raises((Forbidden, NotFound)):
        ratings.rate(
            me, seen, verdict=Verdict.SATISFIED, reason="", language="es", answers="x" * 12
        )
    with pytest.raises((Forbidden, NotFound)):
        closing.close(me, seen, reason="Ya está.")


@pytest.mark.parametrize("verdict", ["partly", "not_satisfied"])
def test_who_is_not_satisfied_says_what_is_missing(cast, answered, verdict):
    with pytest.raises(Refused) as refused:
        rate(answered, cast.delegate, verdict)
    assert refused.value.field == "reason"


def test_before_the_answer_there_is_nothing_to_rate_or_close(cast, proposal):
    with pytest.raises(WrongState):
        rate(proposal, cast.delegate)
    with pytest.raises(WrongState):
        closing.close(viewer(cast.delegate), row(proposal, cast.delegate), reason="Ya está.")


def test_a_verdict_on_an_answer_that_was_corrected_meanwhile_is_given_back(cast, answered):
    read = queries.newest_answer(answered.id).public_id
    responses.correct(
        viewer(cast.staff), row(answered, cast.staff), text(reasons="Otra."), corrects=read
    )
    with pytest.raises(Stale):
        rate(answered, cast.delegate, answers=read)
    assert db.session.scalars(select(Rating)).all() == []


@pytest.mark.parametrize("status", ["done", "dropped"])
def test_it_closes_when_all_is_settled_and_more_than_half_have_rated(cast, followed_up, status):
    settle(cast, status)
    for slug in CAST_SLUGS[:3]:
        rate(followed_up, cast.delegates[slug])
    assert followed_up.status is ProposalStatus.FOLLOWING_UP  # 3 of 6
    rate(followed_up, cast.delegates[CAST_SLUGS[3]])
    assert followed_up.status is ProposalStatus.CLOSED
    assert followed_up.closed_at == clock.now()
    event = db.session.scalars(select(Event).where(Event.verb == "proposal.closed")).one()
    assert event.particulars["by"] == "settled"


def test_rated_first_it_closes_with_the_last_commitment(cast, followed_up):
    for slug in CAST_SLUGS[:4]:
        rate(followed_up, cast.delegates[slug])
    settle(cast, "in_progress")
    assert followed_up.status is ProposalStatus.FOLLOWING_UP
    settle(cast, "done")
    assert followed_up.status is ProposalStatus.CLOSED


def test_without_commitments_only_the_coalitions_word_closes_it(cast, answered):
    for slug in CAST_SLUGS:
        rate(answered, cast.delegates[slug])
    assert answered.status is ProposalStatus.ANSWERED
    closing.close(viewer(cast.alternate), row(answered, cast.alternate), reason="Ya está.")
    assert (answered.status, answered.closed_reason) == (ProposalStatus.CLOSED, "Ya está.")


def test_with_a_commitment_open_one_project_alone_does_not_close_it(cast, followed_up):
    me = viewer(cast.delegate)
    for slug in CAST_SLUGS[:3]:  # of six: not more than half
        rate(followed_up, cast.delegates[slug])
    with pytest.raises(Refused, match="more than half"):
        closing.close(me, row(followed_up, cast.delegate), reason="Ya está.")
    assert followed_up.status is ProposalStatus.FOLLOWING_UP
    rate(followed_up, cast.delegates[CAST_SLUGS[3]])
    closing.close(me, row(followed_up, cast.delegate), reason="Ya está.")
    assert followed_up.status is ProposalStatus.CLOSED


def test_it_is_closed_once_and_may_still_be_rated(cast, followed_up):
    for slug in CAST_SLUGS:
        rate(followed_up, cast.delegates[slug])
    closing.close(viewer(cast.delegate), row(followed_up, cast.delegate), reason="Ya está.")
    with pytest.raises(WrongState):
        closing.close(viewer(cast.delegate), row(followed_up, cast.delegate), reason="Otra vez.")
    with pytest.raises(WrongState):
        settle(cast)
    assert rate(followed_up, cast.delegate)


def test_another_projects_delegate_does_not_close_it(cast, answered):
    other = cast.delegates["encinos"]
    with pytest.raises(Forbidden):
        closing.close(viewer(other), row(answered, other), reason="Ya está.")


@pytest.mark.both_databases
def test_of_two_of_one_project_who_rate_at_once_the_second_is_told_and_decides(
    cast, answered, one_after_the_other
):
    db.session.commit()
    seen, newest = row(answered, cast.delegate), queries.newest_answer(answered.id).public_id

    def by(person, verdict, marks=""):
        words = {"reason": "Falta el presupuesto.", "language": "es", "answers": newest}
        ratings.rate(viewer(person), seen, verdict=verdict, **words, seen=marks)

    first, second = one_after_the_other(
        lambda: by(cast.delegate, Verdict.SATISFIED), lambda: by(cast.alternate, Verdict.PARTLY)
    )
    assert first == "done"
    assert isinstance(second, ratings.SaidMeanwhile), second
    assert second.texts == {"verdict": "satisfied", "reason": "Falta el presupuesto."}
    kept = db.session.scalars(select(Rating)).one()
    assert kept.person_id == cast.delegate.id
    by(cast.alternate, Verdict.PARTLY, mark_of(kept))
    assert db.session.scalars(select(Rating.person_id)).one() == cast.alternate.id


@pytest.mark.both_databases
def test_an_alternate_who_did_not_see_what_the_delegate_said_is_told_and_decides(
    cast, answered, sign_in
):
    url = f"/proposals/{answered.public_id}/ratings"
    delegate, alternate = sign_in(cast.delegate), sign_in(cast.alternate)
    opened = fields_of(alternate.get(url).text)
    first = fields_of(delegate.get(url).text)
    said = {"verdict": "partly", "reason": "Falta el presupuesto.", "language": "es"}
    assert delegate.send(url, first | said).status_code == 303
    mine = {"verdict": "not_satisfied", "reason": "No responde.", "language": "es"}
    told = alternate.send(url, opened | mine)
    assert told.status_code == 409
    for words in ("Partly satisfied", "Falta el presupuesto.", cast.delegate.name, "No responde."):
        assert words in told.text
    assert db.session.scalars(select(Rating.verdict)).one() == "partly"
    assert alternate.send(url, fields_of(told.text) | mine).status_code == 303
    assert db.session.scalars(select(Rating.verdict)).one() == "not_satisfied"
    assert delegate.send(url, first | said).status_code == 303  # the first press again: once
    assert db.session.scalars(select(Rating.verdict)).one() == "not_satisfied"


def test_who_speaks_for_two_projects_is_told_of_the_one_they_say_it_for(cast, answered):
    encinos = cast.delegates["encinos"]
    rate(answered, cast.delegate, "partly", "Falta el presupuesto.")
    rate(answered, encinos)
    seen = mark_of(db.session.scalars(select(Rating).where(Rating.verdict == "satisfied")).one())
    newest = queries.newest_answer(answered.id).public_id
    for_two = {"language": "es", "answers": newest, "seen": seen}
    db.session.scalars(
        select(Delegate).where(Delegate.person_id == encinos.id)
    ).one().person_id = cast.delegate.id
    db.session.flush()

    def say(slug):
        return ratings.rate(
            viewer(cast.delegate),
            row(answered, cast.delegate),
            verdict=Verdict.NOT_SATISFIED,
            reason="No responde.",
            project_id=cast.projects[slug].id,
            **for_two,
        )

    assert say("encinos").verdict == "not_satisfied"
    with pytest.raises(ratings.SaidMeanwhile):
        say("ceiba")


def test_the_same_said_twice_is_said_once(cast, answered):
    rate(answered, cast.delegate, "partly", "Falta el presupuesto.")
    rate(answered, cast.alternate, "partly", "Falta el presupuesto.")
    assert db.session.scalars(select(Rating.person_id)).one() == cast.delegate.id
    assert len(db.session.scalars(select(Event).where(Event.verb == "response.rated")).all()) == 1


def fields_of(page):
    """The hidden fields of the form that says what a project thinks."""
    form = page.partition('class="form"')[2] or page
    found = {}
    for name in ("key", "answers", "seen"):
        field = re.search(rf'<input[^>]*name="?{name}"?[^>]*>', form)[0]
        value = re.search(r'value="([^"]*)"', field)
        found[name] = value[1] if value else ""
    return found


def test_on_the_pages_the_delegate_rates_changes_and_closes(cast, answered, sign_in):
    url = f"/proposals/{answered.public_id}"
    delegate = sign_in(cast.delegate)
    assert f"{url}/ratings" in delegate.get(url).text
    assert "these counts can give away" in delegate.get(f"{url}/ratings").text
    newest = queries.newest_answer(answered.id).public_id
    fields = {"reason": "Falta el presupuesto.", "language": "es", "answers": newest}
    assert delegate.send(f"{url}/ratings", fields).status_code == 422
    assert delegate.send(f"{url}/ratings", fields, verdict="partly").status_code == 303
    assert "Falta el presupuesto." in delegate.get(f"{url}/ratings").text
    assert "Falta el presupuesto." in delegate.get(url).text
    outside = sign_in(cast.outsider).get(url).text
    assert "Partly satisfied" in outside
    assert "Falta el presupuesto." not in outside
    assert delegate.send(f"{url}/closing", reason="").status_code == 422
    assert delegate.send(f"{url}/closing", reason="Ya tenemos la guía.").status_code == 303
    assert "Ya tenemos la guía." in sign_in(cast.outsider).get(url).text
    assert delegate.send(f"{url}/closing", reason="Otra vez.").status_code == 409
