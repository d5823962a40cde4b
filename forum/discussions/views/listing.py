"""Lists of threads, as the pages of every room show them: a row for each, kept."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from forum.discussions.kinds import ThreadKind, ThreadStatus
from forum.discussions.rows import ThreadItem
from forum.spaces import current_viewer
from forum.spaces.kinds import SpaceKind
from forum.web.locale import ago_now

_LINES_KEPT = 4_096  # a few hundred bytes each


class Line(NamedTuple):
    """What a row of a list shows of a thread, whenever it is shown."""

    public_id: str
    title: str
    language: str
    kind: ThreadKind
    status: ThreadStatus
    pinned: bool
    space_kind: SpaceKind
    new: bool  # to who looks
    who: str
    project_country: str | None
    faced_count: int
    solution_count: int
    reply_count: int
    stage_number: int | None  # None: not told
    last_post_at: object  # a datetime


class Row(NamedTuple):
    """All that a row of a list is made of."""

    line: Line
    since: str  # the last post, in words
    level: int  # of its heading


def thread_lines(threads: Iterable[ThreadItem], level: int, *, place: bool) -> list[Row]:
    """The rows. `level` of their headings; `place`: each with the exchange's stage."""
    signed_in, ago = current_viewer().signed_in, ago_now()
    return [Row(_line(one, signed_in, place), ago(one.last_post_at), level) for one in threads]


@lru_cache(maxsize=_LINES_KEPT)
def _line(one: ThreadItem, signed_in: bool, place: bool) -> Line:  # a key
    return Line(
        one.public_id,
        one.title,
        one.language,
        one.kind,
        one.status,
        one.pinned,
        one.space_kind,
        signed_in and one.unread,
        one.project_name or one.author_name,
        one.project_country,
        one.faced_count,
        one.solution_count,
        one.reply_count,
        one.stage_number if place else None,
        one.last_post_at,
    )
