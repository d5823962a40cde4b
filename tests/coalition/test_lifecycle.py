"""Days as the coalition's own calendar counts them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from forum.coalition.lifecycle import (
    NEXT,
    ProposalStatus,
    days_late,
    due_on,
    effective_status,
    usual_closing,
)
from forum.coalition.tally import VoteOutcome
from forum.lib import clock

ZONES = ["America/Guatemala", "America/Santiago", "Pacific/Auckland"]  # two change their clocks


def local(zone: str, *parts: int) -> datetime:
    return datetime(*parts, tzinfo=clock.zone(zone))


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("hour", [(0, 0, 0), (12, 0, 0), (23, 59, 59)])
def test_submitted_on_4_april_with_60_days_is_due_on_3_june(zone, hour):
    assert due_on(local(zone, 2026, 4, 4, *hour).astimezone(UTC), 60, zone) == date(2026, 6, 3)


@pytest.mark.parametrize("zone", ZONES)
def test_an_answer_is_in_time_until_the_last_moment_of_the_day_and_not_at_midnight(zone):
    due = date(2026, 6, 3)
    midnight = local(zone, 2026, 6, 4)
    assert days_late(midnight - timedelta(microseconds=1), due, zone) == 0
    assert days_late(midnight, due, zone) == 1
    assert days_late(midnight + timedelta(days=6), due, zone) == 7


def test_the_coalitions_zone_decides_not_the_servers():
    at = datetime(2026, 6, 4, 3, tzinfo=UTC)  # 3 June, 21:00 in Guatemala
    late = [
        days_late(at, date(2026, 6, 3), zone)
        for zone in ("America/Guatemala", "Europe/London", "Pacific/Auckland")
    ]
    assert late == [0, 1, 1]


def test_days_are_counted_over_a_change_of_the_clocks():
    zone = "America/Santiago"  # the clocks go back on 5 April 2026
    submitted = local(zone, 2026, 4, 4, 23, 30).astimezone(UTC)
    assert due_on(submitted, 7, zone) == date(2026, 4, 11)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_the_usual_closing_is_at_six_in_the_evening_there_and_gives_the_whole_time(zone, hour):
    now = local(zone, 2026, 3, 28, hour).astimezone(UTC)
    closing = usual_closing(now, 14, zone)
    assert (closing.hour, closing.minute) == (18, 0)
    assert timedelta(days=14) <= closing.astimezone(UTC) - now <= timedelta(days=15, hours=2)


def test_a_vote_past_its_closing_has_come_to_its_outcome_before_anybody_seals_it():
    closes = datetime(2026, 5, 1, tzinfo=UTC)
    voting, adopted = ProposalStatus.VOTING, VoteOutcome.ADOPTED
    just_before = closes - timedelta(microseconds=1)
    assert effective_status(voting, closes, adopted, just_before) is voting
    assert effective_status(voting, closes, adopted, closes) is ProposalStatus.ADOPTED
    assert effective_status(ProposalStatus.SUBMITTED, closes, adopted, closes) is (
        ProposalStatus.SUBMITTED
    )
    assert effective_status(ProposalStatus.DRAFT, None, None, closes) is ProposalStatus.DRAFT


def test_every_outcome_of_a_vote_is_a_status_that_voting_may_move_to():
    assert {ProposalStatus(o.value) for o in VoteOutcome} == NEXT[ProposalStatus.VOTING]


def test_every_status_has_its_moves():
    assert set(NEXT) == set(ProposalStatus)
