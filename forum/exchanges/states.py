"""Where a stage is, by the clock alone."""

from datetime import datetime
from enum import StrEnum


class StageState(StrEnum):
    """What a stage is at one moment: its dates ran, it runs, it comes, or it was closed early."""

    COMING = "coming"
    OPEN = "open"
    DONE = "done"
    CLOSED = "closed"  # by somebody, with a reason, before its time


def state_of(
    opens_at: datetime, closes_at: datetime | None, now: datetime, *, closed_early: bool
) -> StageState:
    """The state at `now`: open from `opens_at` on, no more at `closes_at` itself."""
    if closes_at is not None and now >= closes_at:
        return StageState.CLOSED if closed_early else StageState.DONE
    return StageState.OPEN if now >= opens_at else StageState.COMING
