"""The library of solutions: what helped most, what is like one's own project, and why."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
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

from forum.db import UTCDateTime, among, each_of, made_once, objects_of, rows_of
from forum.directory.models import Lifecycle, Project
from forum.discussions.kinds import PostKind, Verdict
from forum.discussions.models import Case, FacedBy, Post, SolutionFor, Thread, ThreadTopic, Trial
from forum.discussions.queries.lists import about_any
from forum.discussions.queries.solutions import SOLUTIONS
from forum.discussions.rows import SolutionItem
from forum.spaces import Viewer
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
    rows = rows_of(_own(viewer.space_ids), {"own": own})
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
    place = paging.read_cursor(after) if newest else _read_place(after)
    values = {**_values(own), **_left_out(without), "most": size + 1}
    if place is not None:
        values |= dict(zip(_NEWEST_NAMES if newest else _PLACE_NAMES, place, strict=True))
    query = _library(
        viewer.space_ids,
        _shape(own) if own else None,
        topic=topic,
        solved=solved,
        newest=newest,
        further=place is not None,
    )
    rows = objects_of(SolutionItem, query, values)
    page = paging.page_of(rows, size, "created_at")
    if newest or page.after is None:
        return page
    return paging.Page(page.rows, f"{page.rows[-1].confirmed_count}.{page.after}")


def for_project(viewer: Viewer, own: OwnProject) -> list[SolutionItem]:
    """A few solutions of others that fit the project best, of a bounded number of candidates.

    About what it faces, tried in its country, from there, from the same point of its way.
    """
    query = _fitting(viewer.space_ids, _shape(own))
    return objects_of(SolutionItem, query, _values(own))


class _Shape(NamedTuple):
    """What of one's own project changes a select: the rest of it are its values."""

    topics: int  # places for them
    lifecycle: bool


def _shape(own: OwnProject) -> _Shape:
    topics = len(each_of(own.topic_ids)) if own.topic_ids else 0
    return _Shape(topics, own.lifecycle is not None)


def _values(own: OwnProject | None) -> dict[str, Any]:
    if own is None:
        return {}
    topics = each_of(own.topic_ids) if own.topic_ids else {}
    return {"own": own.id, "country": own.country, "lifecycle": own.lifecycle, **topics}


def _left_out(without: Collection[int]) -> dict[str, int]:
    """Always so many values: nobody's post fills what is left."""
    ids = [*without, *[_NO_POST] * MOST_FOR_PROJECT][:MOST_FOR_PROJECT]
    return {f"without_{n}": one for n, one in enumerate(ids)}


def _read_place(raw: str | None) -> tuple[int, datetime, int] | None:
    """Where the list by confirmations is continued."""
    count, _dot, rest = (raw or "").partition(".")
    place = paging.read_cursor(rest)
    if place is None or not count.isdecimal() or len(count) > 9:
        return None
    return int(count), *place


_NO_POST = -1  # no post has this inner id
_NEWEST_NAMES = ("at", "before")
_PLACE_NAMES = ("count", *_NEWEST_NAMES)
_OWN: Any = bindparam("own")  # the inner id of the viewer's project
_COUNTRY: Any = bindparam("country")
_LIFECYCLE: Any = bindparam("lifecycle", type_=Project.lifecycle.type)
_AT: Any = bindparam("at", type_=UTCDateTime())
_BEFORE: Any = bindparam("before")
_COUNT: Any = bindparam("count")


@made_once
def _own(spaces: tuple[int, ...]) -> Select[*tuple[Any, ...]]:
    """The project of `own`, with each topic of what it faces."""
    columns: list[Any] = [Project.id, Project.name, Project.country, Project.lifecycle]
    return (
        select(*columns, ThreadTopic.topic_id)
        .outerjoin(FacedBy, FacedBy.project_id == Project.id)
        .outerjoin(
            Thread, and_(Thread.id == FacedBy.challenge_thread_id, Thread.space_id.in_(spaces))
        )
        .outerjoin(ThreadTopic, ThreadTopic.thread_id == Thread.id)
        .where(Project.id == _OWN)
        .distinct()
    )


