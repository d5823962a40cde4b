"""What was done to a thread, where it could go, and what a stage left open."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from forum.accounts.models import Person
from forum.db import db
from forum.discussions.kinds import Arranged, ThreadKind, ThreadStatus
from forum.discussions.models import Arrangement, OutcomeThread, Post, Thread
from forum.discussions.policy.writing import can_start_thread
from forum.discussions.queries.lists import Filter, threads, whole_threads
from forum.discussions.queries.threads import TOPIC_SLUGS
from forum.discussions.rows import ThreadItem, ThreadRow
from forum.exchanges.models import ExchangeSession, Outcome, Stage
from forum.exchanges.queries.stages import stage_or_404, stages_of, stages_open_now
from forum.exchanges.rows import StageRow
from forum.exchanges.states import StageState
from forum.lib import clock, slugs
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.spaces.models import Space
from forum.spaces.queries import seen_by
from forum.web.paging import Page

MOST_LINES = 40  # of what was done to one thread
MOST_LEFT_OPEN = 40  # threads on one page of a hand-over
LOOKED_THROUGH = 200  # threads of the exchange, the latest
LEAST_LIKENESS = 2  # one telling word of the title, or two topics
TELLING = 4  # letters from which on a word tells something
STEM = 5  # letters by which two words are taken for one
MOST_ON_AGENDA = 10  # challenges: what two hours can take up


@dataclass(frozen=True, kw_only=True)
class Line:
    """Something that was done to a thread, for its readers."""

    what: Arranged
    path: str  # where it stands in the tree; empty: over the whole thread
    at: datetime
    by: str
    stage_number: int | None  # where it came from
    stage_title: str | None
    other_id: str | None  # public id of the other thread
    other_title: str | None
    other_language: str | None


@dataclass(frozen=True)
class FromSession:
    """The session that a thread goes back to, and which of its outcomes."""

    session_id: str  # public
    session_title: str
    language: str
    number: int


@dataclass(frozen=True)
class AgendaItem:
    """A challenge that a session could take up; without its title if not everyone may read it."""

    public_id: str
    title: str
    topics: tuple[str, ...]
    faced_count: int


def lines_of(viewer: Viewer, thread: ThreadRow) -> list[Line]:
    """What was done to the thread, as far as the viewer may read the other thread it names."""
    if not thread.arranged:
        return []
    other, now = aliased(Thread), aliased(Thread)
    query = (
        select(
            Arrangement.what,
            Arrangement.path,
            Arrangement.created_at.label("at"),
            Person.name.label("by"),
            Stage.number.label("stage_number"),
            Stage.title.label("stage_title"),
            other.public_id.label("other_id"),
            other.title.label("other_title"),
            other.language.label("other_language"),
        )
        .join(Person, Person.id == Arrangement.person_id)
        .outerjoin(Stage, Stage.id == Arrangement.stage_id)
        .outerjoin(other, other.id == Arrangement.other_thread_id)
        .outerjoin(now, now.id == func.coalesce(other.merged_into_id, other.id))
        .where(
            Arrangement.thread_id == thread.id,
            or_(
                Arrangement.other_thread_id.is_(None),
                now.id == thread.id,
                and_(now.removed_at.is_(None), seen_by(viewer, now.space_id)),
            ),
        )
        .order_by(Arrangement.id)
        .limit(MOST_LINES)
    )
    return [Line(**row) for row in db.session.execute(query).mappings()]


def came_from(thread: ThreadRow, origin: ThreadRow) -> bool:
    """Whether the thread was a branch of the other one."""
    query = select(Arrangement.id).where(
        Arrangement.thread_id == thread.id,
        Arrangement.what == Arranged.SPLIT_FROM,
        Arrangement.other_thread_id == origin.id,
    )
    return db.session.execute(query).first() is not None


def first_of_merged(thread: ThreadRow, address: str) -> str | None:
    """The public id of the post that was first in the thread of that address, merged into this."""
    source = aliased(Thread)
    query = (
        select(Post.public_id)
        .join(
            Arrangement,
            and_(Arrangement.thread_id == Post.thread_id, Arrangement.path == Post.path),
        )
        .join(source, source.id == Arrangement.other_thread_id)
        .where(
            Post.thread_id == thread.id,
            Arrangement.what == Arranged.MERGED,
            source.public_id == address,
        )
    )
    return db.session.scalars(query).first()


def sessions_behind(thread: ThreadRow) -> list[FromSession]:
    """The outcomes that the thread was started from."""
    if not thread.arranged:
        return []
    query = (
        select(
            ExchangeSession.public_id,
            ExchangeSession.title,
            ExchangeSession.language,
            Outcome.number,
        )
        .join(Outcome, Outcome.session_id == ExchangeSession.id)
        .join(OutcomeThread, OutcomeThread.outcome_id == Outcome.id)
        .where(OutcomeThread.thread_id == thread.id)
        .order_by(OutcomeThread.id)
    )
    return [FromSession(*row) for row in db.session.execute(query)]


def threads_from(viewer: Viewer, session_id: int) -> dict[int, list[tuple[str, str, str]]]:
    """The threads that the session's outcomes turned into, as far as the viewer sees them.

    Public id, title and language, by the outcome's number.
    """
    found: dict[int, list[tuple[str, str, str]]] = {}
    rows = db.session.execute(
        select(Outcome.number, Thread.public_id, Thread.title, Thread.language)
        .join(OutcomeThread, OutcomeThread.outcome_id == Outcome.id)
        .join(Thread, Thread.id == OutcomeThread.thread_id)
        .where(
            Outcome.session_id == session_id,
            Thread.removed_at.is_(None),
            seen_by(viewer, Thread.space_id),
        )
        .order_by(OutcomeThread.id)
    )
    for number, public_id, title, language in rows:
        found.setdefault(number, []).append((public_id, title, language))
    return found


def other_stages(thread: ThreadRow) -> list[StageRow]:
    """The stages of its exchange that the thread can be moved to: open ones and coming ones."""
    if thread.exchange_slug is None or thread.stage_number is None:
        return []
    here = stage_or_404(thread.exchange_slug, thread.stage_number)
    return stages_ahead(here)


def alike(viewer: Viewer, thread: ThreadRow) -> list[ThreadRow]:
    """Threads of its exchange whose titles or topics are like the thread's, the likest first.

    Looked for among the latest; what is alike only in one topic is left out.
    """
    if thread.exchange_slug is None or thread.stage_number is None:
        return []
    stage = stage_or_404(thread.exchange_slug, thread.stage_number)
    where = Filter(exchange_id=stage.exchange_id, without=(thread.id,))
    latest = whole_threads(viewer, where, limit=LOOKED_THROUGH).rows
    title, topics = _telling_words(thread.title), set(thread.topics)

    def likeness(other: ThreadRow) -> int:
        words = len(title & _telling_words(other.title))
        return 2 * words + len(topics & set(other.topics))

    found = [(likeness(other), other) for other in latest]
    found.sort(key=lambda one: -one[0])
    return [other for score, other in found if score >= LEAST_LIKENESS]


def stages_ahead(stage: StageRow) -> list[StageRow]:
    """The other stages of its exchange that are open or come."""
    now = clock.now()
    return [
        one
        for one in stages_of(stage.exchange_id)
        if one.id != stage.id
        and (one.closes_at is None or one.closes_at > now)
        and one.state in (StageState.OPEN, StageState.COMING)
    ]


def stage_to_write_in(viewer: Viewer) -> Any | None:
    """The latest open stage in which the viewer may start a thread: slug and number; or None."""
    stages = stages_open_now() if viewer.signed_in else ()
    return next((stage for stage in stages if can_start_thread(viewer, stage)), None)


def open_stages(stage: StageRow) -> list[StageRow]:
    """The stages of that stage's exchange in which people write now."""
    return [one for one in stages_of(stage.exchange_id) if one.is_open]


