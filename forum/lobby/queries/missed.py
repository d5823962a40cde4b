"""What happened since somebody's last visit, as far as they see it: a few of each kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from forum.accounts.models import Person
from forum.coalition.models import Proposal, Response, Vote
from forum.coalition.queries.proposal_lists import PROPOSALS, ProposalLine, lines_of
from forum.coalition.queries.proposals import visible_to
from forum.db import db
from forum.directory.models import Project
from forum.discussions.kinds import PostKind, ThreadKind
from forum.discussions.models import Post, ReadMark, Summary, Thread
from forum.discussions.rows import ThreadItem
from forum.lib import clock
from forum.lobby.models import VisitMark
from forum.lobby.queries.arranged import Deed, arranged
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.spaces.models import Space
from forum.spaces.queries import seen_by

MOST_OF_A_KIND = 6  # shown; how many more there are is said
MOST_COUNTED = 100  # beyond that nobody reads a number
FIRST_TIME = timedelta(days=14)  # for who never said that they had seen it
_OPENING = 300  # characters of a post fetched for its first words

Item = TypeVar("Item")


@dataclass(frozen=True)
class MissedThread:
    """A thread that is new or went on."""

    public_id: str
    title: str
    kind: ThreadKind
    language: str
    space_kind: SpaceKind
    project: str | None
    author: str
    created_at: datetime
    last_post_at: datetime


@dataclass(frozen=True)
class MissedPost:
    """A solution or a summary that is new, or a summary that was changed."""

    public_id: str
    kind: PostKind
    opening: str
    language: str
    space_kind: SpaceKind
    author: str
    project: str | None
    thread_title: str
    thread_language: str
    at: datetime


@dataclass(frozen=True)
class Group(Generic[Item]):
    """The newest of a kind, and how many more there are (up to MOST_COUNTED in all)."""

    rows: Sequence[Item]
    more: int = 0


@dataclass(frozen=True)
class Missed:
    """Everything that the page shows."""

    since: datetime
    threads: Group[MissedThread]
    solutions: Group[MissedPost]
    summaries: Group[MissedPost]
    proposals: Group[ProposalLine]
    arranged: Sequence[Deed]

    @property
    def any(self) -> bool:
        """Whether something happened at all."""
        groups = (self.threads, self.solutions, self.summaries, self.proposals)
        return bool(self.arranged) or any(group.rows for group in groups)


def last_visit(viewer: Viewer) -> datetime:
    """Up to when the viewer has seen what was new; a while ago for who never said so."""
    kept = db.session.execute(
        select(VisitMark.seen_at).where(VisitMark.person_id == viewer.person_id)
    ).scalar()
    return kept or clock.now() - FIRST_TIME


def anything_new(viewer: Viewer, newest: Sequence[ThreadItem], since: datetime | None) -> bool:
    """Whether home leads to the page: among the newest threads, one went on unread since."""
    after = since or clock.now() - FIRST_TIME
    return viewer.signed_in and any(one.unread and one.last_post_at > after for one in newest)


def missed(viewer: Viewer, since: datetime) -> Missed:
    """What the viewer missed since then, in four statements (five while a vote goes on)."""
    posts = _posts(viewer, since)
    return Missed(
        since=since,
        threads=_threads(viewer, since),
        solutions=posts[PostKind.SOLUTION],
        summaries=posts[PostKind.SUMMARY],
        proposals=_proposals(viewer, since),
        arranged=arranged(viewer, since),
    )


def _threads(viewer: Viewer, since: datetime) -> Group[MissedThread]:
    read = select(ReadMark.id).where(
        ReadMark.thread_id == Thread.id,
        ReadMark.person_id == viewer.person_id,
        ReadMark.number >= Thread.last_number,
    )
    query = (
        select(
            Thread.public_id,
            Thread.title,
            Thread.kind,
            Thread.language,
            Space.kind,
            Project.name,
            Person.name,
            Thread.created_at,
            Thread.last_post_at,
        )
        .join(Space, Space.id == Thread.space_id)
        .join(Person, Person.id == Thread.author_id)
        .outerjoin(Project, Project.id == Thread.project_id)
        .where(
            seen_by(viewer, Thread.space_id),
            Thread.removed_at.is_(None),
            Thread.last_post_at > since,
            ~read.correlate(Thread).exists(),
        )
        .order_by(Thread.last_post_at.desc(), Thread.id.desc())
    )
    rows, more = _first(query)
    return Group([MissedThread(*row) for row in rows], more)


def _posts(viewer: Viewer, since: datetime) -> dict[PostKind, Group[MissedPost]]:
    new = _new_posts(viewer, since).subquery()
    query = select(new).where(new.c.place <= MOST_OF_A_KIND).order_by(new.c.place)
    found: dict[PostKind, list[Any]] = {PostKind.SOLUTION: [], PostKind.SUMMARY: []}
    for row in db.session.execute(query):
        found[row.kind].append(row)
    return {
        kind: Group(
            [MissedPost(*row[:-2]) for row in rows],
            min(rows[0].of_kind, MOST_COUNTED) - len(rows) if rows else 0,
        )
        for kind, rows in found.items()
    }


def _new_posts(viewer: Viewer, since: datetime) -> Select[Any]:
    """The columns of MissedPost, then the place among its kind and how many of it there are."""
    at = func.coalesce(Post.edited_at, Post.created_at)
    new = and_(Post.kind == PostKind.SOLUTION, Post.created_at > since)
    summed = and_(Summary.id.is_not(None), or_(Post.created_at > since, Post.edited_at > since))
    place = func.row_number().over(partition_by=Post.kind, order_by=(at.desc(), Post.id.desc()))
    columns: list[Any] = [
        Post.public_id,
        Post.kind,
        func.substr(Post.body, 1, _OPENING).label("opening"),
        Post.language,
        Space.kind.label("space_kind"),
        Person.name.label("author"),
        Project.name.label("project"),
        Thread.title.label("thread_title"),
        Thread.language.label("thread_language"),
        at.label("at"),
        place.label("place"),
        func.count().over(partition_by=Post.kind).label("of_kind"),
    ]
    return (
        select(*columns)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Space, Space.id == Thread.space_id)
        .join(Person, Person.id == Post.author_id)
        .outerjoin(Project, Project.id == Post.project_id)
        .outerjoin(Summary, Summary.post_id == Post.id)
        .where(
            Post.kind.in_((PostKind.SOLUTION, PostKind.SUMMARY)),
            or_(new, summed),
            Post.author_id != viewer.person_id,
            Post.removed_at.is_(None),
            Thread.removed_at.is_(None),
            seen_by(viewer, Thread.space_id),
        )
    )


def _proposals(viewer: Viewer, since: datetime) -> Group[ProposalLine]:
    query = PROPOSALS.where(visible_to(viewer), _moved(since, clock.now()))
    rows, more = _first(query.order_by(Proposal.id.desc()))
    return Group(lines_of(rows), more)


def _moved(since: datetime, now: datetime) -> ColumnElement[bool]:
    """That something happened to a proposal since then which its readers wait for."""
    answered = select(Response.id).where(
        Response.proposal_id == Proposal.id, Response.published_at > since
    )
    voted = select(Vote.id).where(
        Vote.proposal_id == Proposal.id,
        or_(Vote.opens_at > since, and_(Vote.closes_at > since, Vote.closes_at <= now)),
    )
    return or_(
        Proposal.discussion_at > since,
        Proposal.submitted_at > since,
        Proposal.acknowledged_at > since,
        Proposal.answered_at > since,
        Proposal.aside_at > since,
        answered.correlate(Proposal).exists(),
        voted.correlate(Proposal).exists(),
    )


def _first(query: Any) -> tuple[list[Any], int]:
    """The first rows of a query, and how many more it has; one statement."""
    rows = db.session.execute(query.limit(MOST_COUNTED)).all()
    return list(rows[:MOST_OF_A_KIND]), max(0, len(rows) - MOST_OF_A_KIND)
