"""Wherever one reads it, an end is the same moment: told in one's own zone, ruled by the clock."""

import re
from datetime import date, datetime, timedelta

import pytest

from forum.accounts.models import Person
from forum.coalition.actions import extensions, responses
from forum.coalition.lifecycle import Route
from forum.coalition.models import Coalition, Proposal
from forum.coalition.queries import responses as queries
from forum.db import db
from forum.lib import clock
from forum.lib.permission import WrongState
from forum.notifications.actions.reminding import remind_of_answers
from forum.web.locale import timezone_of
from tests.factories.coalition_votes import cast_by, in_discussion, open_vote, row, submitted, text
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

READERS = {  # whose delegate reads in which zone, and how it is called; one is a quarter hour off
    "ceiba": ("America/Guatemala", "Guatemala"),
    "encinos": ("America/Mexico_City", "Mexico City"),
    "sierra-nueva": ("America/Tegucigalpa", "Tegucigalpa"),
    "yerba-alta": ("Europe/London", "London"),
    "tierra-mansa": ("Asia/Kathmandu", "Kathmandu"),
}
ZONES = ["America/Guatemala", "America/Mexico_City", "Europe/London", "Asia/Kathmandu"]
TICK = timedelta(microseconds=1)


@pytest.fixture
def readers(cast, app):
    """The delegates, each in their zone."""
    for slug, (zone, _city) in READERS.items():
        db.session.get_one(Person, cast.delegates[slug].id).timezone = zone
    db.session.commit()


@pytest.fixture
def proposal(cast, readers, clock_at):
    """A vote over the weekend on which London's clocks change; its end is another day there."""
    clock_at("2026-03-20T00:30")
    made = in_discussion(cast)
    open_vote(cast, made, days=16)
    db.session.commit()
    return made


def told(closes_at, slug):
    """How that moment is told to the delegate of that project."""
    zone, city = READERS[slug]
    local = closes_at.astimezone(clock.zone(zone))
    return f"{local:%A}, {local:%B} {local.day}, {local:%H:%M} ({city} time)"


CLOSES = datetime.fromisoformat("2026-04-05T00:30+00:00")


@pytest.mark.parametrize("slug", READERS)
def test_the_closing_is_told_in_each_ones_zone_and_rules_the_same_instant(
    cast, proposal, slug, sign_in, letters, clock_at
):
    person, address = cast.delegates[slug], f"/proposals/{proposal.public_id}/ballot"
    client = sign_in(person)
    assert f"until {told(CLOSES, slug)}" in client.get(address).text
    letter = next(one for one in letters("vote_open") if one.to_address == person.email)
    assert f"until {told(CLOSES, slug)}." in letter.text
    clock_at(CLOSES - TICK)
    cast_by(person, proposal)
    assert "Change the ballot" in client.get(address).text
    clock_at(CLOSES)
    with pytest.raises(WrongState):
        cast_by(person, proposal, "abstain")
    page = client.get(address).text
    assert f"closed on {told(CLOSES, slug)}" in page
    assert "Change the ballot" not in page
    late = client.send(address, choice="abstain", reason="Tarde.", language="es")
    assert (late.status_code, "Tarde." in late.text) == (409, True)


def test_all_of_them_are_told_the_same_moment(cast, proposal, letters):
    """What the letters say, read back in each one's zone."""
    moments = set()
    for letter in letters("vote_open"):
        zone = next(
            (
                z
                for slug, (z, _c) in READERS.items()
                if cast.delegates[slug].email == letter.to_address
            ),
            "America/Guatemala",
        )
        said = re.search(r"until \w+, (\w+ \d+), (\d\d:\d\d) \(", letter.text)
        local = datetime.strptime(f"2026 {said[1]} {said[2]}", "%Y %B %d %H:%M")
        moments.add(local.replace(tzinfo=clock.zone(zone)).astimezone(CLOSES.tzinfo))
    assert moments == {CLOSES}


# --- the certifier's days ----------------------------------------------------------------------


def waiting(cast, clock_at, zone):
    """A proposal submitted at noon of 4 March 2026 in the coalition's zone."""
    db.session.get_one(Coalition, cast.coalition.id).timezone = zone
    clock_at(datetime(2026, 3, 4, 12, tzinfo=clock.zone(zone)))
    made = submitted(cast)
    db.session.commit()
    return made