@made_once
def _library(
    spaces: tuple[int, ...],
    own: _Shape | None,
    *,
    topic: str | None,
    solved: bool,
    newest: bool,
    further: bool,
) -> Select[*tuple[Any, ...]]:
    without: list[Any] = [bindparam(f"without_{n}") for n in range(MOST_FOR_PROJECT)]
    query = _told(spaces, own).where(
        _IS_SOLUTION, Thread.space_id.in_(spaces), Post.id.not_in(without)
    )
    if topic:
        query = query.where(about_any((topic,)))
    if solved:
        query = query.where(_marked_among(spaces))
    order: list[Any] = [Post.created_at, Post.id]
    place: list[Any] = [_AT, _BEFORE]
    if not newest:
        order, place = [Post.confirmed_count, *order], [_COUNT, *place]
    if further:
        query = query.where(tuple_(*order) < tuple_(*place))
    return query.order_by(*(one.desc() for one in order)).limit(bindparam("most"))


@made_once
def _fitting(spaces: tuple[int, ...], own: _Shape) -> Select[*tuple[Any, ...]]:
    seen = (
        select(Post.id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(
            _IS_SOLUTION,
            Post.removed_at.is_(None),
            Thread.removed_at.is_(None),
            Thread.space_id.in_(spaces),
            _OF_OTHERS,
        )
    )
    newest = seen.order_by(Post.created_at.desc(), Post.id.desc())
    sorts = [
        seen.order_by(Post.confirmed_count.desc(), Post.created_at.desc(), Post.id.desc()),
        newest,
    ]
    if own.topics:
        sorts.append(newest.where(_faced(own)))
    candidates = union(*(select(one.limit(CANDIDATES).subquery().c.id) for one in sorts))
    score: ColumnElement[int] = sum(
        (
            case((reason, weight), else_=0)
            for reason, weight in (
                (_faced(own), 4),
                (_TRIED_NEAR, 2),
                (_FROM_NEAR, 2),
                (_alike(own), 1),
            )
        ),
        start=literal_column("0"),
    )
    return (
        _told(spaces, own)
        .where(Post.id.in_(candidates), score > 1)
        .order_by(score.desc(), Post.confirmed_count.desc(), Post.created_at.desc(), Post.id.desc())
        .limit(MOST_FOR_PROJECT)
    )


def _marked_among(spaces: tuple[int, ...]) -> ColumnElement[bool]:
    challenge = aliased(Thread)
    return (
        select(SolutionFor.id)
        .join(challenge, challenge.id == SolutionFor.challenge_thread_id)
        .where(
            SolutionFor.solution_post_id == Post.id,
            SolutionFor.marked_at.is_not(None),
            challenge.removed_at.is_(None),
            challenge.space_id.in_(spaces),
        )
        .correlate(Post)
        .exists()
    )


def _told(spaces: tuple[int, ...], own: _Shape | None) -> Select[*tuple[Any, ...]]:
    """The columns of a row, with why it is shown."""
    reasons: tuple[ColumnElement[bool], ...] = (false(),) * 4
    if own is not None:
        reasons = (_TRIED_NEAR, _faced(own), _FROM_NEAR, _alike(own))
    columns: list[Any] = [
        _marked_among(spaces).label("marked"),
        exists().where(Case.post_id == Post.id).correlate(Post).label("is_case"),
        *(
            reason.label(name)
            for reason, name in zip(
                reasons, ("tried_near", "faced", "from_near", "alike"), strict=True
            )
        ),
    ]
    return SOLUTIONS.add_columns(*columns)


_OF_OTHERS = or_(Post.project_id.is_(None), Post.project_id != _OWN)
_TRIED_NEAR = (
    exists()
    .where(
        Trial.solution_post_id == Post.id,
        Trial.country == _COUNTRY,
        Trial.project_id != _OWN,
        Trial.verdict != Verdict.PLANNED,
    )
    .correlate(Post)
)
_BY_ANOTHER = (Project.id == Post.project_id, Project.id != _OWN)
_FROM_NEAR = exists().where(*_BY_ANOTHER, Project.country == _COUNTRY).correlate(Post)


def _faced(own: _Shape) -> ColumnElement[bool]:
    if not own.topics:
        return false()
    about = (
        exists()
        .where(ThreadTopic.thread_id == Thread.id, among(ThreadTopic.topic_id, own.topics))
        .correlate(Thread)
    )
    return and_(_OF_OTHERS, about)


def _alike(own: _Shape) -> ColumnElement[bool]:
    if not own.lifecycle:
        return false()
    return exists().where(*_BY_ANOTHER, Project.lifecycle == _LIFECYCLE).correlate(Post)
