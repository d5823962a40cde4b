"""Lists of threads as a viewer reads them, by a filter."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    false,
    null,
    or_,
    select,
    tuple_,
)

from forum.db import UTCDateTime, db, made_once, objects_of
from forum.discussions.kinds import ThreadKind, ThreadStatus
from forum.discussions.models import Post, SolutionFor, Thread, ThreadTopic
from forum.discussions.queries.threads import THREADS, WHOLE_THREADS
from forum.discussions.rows import ThreadItem, ThreadRow
from forum.discussions.topics import topics_under
from forum.exchanges.models import Stage
from forum.spaces import Viewer
from forum.spaces.queries import seen_by
from forum.web import paging
from forum.web.settings import settings

Made = TypeVar("Made")

MOST_PINNED = 3  # threads of a stage: more would be a list of their own
MOST_SHOWN_CHALLENGES = 20  # that one thread is offered for

_WHOLE = WHOLE_THREADS.add_columns(
    false().label("as_guest"),
    null().label("summary_id"),
    false().label("arranged"),
    null().label("locked_by"),
    null().label("locked_at"),
)


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which threads are wanted. `topics` are slugs of topics or groups: any of them will do."""

    stage_id: int | None = None
    exchange_id: int | None = None
    kind: ThreadKind | None = None
    topics: tuple[str, ...] = ()
    status: ThreadStatus | None = None
    author_id: int | None = None
    project_id: int | None = None
    since: datetime | None = None
    unanswered: bool = False
    unresolved: bool = False  # challenges not solved, questions not answered, also locked ones
    public_ids: tuple[str, ...] = ()  # only these
    without: tuple[int, ...] = ()  # inner ids of threads shown elsewhere on the page

    @property
    def is_common(self) -> bool:
        """Whether others ask for just that, so that its statement is worth keeping."""
        return not (self.author_id or self.since or self.public_ids)


def threads(
    viewer: Viewer,
    where: Filter | None = None,
    *,
    after: str | None = None,
    limit: int | None = None,
) -> paging.Page[ThreadItem]:
    """The threads of the filter that the viewer sees, newest activity first, from a cursor on."""
    return _page_of(ThreadItem, THREADS, viewer, where, after=after, limit=limit)


def whole_threads(
    viewer: Viewer,
    where: Filter | None = None,
    *,
    limit: int | None = None,
) -> paging.Page[ThreadRow]:
    """The same as they are by themselves: for who does something with each."""
    return _page_of(ThreadRow, _WHOLE, viewer, where, limit=limit)


def _page_of(
    make: Callable[..., Made],
    columns: Select[*tuple[Any, ...]],
    viewer: Viewer,
    where: Filter | None,
    *,
    after: str | None = None,
    limit: int | None = None,
) -> paging.Page[Made]:
    size, wanted = limit or settings().page_threads, where or Filter()
    place = paging.read_cursor(after)
    values: dict[str, Any] = {"me": viewer.me, "most": size + 1}
    if place is not None:
        values["at"], values["before"] = place
    write = _common_listing if wanted.is_common else _listing
    query = write(columns, wanted, viewer.space_ids, further=place is not None)
    if wanted.is_common:
        rows = objects_of(make, query, values)
    else:
        rows = [make(**row) for row in db.session.execute(query, values).mappings()]
    return paging.page_of(rows, size, "last_post_at")


def _listing(
    columns: Select[*tuple[Any, ...]], where: Filter, spaces: tuple[int, ...], *, further: bool
) -> Select[*tuple[Any, ...]]:
    query = columns.where(*_conditions(spaces, where))
    if further:
        cursor: Any = (bindparam("at", type_=UTCDateTime()), bindparam("before"))
        query = query.where(tuple_(Thread.last_post_at, Thread.id) < tuple_(*cursor))
    return query.order_by(Thread.last_post_at.desc(), Thread.id.desc()).limit(bindparam("most"))


_common_listing = made_once(_listing)


