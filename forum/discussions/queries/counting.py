"""What the counters must say, and where they do not."""

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from forum.db import db
from forum.discussions.models import (
    Attachment,
    FacedBy,
    Post,
    SolutionFor,
    Thread,
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


def count_drift() -> list[str]:
    """Where a counter differs from the rows it counts, as sentences for the operator."""
    posts = select(func.count()).where(Post.thread_id == Thread.id).correlate(Thread)
    last = select(func.max(Post.number)).where(Post.thread_id == Thread.id).correlate(Thread)
    faced = select(func.count()).where(FacedBy.challenge_thread_id == Thread.id).correlate(Thread)
    found = []
    for name, counted in (
        ("post_count", posts),
        ("last_number", last),
        ("faced_count", faced),
        ("solution_count", countable()),
    ):
        column, truth = getattr(Thread, name), func.coalesce(counted.scalar_subquery(), 0)
        rows = db.session.execute(select(Thread.public_id, column, truth).where(column != truth))
        found += [f"thread {one}: {name} is {kept}, rows say {true}" for one, kept, true in rows]
    return found + _file_drift()


def _file_drift() -> list[str]:
    counted = (
        select(func.count()).where(Attachment.post_id == Post.id).correlate(Post).scalar_subquery()
    )
    rows = db.session.execute(
        select(Post.public_id, Post.file_count, counted).where(Post.file_count != counted)
    )
    return [f"post {one}: file_count is {kept}, rows say {true}" for one, kept, true in rows]
