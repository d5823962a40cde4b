"""Lists of threads, as the pages of every room show them: a row for each, kept."""

from collections.abc import Iterable
from typing import NamedTuple

from markupsafe import Markup

from forum.discussions.kinds import ThreadKind, ThreadStatus
from forum.discussions.rows import ThreadItem
from forum.spaces import current_viewer
from forum.spaces.kinds import SpaceKind
from forum.web.fragments import pieces
from forum.web.locale import ago_now


class Line(NamedTuple):
    """All that a row of a list shows of a thread."""

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
    since: str  # then, in words


def thread_rows(threads: Iterable[ThreadItem], level: int, *, place: bool) -> Markup:
    """The rows. `level` of their headings; `place`: each with the exchange's stage."""
    signed_in, made, ago = current_viewer().signed_in, pieces(), ago_now()
    return Markup("").join(
        made(
            "discussions/_row.html",
            one=Line(
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
                one.stage_number if place and one.stage_title else None,
                one.last_post_at,
                ago(one.last_post_at),
            ),
            level=level,
        )
        for one in threads
    )
