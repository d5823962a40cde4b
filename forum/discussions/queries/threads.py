"""A thread as a viewer reads it, by its link."""

from dataclasses import replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    case,
    exists,
    false,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased
from werkzeug.exceptions import NotFound

from forum.accounts.models import Person
from forum.activity.models import Event
from forum.db import ME, db, made_once, objects_of
from forum.directory.models import Project
from forum.discussions.kinds import ThreadStatus
from forum.discussions.models import (
    Arrangement,
    OutcomeThread,
    Post,
    ReadMark,
    Summary,
    Thread,
    ThreadTopic,
    Topic,
)
from forum.discussions.queries.guests import guest_threads, seen_or_guest
from forum.discussions.rows import ThreadRow
from forum.exchanges.models import Exchange, Stage
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.spaces.models import Space
from forum.spaces.queries import seen_by
from forum.spaces.viewer import NOBODY

TOPIC_SLUGS = (
    select(func.aggregate_strings(Topic.slug, ","))
    .join(ThreadTopic, ThreadTopic.topic_id == Topic.id)
    .where(ThreadTopic.thread_id == Thread.id)
    .correlate(Thread)
    .scalar_subquery()
)
_READ_NUMBER = (
    select(ReadMark.number)
    .where(ReadMark.thread_id == Thread.id, ReadMark.person_id == ME)
    .correlate(Thread)
    .scalar_subquery()
)
_AS_GUEST = Thread.id.in_(guest_threads(ME))

THREADS: Select[*tuple[Any, ...]] = (  # what a list tells of each
    select(
        Thread.id,
        Thread.public_id,
        Space.kind.label("space_kind"),
        Thread.title,
        Thread.kind,
        Thread.language,
        Thread.status,
        Thread.author_id,
        Person.name.label("author_name"),
        Project.name.label("project_name"),
        Project.country.label("project_country"),
        Thread.last_number,
        Thread.post_count,
        Thread.solution_count,
        Thread.faced_count,
        Thread.last_post_at,
        Stage.number.label("stage_number"),
        _READ_NUMBER.label("read_number"),
        Thread.pinned_at.is_not(None).label("pinned"),
    )
    .join(Person, Person.id == Thread.author_id)
    .join(Space, Space.id == Thread.space_id)
    .outerjoin(Project, Project.id == Thread.project_id)
    .outerjoin(Stage, Stage.id == Thread.stage_id)
)
WHOLE_THREADS = THREADS.add_columns(
    Thread.stage_id,
    Thread.space_id,
    Thread.lock_reason,
    Thread.visibility_reason,
    Person.public_id.label("author_public_id"),
    Person.side.label("author_side"),
    Thread.project_id,
    Project.slug.label("project_slug"),
    Thread.created_at,
    Thread.removed_at,
    Thread.version,
    Stage.title.label("stage_title"),
    Stage.opens_at.label("stage_opens_at"),
    Stage.closes_at.label("stage_closes_at"),
    Stage.closed_reason.label("stage_closed_reason"),
    Exchange.slug.label("exchange_slug"),
    Exchange.title.label("exchange_title"),
    Exchange.region_id,
    TOPIC_SLUGS.label("topic_slugs"),
).outerjoin(Exchange, Exchange.id == Stage.exchange_id)
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


_ONE = WHOLE_THREADS.add_columns(
    case((Space.kind == SpaceKind.COALITION, _AS_GUEST), else_=false()).label("as_guest"),
    _SUMMARY.label("summary_id"),
    _ARRANGED.label("arranged"),
    _of_its_lock(_LOCKER.name).label("locked_by"),
    _of_its_lock(Event.created_at).label("locked_at"),
)


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


def _one_thread(viewer: Viewer, which: ColumnElement[bool], asked: str | int) -> ThreadRow:
    query = _one(which, viewer.side, viewer.space_ids)
    found = objects_of(ThreadRow, query, {"me": viewer.me, "asked": asked})
    if not found:
        raise NotFound
    thread = found[0]
    if thread.as_guest and viewer.sees(thread.space_id):
        return replace(thread, as_guest=False)
    return thread


@made_once
def _one(which: ColumnElement[bool], side: str, spaces: tuple[int, ...]) -> Select[Any]:
    seen = seen_or_guest(side, ME, Thread.space_id.in_(spaces))
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