def panel(cast, proposal):
    return queries.response_panel(row(proposal, cast.member), viewer(cast.member))


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    ("route", "days"), [(None, 60), (Route.SECRETARIAT, 60), (Route.TAC, 90), (Route.BOARD, 120)]
)
def test_an_answer_is_in_time_until_the_coalitions_midnight(cast, clock_at, zone, route, days):
    made = waiting(cast, clock_at, zone)
    if route:
        responses.acknowledge(viewer(cast.staff), row(made, cast.staff), route=route, language="es")
    last = date(2026, 3, 4) + timedelta(days=days)
    for ends, late in (
        (clock.end_of_day(last - timedelta(days=1), zone), 0),  # n - 1
        (clock.end_of_day(last, zone) - TICK, 0),  # n
        (clock.end_of_day(last, zone), 1),
        (clock.end_of_day(last + timedelta(days=1), zone), 2),  # n + 1
    ):
        clock_at(ends)
        now = panel(cast, made).clock
        assert (now.due_on, now.late, now.overdue) == (last, late, late > 0), ends
    clock_at(clock.end_of_day(last, zone) - TICK)
    responses.publish(viewer(cast.staff), row(made, cast.staff), text(), version=0)
    assert panel(cast, made).answers[0].late == 0


@pytest.mark.parametrize("zone", ZONES)
def test_receipt_is_in_time_until_the_coalitions_midnight(cast, clock_at, zone):
    made = waiting(cast, clock_at, zone)
    for day, tick, late in ((10, None, 0), (11, TICK, 0), (11, None, 1), (12, TICK, 1)):
        clock_at(clock.end_of_day(date(2026, 3, day), zone) - (tick or timedelta(0)))
        assert panel(cast, made).clock.acknowledgement_late == late, day


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("reader", ZONES)
def test_on_the_last_day_everybody_is_told_when_it_ends_for_them(cast, clock_at, zone, reader):
    made = waiting(cast, clock_at, zone)
    ends = clock.end_of_day(date(2026, 5, 3), zone)
    clock_at(ends - timedelta(hours=1))
    with timezone_of(reader):
        said = panel(cast, made).clock.sentence
    local = ends.astimezone(clock.zone(reader))
    if local.hour == local.minute == 0:
        assert said == "Plan Vivo has until midnight today to answer."
    else:
        assert f"until {local:%A}, May {local.day}, {local:%H:%M} (" in said


@pytest.mark.parametrize("days", [30, 0])
def test_a_day_of_another_zone_is_told_with_it(cast, clock_at, days, letters, sign_in):
    made = waiting(cast, clock_at, "America/Guatemala")
    db.session.get_one(Person, cast.staff.id).timezone = "Europe/London"
    until = date(2026, 5, 3) + timedelta(days=days)
    if days:
        words = {"reasons": "Falta.", "reasons_html": "<p>Falta.</p>", "language": "es"}
        seen = row(made, cast.staff)
        extensions.extend(viewer(cast.staff), seen, until=until, **words)
    clock_at(clock.end_of_day(until - timedelta(days=2), "America/Guatemala"))
    assert remind_of_answers() == 1
    db.session.commit()
    there = f"{until:%A}, {until:%B} {until.day}"
    abroad = f"{there} (Guatemala time)"
    told = {one.to_address: one for one in letters("answer_due")}
    assert abroad in told[cast.staff.email].text
    assert there in told[cast.colleague.email].text
    assert "Guatemala time" not in told[cast.colleague.email].text
    page = f"/proposals/{made.public_id}"
    assert f"has until {abroad} to answer: 1 day is left" in sign_in(cast.staff).get(page).text
    assert f"has until {there} to answer: 1 day is left" in sign_in(cast.colleague).get(page).text
    assert "March 11 (Guatemala time)" in sign_in(cast.staff).get("/").text  # receipt


def test_a_proposal_submitted_late_in_the_evening_was_submitted_that_day(cast, clock_at):
    """23:59 in Guatemala is the next day in Kathmandu: the coalition's day counts."""
    clock_at("2026-03-05T05:59")
    here = submitted(cast)
    assert panel(cast, here).clock.submitted_on == date(2026, 3, 4)
    clock_at("2026-03-05T06:00")
    there = submitted(cast, number="LAC-2026-002")
    assert panel(cast, there).clock.submitted_on == date(2026, 3, 5)
    assert db.session.get_one(Proposal, there.id).submitted_at == clock.now()
