"""Receipt, draft and answer: staff only, once, in time or not."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from forum.activity.models import Event
from forum.coalition.actions import commitments, responses
from forum.coalition.actions.responses import CommitmentText
from forum.coalition.lifecycle import (
    CommitmentStatus,
    ProposalStatus,
    ResponseKind,
    ResponseOutcome,
    Route,
)
from forum.coalition.models import Coalition, Commitment, Response, ResponseDraft
from forum.coalition.queries import responses as queries
from forum.coalition.queries.commitments import commitment_or_404
from forum.db import db
from forum.db.base import Rewriting
from forum.lib import clock
from forum.lib.permission import Forbidden, Refused, WrongState
from forum.web.forms import Stale
from tests.factories.coalition_votes import in_discussion, row, submitted, text
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

NOT_STAFF = ["delegate", "member", "facilitator", "expert", "observer", "operator", "outsider"]


@pytest.fixture
def proposal(cast, clock_at, app):
    clock_at("2026-04-04T18:00")  # noon in Guatemala
    return submitted(cast)


def acknowledge(proposal, who, route=Route.SECRETARIAT):
    return responses.acknowledge(viewer(who), row(proposal, who), route=route, language="es")


def publish(proposal, who, version=0, **more):
    return responses.publish(viewer(who), row(proposal, who), text(**more), version=version)


def save(proposal, who, version=0, **more):
    return responses.save_draft(viewer(who), row(proposal, who), text(**more), version=version)


def panel(proposal, who):
    return queries.response_panel(row(proposal, who), viewer(who))


def promise(words="Publicar la guía", days=90):
    return CommitmentText(words, "Equipo técnico", clock.now().date() + timedelta(days=days))


# --- receipt ---------------------------------------------------------------------------------


def test_staff_acknowledges_and_names_the_route(cast, proposal):
    response = acknowledge(proposal, cast.staff, Route.TAC)
    assert (proposal.status, proposal.route) == (ProposalStatus.ACKNOWLEDGED, Route.TAC)
    assert response.kind is ResponseKind.ACKNOWLEDGEMENT
    assert response.due_on == date(2026, 4, 4) + timedelta(days=90)
    event = db.session.scalars(select(Event).where(Event.verb == "response.acknowledged")).one()
    assert (event.object_id, event.space_id) == (response.id, cast.spaces["network"].id)


def see(cast, proposal, who):
    from werkzeug.exceptions import NotFound

    try:
        return row(proposal, getattr(cast, who))
    except NotFound:
        return row(proposal, cast.staff)


@pytest.mark.parametrize("who", NOT_STAFF)
def test_nobody_else_acknowledges_saves_or_publishes(cast, proposal, who):
    me, seen = viewer(getattr(cast, who)), see(cast, proposal, who)
    with pytest.raises(Forbidden):
        responses.acknowledge(me, seen, route=Route.TAC, language="es")
    with pytest.raises(Forbidden):
        responses.save_draft(me, seen, text(), version=0)
    with pytest.raises(Forbidden):
        responses.publish(me, seen, text(), version=0)


def test_receipt_is_acknowledged_once(cast, proposal):
    acknowledge(proposal, cast.staff)
    with pytest.raises(WrongState):
        acknowledge(proposal, cast.colleague, Route.BOARD)


def test_a_proposal_under_review_may_still_be_acknowledged_and_stays_under_review(cast, proposal):
    save(proposal, cast.staff)
    acknowledge(proposal, cast.staff)
    assert proposal.status is ProposalStatus.UNDER_REVIEW
    assert proposal.acknowledged_at is not None


def test_a_proposal_not_submitted_has_no_answer_to_give(cast, app):
    made = in_discussion(cast)
    assert queries.response_panel(row(made, cast.delegate), viewer(cast.delegate)) is None
    with pytest.raises(WrongState):
        responses.publish(viewer(cast.staff), row(made, cast.delegate), text(), version=0)


# --- days ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("route", "due"),
    [
        (None, date(2026, 6, 3)),
        (Route.SECRETARIAT, date(2026, 6, 3)),
        (Route.TAC, date(2026, 7, 3)),
        (Route.BOARD, date(2026, 8, 2)),
    ],
)
def test_the_days_run_from_the_submission_whatever_the_route(cast, proposal, clock_at, route, due):
    clock_at("2026-04-10T12:00")
    if route:
        acknowledge(proposal, cast.staff, route)
    assert panel(proposal, cast.member).clock.due_on == due


def test_acknowledged_within_seven_days_is_in_time_and_later_is_told(cast, proposal, clock_at):
    clock_at("2026-04-12T05:59:59")  # the last second of 11 April in Guatemala
    assert panel(proposal, cast.member).clock.acknowledgement_late == 0
    clock_at("2026-04-12T06:00")
    assert panel(proposal, cast.member).clock.acknowledgement_late == 1
    acknowledge(proposal, cast.staff)
    clock_at("2026-05-12T06:00")
    seen = panel(proposal, cast.member)
    assert seen.clock.acknowledgement_late == 1
    assert "1 day late" in seen.clock.acknowledgement_sentence


def test_an_answer_before_midnight_of_the_last_day_is_in_time(cast, proposal, clock_at):
    clock_at("2026-06-04T05:59:59")  # 3 June, 23:59:59 in Guatemala
    assert not panel(proposal, cast.member).clock.overdue
    publish(proposal, cast.staff)
    seen = panel(proposal, cast.member)
    assert (seen.clock.late, seen.answers[0].late) == (0, 0)
    assert "in time" in seen.clock.sentence


def test_an_answer_at_that_midnight_is_late_and_was_overdue(cast, proposal, clock_at):
    clock_at("2026-06-04T06:00")
    seen = panel(proposal, cast.outsider)
    assert (seen.clock.overdue, seen.clock.late, seen.state) == (True, 1, "overdue")
    assert "overdue by 1 day" in seen.clock.sentence
    publish(proposal, cast.staff)
    assert panel(proposal, cast.outsider).answers[0].late == 1


def test_an_answer_to_what_nobody_acknowledged_is_the_secretariats(cast, proposal, clock_at):
    clock_at("2026-06-20T12:00")
    response = publish(proposal, cast.staff)
    assert (response.route, response.due_on) == (Route.SECRETARIAT, date(2026, 6, 3))
    assert panel(proposal, cast.member).answers[0].late == 17


def test_a_route_named_when_the_answer_is_overdue_does_not_make_it_timely(cast, proposal, clock_at):
    clock_at("2026-06-04T06:00")
    response = acknowledge(proposal, cast.staff, Route.BOARD)
    assert response.due_on == date(2026, 6, 3)
    assert panel(proposal, cast.member).clock.overdue


@pytest.mark.parametrize("name", ["commitments-²-text", f"commitments-{'9' * 5000}-text"])
def test_a_commitment_of_no_number_is_none(cast, proposal, sign_in, name):
    url = f"/proposals/{proposal.public_id}/response"
    fields = {"action": "save", "reasons": "Sí.", "language": "es", name: "Algo."}
    assert sign_in(cast.staff).send(url, fields).status_code == 303


def test_how_it_was_drafted_is_told_inside_the_coalition_alone(cast, proposal, sign_in):
    url = f"/proposals/{proposal.public_id}"
    assert "Drafted" in sign_in(cast.member).get(url).text
    outside = sign_in(cast.staff).get(url).text
    assert "Drafted" not in outside
    assert "Discussed" not in outside


def test_silence_closes_nothing(cast, proposal, clock_at):
    clock_at("2027-04-04T12:00")
    seen = panel(proposal, cast.member)
    assert seen.clock.overdue
    assert proposal.status is ProposalStatus.SUBMITTED


@pytest.mark.parametrize("zone", ["America/Guatemala", "America/Santiago", "Pacific/Auckland"])
def test_the_coalitions_zone_draws_the_line(cast, clock_at, zone):
    db.session.get_one(Coalition, cast.coalition.id).timezone = zone
    last = clock.end_of_day(date(2026, 6, 3), zone)
    noon = datetime(2026, 4, 4, 12, tzinfo=clock.zone(zone))
    clock_at(noon)
    made = submitted(cast)
    clock_at(last - timedelta(microseconds=1))
    assert not panel(made, cast.member).clock.overdue
    clock_at(last)
    assert panel(made, cast.member).clock.overdue


# --- the draft -------------------------------------------------------------------------------


def test_the_first_draft_puts_the_proposal_under_review_and_is_in_the_staffs_space(cast, proposal):
    draft = save(proposal, cast.staff, notes="Entre nosotros.")
    assert proposal.status is ProposalStatus.UNDER_REVIEW
    assert (draft.version, draft.space_id) == (1, cast.spaces["staff"].id)
    save(proposal, cast.colleague, version=1, reasons="Otra razón.")
    assert queries.draft_of(proposal.id).version == 2
    assert queries.draft_of(proposal.id).author_id == cast.colleague.id


@pytest.mark.parametrize("who", ["member", "delegate", "facilitator", "outsider", "expert"])
def test_nobody_else_learns_that_there_is_a_draft(cast, proposal, who):
    save(proposal, cast.staff)
    assert panel(proposal, cast.staff).draft is not None
    assert panel(proposal, getattr(cast, who)).draft is None


def test_the_second_of_two_editors_sees_both_texts(cast, proposal):
    save(proposal, cast.staff, reasons="La primera.", notes="Nota.", commitments=[promise()])
    with pytest.raises(Stale) as stale:
        save(proposal, cast.colleague, version=0, reasons="La segunda.")
    assert stale.value.version == 1
    assert stale.value.texts["reasons"] == "La primera."
    assert "Publicar la guía" in stale.value.texts["commitments"]
    with pytest.raises(Stale):
        publish(proposal, cast.colleague, version=0)


# --- the answer ------------------------------------------------------------------------------


def test_an_answer_names_the_version_and_the_day_it_was_due_and_takes_the_draft_away(
    cast, proposal
):
    save(proposal, cast.staff)
    response = publish(proposal, cast.colleague, version=1, outcome=ResponseOutcome.DECLINED)
    assert proposal.status is ProposalStatus.ANSWERED
    assert (response.kind, response.outcome) == (ResponseKind.ANSWER, ResponseOutcome.DECLINED)
    assert response.due_on == date(2026, 6, 3)
    assert db.session.scalars(select(ResponseDraft)).all() == []
    seen = panel(proposal, cast.member).answers
    assert [a.version_number for a in seen] == [1]
    assert (proposal.answered_at, seen[0].late) == (clock.now(), 0)
    event = db.session.scalars(select(Event).where(Event.verb == "response.published")).one()
    assert event.particulars["outcome"] == "declined"


def test_with_commitments_the_proposal_is_followed_up(cast, proposal):
    publish(proposal, cast.staff, commitments=[promise(), promise("Un taller", 30)])
    assert proposal.status is ProposalStatus.FOLLOWING_UP
    kept = panel(proposal, cast.outsider).answers[0].commitments
    assert [(c.number, c.text, c.late) for c in kept] == [
        (1, "Publicar la guía", False),
        (2, "Un taller", False),
    ]


@pytest.mark.parametrize(
    ("missing", "field"), [({"reasons": ""}, "reasons"), ({"outcome": None}, "outcome")]
)
def test_an_answer_always_has_an_outcome_and_reasons(cast, proposal, missing, field):
    with pytest.raises(Refused) as refused:
        publish(proposal, cast.staff, **missing)
    assert refused.value.field == field


def test_there_is_one_answer(cast, proposal):
    publish(proposal, cast.staff)
    with pytest.raises(WrongState):
        publish(proposal, cast.colleague)
    with pytest.raises(WrongState):
        save(proposal, cast.colleague)
    with pytest.raises(WrongState):
        acknowledge(proposal, cast.colleague)


def test_an_answer_is_never_rewritten(cast, proposal):
    response = publish(proposal, cast.staff)
    db.session.commit()
    db.session.get_one(Response, response.id).reasons = "Otra cosa."
    with pytest.raises(Rewriting):
        db.session.flush()
    db.session.rollback()


def test_what_is_due_waits_for_the_staff_the_soonest_first(cast, proposal, clock_at):
    clock_at("2026-04-01T12:00")
    earlier = submitted(cast, number="LAC-2026-002")
    clock_at("2026-04-05T12:00")
    due = queries.waiting_for(viewer(cast.staff))
    assert [d.number for d in due] == ["LAC-2026-002", "LAC-2026-001"]
    assert queries.waiting_for(viewer(cast.member)) == []
    publish(earlier, cast.staff)
    assert [d.number for d in queries.waiting_for(viewer(cast.staff))] == ["LAC-2026-001"]


# --- commitments -----------------------------------------------------------------------------


@pytest.fixture
def commitment(cast, proposal):
    publish(proposal, cast.staff, commitments=[promise()])
    return db.session.scalars(select(Commitment)).one()


def update(commitment, who, status, note=""):
    return commitments.update(
        viewer(who),
        commitment.public_id,
        status=CommitmentStatus(status),
        note=note,
        language="es",
    )


def test_staff_tells_how_far_a_commitment_is(cast, commitment):
    update(commitment, cast.staff, "in_progress", "Hay un borrador.")
    update(commitment, cast.colleague, "done")
    assert commitment.status == "done"
    page = commitment_or_404(commitment.public_id, viewer(cast.outsider))
    assert [(u.status, u.note) for u in page.commitment.updates] == [
        ("done", ""),
        ("in_progress", "Hay un borrador."),
    ]
    events = db.session.scalars(select(Event).where(Event.verb == "commitment.updated")).all()
    assert [e.particulars["status"] for e in events] == ["in_progress", "done"]


@pytest.mark.parametrize("who", NOT_STAFF)
def test_nobody_else_does(cast, commitment, who):
    with pytest.raises(Forbidden):
        update(commitment, getattr(cast, who), "done")


def test_what_is_dropped_is_dropped_for_a_reason(cast, commitment):
    with pytest.raises(Refused):
        update(commitment, cast.staff, "dropped")
    update(commitment, cast.staff, "dropped", "No hubo fondos.")


def test_an_update_that_says_nothing_new_is_refused(cast, commitment):
    with pytest.raises(Refused):
        update(commitment, cast.staff, commitment.status)


def test_late_is_reckoned_from_the_day_after_it_was_due(cast, proposal, commitment, clock_at):
    def late():
        return commitment_or_404(commitment.public_id, viewer(cast.member)).commitment.late

    last = clock.end_of_day(commitment.due_on, "America/Guatemala")
    clock_at(last - timedelta(microseconds=1))
    assert not late()
    clock_at(last)
    assert late()
    update(commitment, cast.staff, "done", "Tarde, pero está.")
    assert not late()
