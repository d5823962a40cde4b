"""What the verbs share: holding a row while it is checked, counters, read marks."""

from sqlalchemy import ColumnElement, case, exists, func, literal, select, update

from forum.db import db
from forum.db.inserting import upsert
from forum.discussions import queries
from forum.discussions.kinds import ThreadStatus
from forum.discussions.models import FacedBy, Post, ReadMark, SolutionFor, Thread
from forum.discussions.policy import speaking as policy
from forum.discussions.rows import PlacedPost, ThreadRow
from forum.spaces import Viewer


def hold_thread(viewer: Viewer, thread: ThreadRow) -> tuple[Thread, ThreadRow]:
    """Lock the thread; returns it and how it is now. Raises NotFound if it left the viewer's sight.

    A thread that was merged meanwhile gives the one it was merged into.
    """
    held = _lock_thread(thread.id)
    while held.merged_into_id is not None:
        held = _lock_thread(held.merged_into_id)
    return held, queries.thread_now(viewer, held.id)


def hold_post(viewer: Viewer, post: PlacedPost) -> tuple[Post, PlacedPost]:
    """Lock the post's thread and the post; returns it and how it is now. Raises NotFound.

    The thread is the one where the post stands now: it may have been moved meanwhile.
    """
    thread, _now = hold_thread(viewer, post.thread)
    held = db.session.get(Post, post.id, populate_existing=True, with_for_update=True)
    now = queries.post_now(viewer, post.id)
    if now.thread_id != thread.id:
        hold_thread(viewer, now.thread)
        now = queries.post_now(viewer, post.id)
    assert held is not None
    return held, now


def project_for(viewer: Viewer, wanted: int | None = None) -> int | None:
    """The project somebody writes for: the wanted one they may speak for, else their first."""
    if wanted is not None and policy.can_write_for(viewer, wanted):
        return wanted
    return min(viewer.projects, default=None)


def recount_posts(thread_id: int) -> None:
    """Set how many posts the thread is said to have from the rows themselves."""
    db.session.execute(
        update(Thread)
        .where(Thread.id == thread_id)
        .values(post_count=queries.posts_that_count())
        .execution_options(synchronize_session=False)
    )
    _reread(thread_id)


def recount_challenge(thread_id: int) -> None:
    """Set a challenge's counters and state from the rows they stand for."""
    solved = queries.countable(SolutionFor.marked_at.is_not(None)).scalar_subquery() > 0
    status = Thread.status.type
    faced = select(func.count()).where(FacedBy.challenge_thread_id == thread_id)
    db.session.execute(
        update(Thread)
        .where(Thread.id == thread_id)
        .values(
            solution_count=queries.countable().scalar_subquery(),
            faced_count=faced.scalar_subquery(),
            status=case(
                (Thread.status == ThreadStatus.LOCKED, literal(ThreadStatus.LOCKED, status)),
                (solved, literal(ThreadStatus.SOLVED, status)),
                else_=literal(ThreadStatus.OPEN, status),
            ),
            version=Thread.version + 1,
        )
        .execution_options(synchronize_session=False)
    )
    recount_confirmed(_offered_for(thread_id))
    _reread(thread_id)


def is_solved(thread_id: int) -> bool:
    """Whether a solution that counts is marked as what solved the challenge."""
    solved = exists(queries.countable(SolutionFor.marked_at.is_not(None)).with_only_columns(1))
    return bool(db.session.execute(select(Thread.id).where(Thread.id == thread_id, solved)).first())


def recount_solved_from(thread_id: int) -> None:
    """Recount every challenge for which a post of this thread is a solution."""
    challenges = select(SolutionFor.challenge_thread_id).join(
        Post, Post.id == SolutionFor.solution_post_id
    )
    for challenge_id in set(db.session.scalars(challenges.where(Post.thread_id == thread_id))):
        recount_challenge(challenge_id)
    recount_confirmed(_offered_for(thread_id))


def recount_confirmed(which: ColumnElement[bool]) -> None:
    """Set the counts of trials and of projects helped on these posts from the rows behind them."""
    db.session.execute(
        update(Post)
        .where(which)
        .values(trial_count=queries.tried(), confirmed_count=queries.confirmed())
        .execution_options(synchronize_session=False)
    )


def remember_reading(person_id: int, thread_id: int, number: int) -> None:
    """The person has read the thread up to that number; never back."""
    mark = upsert(ReadMark).values(person_id=person_id, thread_id=thread_id, number=number)
    db.session.execute(
        mark.on_conflict_do_update(
            index_elements=["person_id", "thread_id"],
            set_={"number": mark.excluded.number},
            where=ReadMark.number < mark.excluded.number,
        )
    )


def _offered_for(challenge_id: int) -> ColumnElement[bool]:
    return Post.id.in_(
        select(SolutionFor.solution_post_id).where(SolutionFor.challenge_thread_id == challenge_id)
    )


def _reread(thread_id: int) -> None:
    held = db.session.identity_map.get(db.session.identity_key(Thread, thread_id))
    if held is not None:
        db.session.refresh(held)


def _lock_thread(thread_id: int) -> Thread:
    return db.session.get_one(Thread, thread_id, populate_existing=True, with_for_update=True)
