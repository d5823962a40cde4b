"""The library of solutions: what helped most, what is like one's own project, and why."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    false,
    literal_column,
    or_,
    select,
    tuple_,
    union,
)
from sqlalchemy.orm import aliased

from forum.db import db
from forum.directory.models import Lifecycle, Project
from forum.discussions.kinds import PostKind, Verdict
from forum.discussions.models import Case, FacedBy, Post, SolutionFor, Thread, ThreadTopic, Trial
from forum.discussions.queries.lists import about_any
from forum.discussions.queries.solutions import SOLUTIONS
from forum.discussions.rows import SolutionItem
from forum.spaces import Viewer
from forum.spaces.queries import seen_by
from forum.web import paging
from forum.web.settings import settings

MOST_FOR_PROJECT = 5
CANDIDATES = 100  # of each sort, looked through for what is like one's own project

_IS_SOLUTION = Post.kind == PostKind.SOLUTION


@dataclass(frozen=True, kw_only=True)
class OwnProject:
    """What a solution is compared with: the viewer's project."""

    id: int
    name: str
    country: str
    lifecycle: Lifecycle | None
    topic_ids: tuple[int, ...]  # of the challenges it faces


def own_project(viewer: Viewer) -> OwnProject | None:
    """The viewer's project with the topics of what it faces, as far as they see it; or None."""
    own = min(viewer.projects, default=None)
    if own is None:
        return None
    rows = db.session.execute(
        select(Project.id, Project.name, Project.country, Project.lifecycle, ThreadTopic.topic_id)
        .outerjoin(FacedBy, FacedBy.project_id == Project.id)
        .outerjoin(
            Thread,
            and_(Thread.id == FacedBy.challenge_thread_id, seen_by(viewer, Thread.space_id)),
        )
        .outerjoin(ThreadTopic, ThreadTopic.thread_id == Thread.id)
        .where(Project.id == own)
        .distinct()
    ).all()
    first = rows[0]
    return OwnProject(
        id=first.id,
        name=first.name,
        country=first.country,
        lifecycle=first.lifecycle,
        topic_ids=tuple(sorted(row.topic_id for row in rows if row.topic_id is not None)),
    )


def library(
    viewer: Viewer,
    *,
    topic: str | None = None,
    solved: bool = False,
    newest: bool = False,
    own: OwnProject | None = None,
    without: Collection[int] = (),
    after: str | None = None,
) -> paging.Page[SolutionItem]:
    """The solutions the viewer sees: first what helped most projects, or what is newest.

    `solved`: those that solved a challenge the viewer sees too. `own`: the project for which it
    is said why a solution is shown. `without`: inner ids of posts shown elsewhere on the page.
    """
    size = settings().page_threads
    query = _told(viewer, own).where(_IS_SOLUTION, seen_by(viewer, Thread.space_id))
    if topic:
        query = query.where(about_any((topic,)))
    if solved:
        query = query.where(marked_somewhere(viewer))
    if without:
        query = query.where(Post.id.not_in(tuple(without)))
    place = (
        (Post.created_at, Post.id) if newest else (Post.confirmed_count, Post.created_at, Post.id)
    )
    further = paging.older_than(Post.created_at, Post.id, after) if newest else _after(after)
    if further is not None:
        query = query.where(further)
    rows = _items(query.order_by(*(column.desc() for column in place)).limit(size + 1))
    page = paging.page_of(rows, size, "created_at")
    if newest or page.after is None:
        return page
    return paging.Page(page.rows, f"{page.rows[-1].confirmed_count}.{page.after}")