def left_open(viewer: Viewer, stage: StageRow, *, after: str | None = None) -> Page[ThreadItem]:
    """What a stage leaves open, as far as the viewer sees it.

    The challenges without a solution that solved them, and the questions nobody answered.
    """
    where = Filter(stage_id=stage.id, unresolved=True)
    return threads(viewer, where, after=after, limit=MOST_LEFT_OPEN)


def still_open(viewer: Viewer, stage: StageRow, ids: Iterable[str]) -> list[ThreadRow]:
    """Those of the threads, by their public ids, that the stage still leaves open."""
    wanted = tuple(ids)
    if not wanted:
        return []
    where = Filter(stage_id=stage.id, unresolved=True, public_ids=wanted)
    return list(whole_threads(viewer, where, limit=len(wanted)).rows)


def split_off_from(thread_id: int) -> Select[int]:
    """The inner ids of the threads split off from that one, and from those again."""
    split = Arrangement.what == Arranged.SPLIT_FROM
    found = (
        select(Arrangement.thread_id.label("id"))
        .where(split, Arrangement.other_thread_id == thread_id)
        .cte("split_off", recursive=True)
    )
    further = select(Arrangement.thread_id).join(found, Arrangement.other_thread_id == found.c.id)
    found = found.union(further.where(split))
    return select(found.c.id)


def path_at(thread: ThreadRow, number: int) -> str:
    """The path of the post of that number, empty when there is none."""
    query = select(Post.path).where(Post.thread_id == thread.id, Post.number == number)
    return db.session.execute(query).scalar() or ""


def for_the_agenda(exchange_id: int) -> list[AgendaItem]:
    """Open challenges of the exchange that the network reads, what most projects face first.

    An agenda is read by everyone, so a title comes along only where everyone reads the thread.
    """
    public = Space.kind == SpaceKind.PUBLIC
    rows: Any = db.session.execute(
        select(
            Thread.public_id,
            case((public, Thread.title), else_=""),
            TOPIC_SLUGS,
            Thread.faced_count,
        )
        .join(Space, Space.id == Thread.space_id)
        .join(Stage, Stage.id == Thread.stage_id)
        .where(
            Stage.exchange_id == exchange_id,
            Space.kind.in_((SpaceKind.PUBLIC, SpaceKind.NETWORK)),
            Thread.kind == ThreadKind.CHALLENGE,
            Thread.status == ThreadStatus.OPEN,
            Thread.removed_at.is_(None),
        )
        .order_by(Thread.faced_count.desc(), Thread.last_post_at.desc(), Thread.id)
        .limit(MOST_ON_AGENDA)
    )
    return [
        AgendaItem(public_id, title, tuple(sorted(slugs.split(","))) if slugs else (), faced)
        for public_id, title, slugs, faced in rows
    ]


def _telling_words(title: str) -> set[str]:
    """The beginnings of a title's longer words, without accents."""
    words = re.findall(r"\w+", slugs.fold(title))
    return {word[:STEM] for word in words if len(word) >= TELLING}
