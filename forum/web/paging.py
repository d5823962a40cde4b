"""Keyset pages of lists sorted by (time, id), newest first: the last costs what the first does."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from flask import has_request_context
from sqlalchemy import ColumnElement, tuple_

from forum.web import identity
from forum.web.settings import settings

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of rows; `after` is the cursor of the next one, None at the end."""

    rows: Sequence[Row]
    after: str | None


def room_for_posts() -> tuple[int, int]:
    """After how many posts or characters of Markdown, whichever comes first, a page ends.

    After half of both for who chose light pages.
    """
    who = identity.current() if has_request_context() else None
    share = 2 if who is not None and who.light else 1
    return max(1, settings().page_posts // share), settings().page_characters // share


def cursor(at: datetime, row_id: int) -> str:
    """The place in the list, as a short opaque text for the address."""
    micros = int(at.timestamp() * 1_000_000)
    return base64.urlsafe_b64encode(f"{micros}.{row_id}".encode()).decode().rstrip("=")


def read_cursor(raw: str | None) -> tuple[datetime, int] | None:
    """The place a cursor names; None for none or for nonsense (the first page then)."""
    if not raw or len(raw) > 64:
        return None
    try:
        micros, row_id = base64.urlsafe_b64decode(raw + "=" * (-len(raw) % 4)).decode().split(".")
        if not 0 < int(row_id) < 2**63:  # no database holds such a number
            return None
        return datetime.fromtimestamp(int(micros) / 1_000_000, UTC), int(row_id)
    except (ValueError, binascii.Error, UnicodeError, OverflowError, OSError):
        return None


def older_than(at: Any, row_id: Any, raw: str | None) -> ColumnElement[bool] | None:
    """The condition that continues a list after the cursor, or None for the first page."""
    place = read_cursor(raw)
    if place is None:
        return None
    return tuple_(at, row_id) < tuple_(*place)


def page_of(rows: Sequence[Row], size: int, at: str, row_id: str = "id") -> Page[Row]:
    """Cut `size + 1` fetched rows into a page; `at` and `row_id` name the sort attributes."""
    if len(rows) <= size:
        return Page(rows, None)
    last = rows[size - 1]
    return Page(rows[:size], cursor(getattr(last, at), getattr(last, row_id)))
