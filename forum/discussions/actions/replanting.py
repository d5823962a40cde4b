"""Taking posts from one thread's tree and putting them into another's, whole branches at a time.

Numbers are given anew in the order in which the posts were written, so that siblings stay in
that order; paths are built from them. The rows and their public ids stay what they were.
"""

from bisect import bisect_right
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select, update

from forum.db import Base, db
from forum.discussions import tree
from forum.discussions.models import Post, ReadMark

_POST = Base.metadata.tables[Post.__tablename__]


@dataclass(frozen=True)
class Move:
    """Which posts go where: the branch at that path, or all of them when it is empty."""

    source_id: int
    target_id: int
    branch: str = ""
    after: int = 0  # the new numbers begin behind this one
    below_first: bool = False  # what answered the thread hangs from its first post


@dataclass(frozen=True)
class Moved:
    """How many posts went, and the new path of the first."""

    count: int
    root: str


@dataclass(frozen=True)
class Planted:
    """Where a post stands in its new tree."""

    number: int
    path: str


def places(
    posts: list[tuple[int, str]], *, after: int = 0, below_first: bool = False
) -> dict[int, Planted]:
    """New number and path of each post, by its old number, from (old number, old path).

    The posts are a whole branch, or a whole thread. With `below_first` posts at the top come to
    hang from the first one; what gets too deep becomes a sibling of the post it answered.
    """
    numbers = {old: after + rank for rank, (old, _path) in enumerate(sorted(posts), start=1)}
    made: dict[str, str] = {}
    first = min(posts)[1] if posts else ""
    placed = {}
    for old, path in sorted(posts, key=lambda post: post[1]):
        above = made.get(path[: -tree.PIECE], "")
        if not above and below_first and path != first:
            above = made[first]
        made[path] = tree.path_of(numbers[old], above)
        placed[old] = Planted(numbers[old], made[path])
    return placed


def plant(move: Move, *, target_read_to: int) -> Moved:
    """Move the posts and what people have read of them; both threads are held by the caller.

    Who had read the target up to `target_read_to`, all of it, has now read those of the posts
    that they had read before.
    """
    of_branch = Post.path.startswith(move.branch) if move.branch else Post.id.is_not(None)
    rows = db.session.execute(
        select(Post.id, Post.number, Post.path).where(Post.thread_id == move.source_id, of_branch)
    ).all()
    placed = places(
        [(row.number, row.path) for row in rows],
        after=move.after,
        below_first=move.below_first,
    )
    by_path = {placed[row.number].path: row.id for row in rows}
    db.session.connection().execute(
        update(_POST)
        .where(_POST.c.id == bindparam("post"))
        .values(
            thread_id=move.target_id,
            number=bindparam("new_number"),
            path=bindparam("new_path"),
            depth=bindparam("new_depth"),
            parent_id=bindparam("new_parent"),
        ),
        [
            {
                "post": row.id,
                "new_number": placed[row.number].number,
                "new_path": placed[row.number].path,
                "new_depth": tree.depth_of(placed[row.number].path),
                "new_parent": by_path.get(placed[row.number].path[: -tree.PIECE]),
            }
            for row in rows
        ],
    )
    for held in [row for row in db.session if isinstance(row, Post)]:
        db.session.expire(held)
    _move_marks(move, sorted(row.number for row in rows), target_read_to)
    first = min(rows, key=lambda row: row.number if not move.branch else len(row.path))
    return Moved(len(rows), placed[first.number].path)


def _move_marks(move: Move, numbers: list[int], target_read_to: int) -> None:
    """Carry over how much of the moved posts each person has read."""
    read, marks = _marks(move.source_id), _marks(move.target_id)
    for person_id, own in read.items():
        now_read = bisect_right(numbers, own.number)
        mark = marks.get(person_id)
        if mark is not None and mark.number >= target_read_to:
            mark.number = move.after + now_read
        elif mark is None and target_read_to == 0 and now_read:
            db.session.add(ReadMark(person_id=person_id, thread_id=move.target_id, number=now_read))
    left = db.session.scalar(select(func.max(Post.number)).where(Post.thread_id == move.source_id))
    for own in read.values():
        if left is None:
            db.session.delete(own)
        else:
            own.number = min(own.number, left)
    db.session.flush()


def _marks(thread_id: int) -> dict[int, ReadMark]:
    found = db.session.scalars(select(ReadMark).where(ReadMark.thread_id == thread_id))
    return {mark.person_id: mark for mark in found}
