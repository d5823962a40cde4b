"""When somebody's next summary is looked for, and what belongs in it then: days and hours only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Self

from forum.lib import clock
from forum.notifications.kinds import Matter, Pace

MORNING = time(7)  # before the fields; in the person's own zone
WEEK = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Days:
    """On which days somebody is written to: their quiet days, their zone, the last summary."""

    quiet_days: str
    timezone: str
    last_at: datetime | None = None

    def is_morning(self, at: datetime) -> bool:
        """Whether the person's morning has come that day."""
        return self._there(at).time() >= MORNING

    def is_quiet(self, at: datetime) -> bool:
        """Whether nothing is written on that day of the week."""
        return str(self._there(at).isoweekday()) in self.quiet_days

    def had_one(self, at: datetime) -> bool:
        """Whether a summary was written on that day already."""
        return self.last_at is not None and self._day(self.last_at) == self._day(at)

    def may_write(self, at: datetime) -> bool:
        """One summary a day at most, none on a quiet day."""
        return not self.is_quiet(at) and not self.had_one(at)

    def _there(self, at: datetime) -> datetime:
        return at.astimezone(clock.zone(self.timezone))

    def _day(self, at: datetime) -> object:
        return self._there(at).date()


@dataclass(frozen=True, kw_only=True)
class Plan(Days):
    """What decides when letters come, and what is in them: also a person's paces."""

    paces: Mapping[Matter, Pace]
    daily_at: datetime | None
    weekly_at: datetime | None

    @classmethod
    def of_nobody(cls) -> Self:
        """For an account nobody writes to: it is looked at again the next day."""
        return cls(
            paces={}, quiet_days="", timezone="UTC", last_at=None, daily_at=None, weekly_at=None
        )

    def is_weekly(self, at: datetime) -> bool:
        """Whether what comes weekly comes now: on Monday, or the first day after that is free."""
        if self.weekly_at is None:
            return True
        return self._there(self.weekly_at).isocalendar()[:2] != self._there(at).isocalendar()[:2]

    def due(self, at: datetime) -> frozenset[Matter]:
        """What belongs in the summary of that morning."""
        paces = {Pace.AT_ONCE, Pace.DAILY} | ({Pace.WEEKLY} if self.is_weekly(at) else set())
        return frozenset(matter for matter, pace in self.paces.items() if pace in paces)

    def since(self, matter: Matter, at: datetime) -> datetime:
        """From when on something is new in that summary."""
        if self.paces[matter] is Pace.WEEKLY:
            return self.weekly_at or at - WEEK
        return self.daily_at or at - timedelta(days=1)

    def next_morning(self, at: datetime) -> datetime:
        """The first morning after that moment."""
        there = self._there(at)
        morning = datetime.combine(there.date(), MORNING, there.tzinfo)
        if morning <= there:
            morning = datetime.combine(there.date() + timedelta(days=1), MORNING, there.tzinfo)
        return morning.astimezone(UTC)