def for_project(viewer: Viewer, own: OwnProject) -> list[SolutionItem]:
    """A few solutions of others that fit the project best, of a bounded number of candidates.

    About what it faces, tried in its country, from there, from the same point of its way.
    """
    seen = (
        select(Post.id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(
            _IS_SOLUTION,
            Post.removed_at.is_(None),
            Thread.removed_at.is_(None),
            seen_by(viewer, Thread.space_id),
            _of_others(own),
        )
    )
    newest = seen.order_by(Post.created_at.desc(), Post.id.desc())
    sorts = [
        seen.order_by(Post.confirmed_count.desc(), Post.created_at.desc(), Post.id.desc()),
        newest,
    ]
    if own.topic_ids:
        sorts.append(newest.where(_faced(own)))
    candidates = union(*(select(one.limit(CANDIDATES).subquery().c.id) for one in sorts))
    score: ColumnElement[int] = sum(
        (
            case((reason, weight), else_=0)
            for reason, weight in (
                (_faced(own), 4),
                (_tried_near(own), 2),
                (_from_near(own), 2),
                (_alike(own), 1),
            )
        ),
        start=literal_column("0"),
    )
    query = (
        _told(viewer, own)
        .where(Post.id.in_(candidates), score > 1)
        .order_by(score.desc(), Post.confirmed_count.desc(), Post.created_at.desc(), Post.id.desc())
        .limit(MOST_FOR_PROJECT)
    )
    return _items(query)


def marked_somewhere(viewer: Viewer) -> ColumnElement[bool]:
    """That the post is marked as what solved a challenge which the viewer sees in lists."""
    challenge = aliased(Thread)
    return (
        select(SolutionFor.id)
        .join(challenge, challenge.id == SolutionFor.challenge_thread_id)
        .where(
            SolutionFor.solution_post_id == Post.id,
            SolutionFor.marked_at.is_not(None),
            challenge.removed_at.is_(None),
            seen_by(viewer, challenge.space_id),
        )
        .correlate(Post)
        .exists()
    )


def _told(viewer: Viewer, own: OwnProject | None) -> Select[Any]:
    """The columns of a row, with why it is shown."""
    reasons = (
        (_tried_near(own), _faced(own), _from_near(own), _alike(own)) if own else (false(),) * 4
    )
    return SOLUTIONS.add_columns(
        marked_somewhere(viewer).label("marked"),
        exists().where(Case.post_id == Post.id).correlate(Post).label("is_case"),
        *(
            reason.label(name)
            for reason, name in zip(
                reasons, ("tried_near", "faced", "from_near", "alike"), strict=True
            )
        ),
    )


def _tried_near(own: OwnProject) -> ColumnElement[bool]:
    return (
        exists()
        .where(
            Trial.solution_post_id == Post.id,
            Trial.country == own.country,
            Trial.project_id != own.id,
            Trial.verdict != Verdict.PLANNED,
        )
        .correlate(Post)
    )


def _faced(own: OwnProject) -> ColumnElement[bool]:
    if not own.topic_ids:
        return false()
    about = (
        exists()
        .where(ThreadTopic.thread_id == Thread.id, ThreadTopic.topic_id.in_(own.topic_ids))
        .correlate(Thread)
    )
    return and_(_of_others(own), about)


def _of_others(own: OwnProject) -> ColumnElement[bool]:
    return or_(Post.project_id.is_(None), Post.project_id != own.id)


def _from_near(own: OwnProject) -> ColumnElement[bool]:
    return (
        exists()
        .where(Project.id == Post.project_id, Project.id != own.id, Project.country == own.country)
        .correlate(Post)
    )


def _alike(own: OwnProject) -> ColumnElement[bool]:
    if own.lifecycle is None:
        return false()
    return (
        exists()
        .where(
            Project.id == Post.project_id, Project.id != own.id, Project.lifecycle == own.lifecycle
        )
        .correlate(Post)
    )


def _after(raw: str | None) -> ColumnElement[bool] | None:
    """The condition that continues the list by confirmations after a cursor."""
    count, _dot, rest = (raw or "").partition(".")
    place = paging.read_cursor(rest)
    if place is None or not count.isdecimal() or len(count) > 9:
        return None
    return tuple_(Post.confirmed_count, Post.created_at, Post.id) < tuple_(int(count), *place)


def _items(query: Select[Any]) -> list[SolutionItem]:
    return [SolutionItem(**row) for row in db.session.execute(query).mappings()]
