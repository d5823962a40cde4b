"""What the counters must say, and where they do not."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from forum.db import db
from forum.discussions.kinds import CONFIRMING
from forum.discussions.models import (
    Attachment,
    FacedBy,
    Post,
    SolutionFor,
    Thread,
    Trial,
)
from forum.spaces.kinds import SpaceKind
from forum.spaces.models import Space


def countable(*conditions: ColumnElement[bool]) -> Select[int]:
    """The solutions that count for `Thread`: not removed, and read by all who read the thread."""
    home, home_space, here = aliased(Thread), aliased(Space), aliased(Space)
    return (
        select(func.count())
        .select_from(SolutionFor)
        .join(Post, Post.id == SolutionFor.solution_post_id)
        .join(home, home.id == Post.thread_id)
        .join(home_space, home_space.id == home.space_id)
        .join(here, here.id == Thread.space_id)
        .where(
            SolutionFor.challenge_thread_id == Thread.id,
            Post.removed_at.is_(None),
            home.removed_at.is_(None),
            or_(
                home.space_id == Thread.space_id,
                home_space.kind == SpaceKind.PUBLIC,
                and_(home_space.kind == SpaceKind.NETWORK, here.kind == SpaceKind.COALITION),
            ),
            *conditions,
        )
        .correlate(Thread)
    )


def posts_that_count() -> ScalarSelect[int]:
    """How many posts `Thread` is said to have: the first, and the replies that stand."""
    stands = or_(Post.removed_at.is_(None), Post.number == 1)
    return (
        select(func.count())
        .where(Post.thread_id == Thread.id, stands)
        .correlate(Thread)
        .scalar_subquery()
    )


def count_drift() -> list[str]:
    """Where a counter differs from the rows it counts, as sentences for the operator."""
    last = select(func.max(Post.number)).where(Post.thread_id == Thread.id).correlate(Thread)
    faced = select(func.count()).where(FacedBy.challenge_thread_id == Thread.id).correlate(Thread)
    found = []
    for name, counted in (
        ("post_count", posts_that_count()),
        ("last_number", last.scalar_subquery()),
        ("faced_count", faced.scalar_subquery()),
        ("solution_count", countable().scalar_subquery()),
    ):
        column, truth = getattr(Thread, name), func.coalesce(counted, 0)
        rows = db.session.execute(select(Thread.public_id, column, truth).where(column != truth))
        found += [f"thread {one}: {name} is {kept}, rows say {true}" for one, kept, true in rows]
    return found + _file_drift() + _trial_drift()


def tried() -> ScalarSelect[int]:
    """How many projects tried `Post`, or mean to."""
    return (
        select(func.count())
        .where(Trial.solution_post_id == Post.id)
        .correlate(Post)
        .scalar_subquery()
    )


def confirmed() -> ColumnElement[int]:
    """How many projects `Post` helped, beside its own.

    It worked for them, at least in part, or it solved a challenge of theirs. What some readers
    of the solution may not know of, a challenge that they do not see, does not count.
    """
    challenge, here, home, home_space = (
        aliased(Thread),
        aliased(Space),
        aliased(Thread),
        aliased(Space),
    )
    trials = and_(
        Trial.solution_post_id == Post.id, Trial.verdict.in_(CONFIRMING), _other(Trial.project_id)
    )
    worked = select(func.count()).where(trials).correlate(Post).scalar_subquery()
    counted = select(Trial.id).where(trials, Trial.project_id == challenge.project_id)
    solved = (
        select(func.count(challenge.project_id.distinct()))
        .select_from(SolutionFor)
        .join(challenge, challenge.id == SolutionFor.challenge_thread_id)
        .join(here, here.id == challenge.space_id)
        .join(home, home.id == Post.thread_id)
        .join(home_space, home_space.id == home.space_id)
        .where(
            SolutionFor.solution_post_id == Post.id,
            SolutionFor.marked_at.is_not(None),
            challenge.removed_at.is_(None),
            _other(challenge.project_id),
            or_(
                challenge.space_id == home.space_id,
                here.kind == SpaceKind.PUBLIC,
                and_(here.kind == SpaceKind.NETWORK, home_space.kind == SpaceKind.COALITION),
            ),
            ~counted.correlate(Post, challenge).exists(),
        )
        .correlate(Post)
        .scalar_subquery()
    )
    return worked + solved


def _other(project_id: Any) -> ColumnElement[bool]:
    """That it is a project, and not the one whose solution `Post` is."""
    return and_(
        project_id.is_not(None), or_(Post.project_id.is_(None), project_id != Post.project_id)
    )


def _trial_drift() -> list[str]:
    found = []
    for name, counted in (("trial_count", tried()), ("confirmed_count", confirmed())):
        column = getattr(Post, name)
        rows = db.session.execute(select(Post.public_id, column, counted).where(column != counted))
        found += [f"post {one}: {name} is {kept}, rows say {true}" for one, kept, true in rows]
    return found


def _file_drift() -> list[str]:
    counted = (
        select(func.count()).where(Attachment.post_id == Post.id).correlate(Post).scalar_subquery()
    )
    rows = db.session.execute(
        select(Post.public_id, Post.file_count, counted).where(Post.file_count != counted)
    )
    return [f"post {one}: file_count is {kept}, rows say {true}" for one, kept, true in rows]
