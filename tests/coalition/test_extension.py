"""More time to answer: once, before it is overdue, by at most 90 days, told to everyone."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from forum.activity.models import Event
from forum.coalition.actions import extensions, responses
from forum.coalition.lifecycle import ResponseKind, Route
from forum.coalition.models import Coalition, Response
from forum.coalition.queries import responses as queries
from forum.db import db
from forum.lib import clock
from forum.lib.permission import Forbidden, Refused, WrongState
from tests.browserless import path_of
from tests.factories.coalition_votes import row, submitted, text
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

NOT_STAFF = ["delegate", "member", "facilitator", "expert", "observer", "operator", "outsider"]
DUE = date(2026, 6, 3)  # 60 days after 4 April
WORDS = {"reasons": "El comité se reúne en julio.", "language": "es"}


@pytest.fixture
def proposal(cast, clock_at, app):
    clock_at("2026-04-04T18:00")  # noon in Guatemala
    return submitted(cast)


def extend(proposal, who, until=DUE + timedelta(days=30)):
    html = "<p>El comité se reúne en julio.</p>"
    seen = row(proposal, who)
    return extensions.extend(viewer(who), seen, until=until, reasons_html=html, **WORDS)


def said(proposal, who):
    return queries.response_panel(row(proposal, who), viewer(who))


def test_the_clock_reads_the_new_day_everywhere(cast, proposal, clock_at):
    response = extend(proposal, cast.staff)
    assert (response.kind, response.due_on) == (ResponseKind.EXTENSION, date(2026, 7, 3))
    clock_at("2026-06-04T06:00")  # the first moment after the day it was due
    seen = said(proposal, cast.outsider)
    assert (seen.clock.due_on, seen.clock.extended_from) == (date(2026, 7, 3), DUE)
    assert not seen.clock.overdue
    assert "by 30 days" in seen.clock.extension_sentence
    assert queries.waiting_for(viewer(cast.staff))[0].clock.due_on == date(2026, 7, 3)
    clock_at("2026-07-04T06:00")
    assert said(proposal, cast.outsider).clock.overdue
    assert responses.publish(viewer(cast.staff), row(proposal, cast.staff), text(), version=0)
    assert said(proposal, cast.outsider).answers[0].due_on == date(2026, 7, 3)


def test_it_is_recorded_with_the_day_and_no_words(cast, proposal):
    response = extend(proposal, cast.staff)
    event = db.session.scalars(select(Event).where(Event.verb == "response.extended")).one()
    assert (event.object_id, event.particulars["until"]) == (response.id, "2026-07-03")


@pytest.mark.parametrize("who", NOT_STAFF)
def test_nobody_else_extends(cast, proposal, who):
    seen = row(proposal, cast.staff)
    with pytest.raises(Forbidden):
        extensions.extend(
            viewer(getattr(cast, who)), seen, until=DUE + timedelta(1), reasons_html="", **WORDS
        )


@pytest.mark.parametrize("days", [1, 89, 90])
def test_up_to_90_days(cast, proposal, days):
    assert extend(proposal, cast.staff, DUE + timedelta(days=days))


@pytest.mark.parametrize("days", [-1, 0, 91])
def test_no_earlier_and_no_more_than_90_days(cast, proposal, days):
    with pytest.raises(Refused) as refused:
        extend(proposal, cast.staff, DUE + timedelta(days=days))
    assert refused.value.field == "until"


def test_once(cast, proposal):
    extend(proposal, cast.staff)
    with pytest.raises(WrongState):
        extend(proposal, cast.colleague, DUE + timedelta(days=60))


@pytest.mark.parametrize("zone", ["America/Guatemala", "America/Santiago", "Pacific/Auckland"])
def test_until_the_end_of_the_last_day_in_the_coalitions_zone(cast, clock_at, zone):
    db.session.get_one(Coalition, cast.coalition.id).timezone = zone
    clock_at("2026-04-04T11:00")
    made = submitted(cast)
    due = said(made, cast.staff).clock.due_on
    last = clock.end_of_day(due, zone)
    clock_at(last)
    with pytest.raises(WrongState):
        extend(made, cast.staff, due + timedelta(days=10))
    clock_at(last - timedelta(microseconds=1))
    assert extend(made, cast.staff, due + timedelta(days=10))


def test_a_form_opened_before_midnight_and_sent_after_it_is_too_late(cast, proposal, clock_at):
    seen = row(proposal, cast.staff)  # as it was before midnight
    clock_at("2026-06-04T06:00")
    with pytest.raises(WrongState):
        extensions.extend(
            viewer(cast.staff), seen, until=DUE + timedelta(9), reasons_html="", **WORDS
        )
    assert proposal.extended_until is None


def test_not_once_it_is_answered(cast, proposal):
    responses.publish(viewer(cast.staff), row(proposal, cast.staff), text(), version=0)
    with pytest.raises(WrongState):
        extend(proposal, cast.staff)


@pytest.mark.parametrize(
    ("route", "due"), [(Route.SECRETARIAT, date(2026, 7, 3)), (Route.BOARD, date(2026, 8, 2))]
)
def test_a_route_named_afterwards_never_shortens_it(cast, proposal, route, due):
    extend(proposal, cast.staff)
    responses.acknowledge(viewer(cast.staff), row(proposal, cast.staff), route=route, language="es")
    assert said(proposal, cast.member).clock.due_on == due


def test_the_form_of_receipt_tells_the_day_that_will_hold(cast, proposal, sign_in):
    page = f"/proposals/{proposal.public_id}/acknowledgement"
    assert "until Wednesday, June 3" in sign_in(cast.staff).get(page).text
    extend(proposal, cast.staff)
    shown = sign_in(cast.staff).get(page).text
    assert "until Friday, July 3" in shown
    assert "until Wednesday, June 3" not in shown
    assert "until Sunday, August 2" in shown  # the board's, later anyway


def test_the_90_days_are_counted_from_the_days_of_the_route(cast, proposal):
    responses.acknowledge(
        viewer(cast.staff), row(proposal, cast.staff), route=Route.BOARD, language="es"
    )
    board = date(2026, 8, 2)
    assert extend(proposal, cast.staff, board + timedelta(days=90))


@pytest.mark.both_databases
def test_two_who_extend_at_once_extend_once(cast, proposal, race):
    db.session.commit()
    seen = row(proposal, cast.staff)

    def one(i):
        who = viewer((cast.staff, cast.colleague)[i])
        until = DUE + timedelta(days=10 + i)
        extensions.extend(who, seen, until=until, reasons_html="<p>Sí.</p>", **WORDS)
        db.session.commit()

    results = race(2, one)
    assert sum(isinstance(result, WrongState) for result in results) == 1
    stored = select(Response.due_on).where(Response.kind == ResponseKind.EXTENSION)
    assert len(db.session.scalars(stored).all()) == 1


def test_on_the_page_staff_extends_and_everyone_reads_why(cast, proposal, sign_in, letters):
    url = f"/proposals/{proposal.public_id}"
    staff = sign_in(cast.staff)
    assert f"{url}/extension" in staff.get(url).text
    assert "until" in staff.get(f"{url}/extension").text
    missing = staff.send(f"{url}/extension", {"until": "2026-07-03", "language": "es"})
    assert missing.status_code == 422
    wrong = staff.send(f"{url}/extension", {"until": "tomorrow", **WORDS})
    assert (wrong.status_code, WORDS["reasons"] in wrong.text) == (422, True)
    done = staff.send(f"{url}/extension", {"until": "2026-07-03", **WORDS})
    assert path_of(done).startswith(url)
    page = sign_in(cast.outsider).get(url).text
    assert WORDS["reasons"] in page
    assert "extended its time once" in page
    again = staff.send(f"{url}/extension", {"until": "2026-07-09", **WORDS})
    assert (again.status_code, WORDS["reasons"] in again.text) == (409, True)
    assert f"{url}/extension" not in staff.get(url).text
    told = {letter.to_address for letter in letters("answer_extended")}
    assert told == {cast.delegate.email, cast.alternate.email}
