from datetime import UTC, datetime, timedelta

import pytest

from forum.exchanges.states import StageState, state_of

OPENS = datetime(2026, 3, 1, tzinfo=UTC)
CLOSES = datetime(2026, 4, 1, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (OPENS - INSTANT, StageState.COMING),
        (OPENS, StageState.OPEN),
        (CLOSES - INSTANT, StageState.OPEN),
        (CLOSES, StageState.DONE),
    ],
)
def test_a_stage_is_open_from_its_opening_until_just_before_its_closing(now, state):
    assert state_of(OPENS, CLOSES, now, closed_early=False) == state


def test_a_stage_without_an_end_stays_open():
    assert state_of(OPENS, None, CLOSES, closed_early=False) == StageState.OPEN


def test_a_stage_somebody_closed_says_so():
    assert state_of(OPENS, CLOSES, CLOSES, closed_early=True) == StageState.CLOSED
