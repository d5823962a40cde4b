"""What time it is: whoever asks the time asks here, so that a test or a demo can move it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)
_ahead: ContextVar[timedelta] = ContextVar("ahead", default=timedelta(0))

_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return (_frozen.get() or datetime.now(UTC)) + _ahead.get()


def set_ahead(offset: timedelta) -> None:
    """Let this context's clock run `offset` ahead of the machine's."""
    _ahead.set(offset)


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Stop the clock at `at` (aware) inside the block."""
    token = _frozen.set(at)
    try:
        yield
    finally:
        _frozen.reset(token)


def read_offset(path: str) -> timedelta:
    """The offset written in a file, such as `+21d`, `+3h` or `+1d12h`; zero for none.

    Raises ValueError for text that is no offset: a clock that is silently wrong is worse.
    """
    file = Path(path)
    raw = file.read_text(encoding="utf-8").strip() if file.exists() else ""
    if not raw:
        return timedelta(0)
    found = re.fullmatch(r"([+-])?((?:\d+[dhms])+)", raw)
    if not found:
        raise ValueError(f"not a clock offset: {raw!r}")
    total = timedelta(0)
    for amount, unit in re.findall(r"(\d+)([dhms])", found[2]):
        total += timedelta(**{_UNITS[unit]: int(amount)})
    return -total if found[1] == "-" else total


def zone(name: str) -> ZoneInfo:
    """The time zone of that IANA name, UTC when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def today(timezone: str) -> date:
    """The calendar day that it is now in that zone (an IANA name)."""
    return now().astimezone(zone(timezone)).date()


def full_minute(at: datetime) -> datetime:
    """The first full minute not before that moment: times are told to the minute."""
    begun = at.replace(second=0, microsecond=0)
    return begun if begun == at else begun + timedelta(minutes=1)


def end_of_day(day: date, timezone: str) -> datetime:
    """The first moment after `day` in that zone, in UTC: what is before it is in time."""
    return datetime.combine(day + timedelta(days=1), time(0), zone(timezone)).astimezone(UTC)
