"""The clock can be moved, and a wrong offset is never silent."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from forum.lib import clock


@pytest.mark.parametrize(
    ("written", "offset"),
    [
        ("+21d", timedelta(days=21)),
        ("+3h\n", timedelta(hours=3)),
        ("1d12h", timedelta(days=1, hours=12)),
        ("-90m", timedelta(minutes=-90)),
        ("", timedelta(0)),
    ],
)
def test_an_offset_is_read_as_written(tmp_path: Path, written: str, offset: timedelta) -> None:
    file = tmp_path / "clock"
    file.write_text(written)
    assert clock.read_offset(str(file)) == offset


def test_no_file_is_no_offset(tmp_path: Path) -> None:
    assert clock.read_offset(str(tmp_path / "none")) == timedelta(0)


@pytest.mark.parametrize("nonsense", ["tomorrow", "+21", "d21", "+1d !"])
def test_nonsense_is_refused(tmp_path: Path, nonsense: str) -> None:
    file = tmp_path / "clock"
    file.write_text(nonsense)
    with pytest.raises(ValueError, match="not a clock offset"):
        clock.read_offset(str(file))


@pytest.mark.parametrize(
    ("zone", "end"),
    [
        ("America/Guatemala", datetime(2026, 6, 4, 6, tzinfo=UTC)),
        ("Europe/London", datetime(2026, 6, 3, 23, tzinfo=UTC)),
        ("UTC", datetime(2026, 6, 4, tzinfo=UTC)),
    ],
)
def test_a_day_ends_at_midnight_in_its_zone(zone: str, end: datetime) -> None:
    assert clock.end_of_day(date(2026, 6, 3), zone) == end


def test_a_frozen_clock_stands_still() -> None:
    at = datetime(2026, 5, 1, 12, tzinfo=UTC)
    with clock.frozen(at):
        assert clock.now() == clock.now() == at
