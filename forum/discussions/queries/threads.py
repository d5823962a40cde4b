"""Threads as a viewer reads them: one by its link, lists by a filter."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    null,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import aliased
from werkzeug.exceptions import NotFound

from forum.accounts.models import Person
from forum.activity.models import Event
from forum.db import UTCDateTime, db, objects_of
from forum.directory.models import Project
from forum.discussions.kinds import ThreadKind, ThreadStatus
from forum.discussions.models import (
    Arrangement,
    OutcomeThread,
    Post,
    ReadMark,
    SolutionFor,
    Summary,
    Thread,
    ThreadTopic,
    Topic,
)
from forum.discussions.queries.guests import guest_threads, seen_or_guest
from forum.discussions.rows import ThreadItem, ThreadRow
from forum.discussions.topics import topics_under
from forum.exchanges.models import Exchange, Stage
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.spaces.models import Space
from forum.spaces.queries import seen_by
from forum.spaces.viewer import NOBODY
from forum.web import paging
from forum.web.settings import settings

MOST_PINNED = 3  # threads of a stage: more would be a list of their own
MOST_SHOWN_CHALLENGES = 20  # that one thread is offered for

TOPIC_SLUGS = (
    select(func.aggregate_strings(Topic.slug, ","))
    .join(ThreadTopic, ThreadTopic.topic_id == Topic.id)
    .where(ThreadTopic.thread_id == Thread.id)
    .correlate(Thread)
    .scalar_subquery()
)
_READ_NUMBER = (
    select(ReadMark.number)
    .where(ReadMark.thread_id == Thread.id, ReadMark.person_id == bindparam("me"))
    .correlate(Thread)
    .scalar_subquery()
)
_AS_GUEST = Thread.id.in_(guest_threads(bindparam("me")))
STATEMENTS_KEPT = 256  # one for each set of spaces that somebody sees

_THREADS = (
    select(
        Thread.id,
        Thread.public_id,
        Thread.stage_id,
        Thread.space_id,
        Space.kind.label("space_kind"),
        Thread.title,
        Thread.kind,
        Thread.language,
        Thread.status,
        Thread.lock_reason,
        Thread.visibility_reason,
        Thread.author_id,
        Person.name.label("author_name"),
        Person.public_id.label("author_public_id"),
        Person.side.label("author_side"),
        Thread.project_id,
        Project.name.label("project_name"),
        Project.slug.label("project_slug"),
        Project.country.label("project_country"),
        Thread.last_number,
        Thread.post_count,
        Thread.solution_count,
        Thread.faced_count,
        Thread.last_post_at,
        Thread.created_at,
        Thread.removed_at,
        Thread.version,
        Stage.number.label("stage_number"),
        Stage.title.label("stage_title"),
        Stage.opens_at.label("stage_opens_at"),
        Stage.closes_at.label("stage_closes_at"),
        Stage.closed_reason.label("stage_closed_reason"),
        Exchange.slug.label("exchange_slug"),
        Exchange.title.label("exchange_title"),
        Exchange.region_id,
        TOPIC_SLUGS.label("topic_slugs"),
        _READ_NUMBER.label("read_number"),
        Thread.pinned_at.is_not(None).label("pinned"),
    )
    .join(Person, Person.id == Thread.author_id)
    .join(Space, Space.id == Thread.space_id)
    .outerjoin(Project, Project.id == Thread.project_id)
    .outerjoin(Stage, Stage.id == Thread.stage_id)
    .outerjoin(Exchange, Exchange.id == Stage.exchange_id)
)
_SUMMARY = (
    select(Post.public_id)
    .join(Summary, Summary.post_id == Post.id)
    .where(Summary.thread_id == Thread.id, Post.removed_at.is_(None))
    .correlate(Thread)
    .scalar_subquery()
)
_ARRANGED = or_(
    exists().where(Arrangement.thread_id == Thread.id).correlate(Thread),
    exists().where(OutcomeThread.thread_id == Thread.id).correlate(Thread),
)
_LOCKER = aliased(Person)


def _of_its_lock(column: Any) -> ColumnElement[Any]:
    """Of the last lock, as the ledger has it; nothing unless it is locked now."""
    last = (
        select(column)
        .select_from(Event)
        .join(_LOCKER, _LOCKER.id == Event.actor_id)
        .where(
            Event.object_type == Thread.__name__,
            Event.object_id == Thread.id,
            Event.verb == "thread.locked",
        )
        .order_by(Event.id.desc())
        .limit(1)
        .correlate(Thread)
    )
    return case((Thread.status == ThreadStatus.LOCKED, last.scalar_subquery()))


_LISTED = _THREADS.add_columns(
    false().label("as_guest"),
    null().label("summary_id"),
    false().label("arranged"),
    null().label("locked_by"),
    null().label("locked_at"),
)
_ONE = _THREADS.add_columns(
    case((Space.kind == SpaceKind.COALITION, _AS_GUEST), else_=false()).label("as_guest"),
    _SUMMARY.label("summary_id"),
    _ARRANGED.label("arranged"),
    _of_its_lock(_LOCKER.name).label("locked_by"),
    _of_its_lock(Event.created_at).label("locked_at"),
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


def thread_or_404(public_id: str, viewer: Viewer) -> ThreadRow:
    """The thread, if the viewer sees its space or is its guest. Raises NotFound.

    The address of a thread that was merged into another finds that one.
    """
    return _one_thread(viewer, _BY_ADDRESS, public_id)


def thread_now(viewer: Viewer, thread_id: int) -> ThreadRow:
    """The thread as it is now, for an action that holds it. Raises NotFound."""
    return _one_thread(viewer, _BY_ID, thread_id)


def thread_row(thread_id: int) -> ThreadRow:
    """The thread by its inner id, whoever looks: for commands, never for a page."""
    query = _ONE.where(Thread.id == thread_id)
    return ThreadRow(**db.session.execute(query, {"me": NOBODY}).mappings().one())


def threads(
    viewer: Viewer,
    where: Filter | None = None,
    *,
    after: str | None = None,
    limit: int | None = None,
) -> paging.Page[ThreadItem]:
    """The threads of the filter that the viewer sees, newest activity first, from a cursor on."""
    size, wanted = limit or settings().page_threads, where or Filter()
    place = paging.read_cursor(after)
    values: dict[str, Any] = {"me": me(viewer), "most": size + 1}
    if place is not None:
        values["at"], values["before"] = place
    write = _listing if wanted.is_common else _listing.__wrapped__
    query = write(wanted, viewer.space_ids, further=place is not None)
    if wanted.is_common:
        rows = objects_of(ThreadRow, query, values)
    else:
        rows = [ThreadRow(**row) for row in db.session.execute(query, values).mappings()]
    return paging.page_of(rows, size, "last_post_at")


@lru_cache(maxsize=STATEMENTS_KEPT)
def _listing(where: Filter, spaces: tuple[int, ...], *, further: bool) -> Select[Any]:
    query = _LISTED.where(*_conditions(spaces, where))
    if further:
        cursor: Any = (bindparam("at", type_=UTCDateTime()), bindparam("before"))
        query = query.where(tuple_(Thread.last_post_at, Thread.id) < tuple_(*cursor))
    return query.order_by(Thread.last_post_at.desc(), Thread.id.desc()).limit(bindparam("most"))


def pinned_threads(viewer: Viewer, stage_id: int) -> list[ThreadItem]:
    """The threads of the stage that are pinned, the latest pin first."""
    values = {"me": me(viewer), "stage": stage_id}
    return objects_of(ThreadRow, _pinned(viewer.space_ids), values)


@lru_cache(maxsize=STATEMENTS_KEPT)
def _pinned(spaces: tuple[int, ...]) -> Select[Any]:
    return (
        _LISTED.where(
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
    query = _LISTED.where(
        Thread.id.in_(tuple(ids)), seen_by(viewer, Thread.space_id), Thread.removed_at.is_(None)
    )
    return {row.id: row for row in fetch_threads(viewer, query)}


def challenges_of(viewer: Viewer, thread: ThreadRow) -> list[ThreadItem]:
    """The challenges that this thread's first post is offered for, as far as they are seen."""
    query = (
        _LISTED.join(SolutionFor, SolutionFor.challenge_thread_id == Thread.id)
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


def _one_thread(viewer: Viewer, which: ColumnElement[bool], asked: str | int) -> ThreadRow:
    query = _one(which, viewer.side, viewer.space_ids)
    found = objects_of(ThreadRow, query, {"me": me(viewer), "asked": asked})
    if not found:
        raise NotFound
    thread = found[0]
    if thread.as_guest and viewer.sees(thread.space_id):
        return replace(thread, as_guest=False)
    return thread


@lru_cache(maxsize=STATEMENTS_KEPT)
def _one(which: ColumnElement[bool], side: str, spaces: tuple[int, ...]) -> Select[Any]:
    seen = seen_or_guest(side, bindparam("me"), Thread.space_id.in_(spaces))
    return _ONE.where(which, seen)


_ASKED: Any = bindparam("asked")
_BY_ID: ColumnElement[bool] = Thread.id == _ASKED
_ADDRESSED = aliased(Thread)
_BY_ADDRESS: ColumnElement[bool] = (
    Thread.id
    == select(func.coalesce(_ADDRESSED.merged_into_id, _ADDRESSED.id))
    .where(_ADDRESSED.public_id == _ASKED)
    .scalar_subquery()
)


def reachable(viewer: Viewer) -> ColumnElement[bool]:
    """That the viewer may read the thread by its link: its space is seen, or they are its guest."""
    return seen_or_guest(viewer.side, viewer.person_id, seen_by(viewer, Thread.space_id))


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


def fetch_threads(viewer: Viewer, query: Select[Any]) -> list[ThreadRow]:
    """The rows of a query made of the thread columns above, as this viewer reads them."""
    return [ThreadRow(**row) for row in db.session.execute(query, {"me": me(viewer)}).mappings()]


def me(viewer: Viewer) -> int:
    """The viewer's inner id, one that nobody has when they are signed out."""
    return viewer.me