def pinned_threads(viewer: Viewer, stage_id: int) -> list[ThreadItem]:
    """The threads of the stage that are pinned, the latest pin first."""
    values = {"me": viewer.me, "stage": stage_id}
    return objects_of(ThreadItem, _pinned(viewer.space_ids), values)


@made_once
def _pinned(spaces: tuple[int, ...]) -> Select[*tuple[Any, ...]]:
    return (
        THREADS.where(
            Thread.stage_id == bindparam("stage"),
            Thread.pinned_at.is_not(None),
            Thread.removed_at.is_(None),
            Thread.space_id.in_(spaces),
        )
        .order_by(Thread.pinned_at.desc(), Thread.id.desc())
        .limit(MOST_PINNED)
    )


def threads_by_id(viewer: Viewer, ids: Iterable[int]) -> dict[int, ThreadItem]:
    """Those of the threads that the viewer sees in lists, by inner id."""
    query = THREADS.where(
        Thread.id.in_(tuple(ids)), seen_by(viewer, Thread.space_id), Thread.removed_at.is_(None)
    )
    return {row.id: row for row in fetch_threads(viewer, query)}


def challenges_of(viewer: Viewer, thread: ThreadRow) -> list[ThreadItem]:
    """The challenges that this thread's first post is offered for, as far as they are seen."""
    query = (
        THREADS.join(SolutionFor, SolutionFor.challenge_thread_id == Thread.id)
        .join(Post, Post.id == SolutionFor.solution_post_id)
        .where(
            Post.thread_id == thread.id,
            Post.number == 1,
            Thread.id != thread.id,
            Thread.removed_at.is_(None),
            seen_by(viewer, Thread.space_id),
        )
        .order_by(Thread.id)
        .limit(MOST_SHOWN_CHALLENGES)
    )
    return fetch_threads(viewer, query)


def _conditions(spaces: tuple[int, ...], where: Filter) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [
        Thread.space_id.in_(spaces),
        Thread.removed_at.is_(None),
    ]
    for column, value in (
        (Thread.stage_id, where.stage_id),
        (Stage.exchange_id, where.exchange_id),
        (Thread.kind, where.kind),
        (Thread.status, where.status),
        (Thread.author_id, where.author_id),
        (Thread.project_id, where.project_id),
    ):
        if value is not None:
            wanted.append(column == value)
    if where.since is not None:
        wanted.append(Thread.last_post_at > where.since)
    if where.unresolved:
        wanted.append(_is_unresolved())
    if where.public_ids:
        wanted.append(Thread.public_id.in_(where.public_ids))
    if where.without:
        wanted.append(Thread.id.not_in(where.without))
    if where.topics:
        wanted.append(about_any(where.topics))
    if where.unanswered:
        wanted.append(_is_unanswered())
    return wanted


def _is_unresolved() -> ColumnElement[bool]:
    """That a challenge is not solved, or a question not answered."""
    return or_(
        and_(Thread.kind == ThreadKind.CHALLENGE, Thread.status != ThreadStatus.SOLVED),
        and_(Thread.kind == ThreadKind.QUESTION, Thread.post_count <= 1),
    )


def _is_unanswered() -> ColumnElement[bool]:
    """That the thread is open and nobody wrote below it; a challenge waits for a solution."""
    waits = case(
        (Thread.kind == ThreadKind.CHALLENGE, Thread.solution_count == 0),
        else_=Thread.post_count <= 1,
    )
    return and_(Thread.status == ThreadStatus.OPEN, waits)


def about_any(slugs: Iterable[str]) -> ColumnElement[bool]:
    """That the thread is about one of these topics, or a topic of one of these groups."""
    ids = topics_under(slugs)
    return (
        select(ThreadTopic.id)
        .where(ThreadTopic.thread_id == Thread.id, ThreadTopic.topic_id.in_(ids))
        .correlate(Thread)
        .exists()
    )


def fetch_threads(viewer: Viewer, query: Select[*tuple[Any, ...]]) -> list[ThreadItem]:
    """The rows of a query made of `THREADS`, as this viewer reads them."""
    return [ThreadItem(**row) for row in db.session.execute(query, {"me": viewer.me}).mappings()]
