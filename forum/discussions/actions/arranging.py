"""Pinning, moving, merging and splitting threads: every post keeps its own address."""

from typing import Any

from sqlalchemy import delete, func, select, update

from forum import activity
from forum.db import db
from forum.discussions import queries
from forum.discussions.actions.drafts import carry_drafts
from forum.discussions.actions.holding import (
    hold_post,
    hold_thread,
    recount_challenge,
    recount_posts,
    recount_solved_from,
)
from forum.discussions.actions.replanting import Move, plant
from forum.discussions.kinds import Arranged, PostKind, ThreadKind, ThreadStatus
from forum.discussions.models import (
    Arrangement,
    FacedBy,
    OutcomeThread,
    Post,
    SolutionFor,
    Summary,
    Thread,
    ThreadGuest,
    ThreadTopic,
)
from forum.discussions.policy import arranging as policy
from forum.discussions.policy.times import HasDates
from forum.discussions.rows import PlacedPost, ThreadRow
from forum.exchanges.models import Stage
from forum.lib import clock
from forum.lib.permission import Refused, WrongState, require
from forum.spaces import Viewer
from forum.web.locale import gettext as _


def pin(viewer: Viewer, thread: ThreadRow) -> Thread:
    """Keep the thread among its stage's first rows; pinned twice is pinned once.

    Raises Forbidden, WrongState when as many are pinned as a stage takes.
    """
    require(policy.can_arrange(viewer, thread))
    db.session.get_one(Stage, thread.stage_id, with_for_update=True)
    held, thread = hold_thread(viewer, thread)
    require(policy.can_arrange(viewer, thread))
    if held.pinned_at is not None:
        return held
    assert thread.stage_id is not None
    if len(queries.pinned_threads(viewer, thread.stage_id)) >= queries.MOST_PINNED:
        raise WrongState(
            _(
                "%(most)d threads of this stage are pinned already. Unpin one of them first.",
                most=queries.MOST_PINNED,
            )
        )
    held.pinned_at = clock.now()
    activity.record(viewer.person_id, "thread.pinned", held, space_id=held.space_id)
    return held


def unpin(viewer: Viewer, thread: ThreadRow) -> Thread:
    """Let the thread stand where its last post puts it. Raises Forbidden."""
    held, thread = hold_thread(viewer, thread)
    require(policy.can_arrange(viewer, thread))
    if held.pinned_at is not None:
        held.pinned_at = None
        activity.record(viewer.person_id, "thread.unpinned", held, space_id=held.space_id)
    return held


def move(
    viewer: Viewer, thread: ThreadRow, stage: HasDates, *, what: Arranged = Arranged.MOVED
) -> Thread:
    """Put the thread into another stage of its exchange, with a line that says so.

    Raises Forbidden; WrongState for a stage of another exchange.
    """
    held, thread = hold_thread(viewer, thread)
    require(policy.can_move(viewer, thread, stage))
    before = held.stage_id
    exchanges = select(Stage.exchange_id).where(Stage.id.in_((before, stage.id))).distinct()
    if len(db.session.scalars(exchanges).all()) != 1:
        raise WrongState(_("A thread is moved within its exchange."))
    held.stage_id, held.pinned_at = stage.id, None
    held.version += 1
    _note(viewer, held.id, what, stage_id=before)
    activity.record(
        viewer.person_id,
        "thread.moved",
        held,
        space_id=held.space_id,
        before=before,
        after=stage.id,
        carried=what == Arranged.CARRIED,
    )
    return held


def merge(viewer: Viewer, thread: ThreadRow, into: ThreadRow) -> Thread:
    """Put all posts of `thread` into the other one, as a branch at its end.

    Its address leads there from now on. Who faces it, its solutions, topics and read marks come
    along.

    Raises Forbidden; Refused when somebody could read what they could not read before.
    """
    for one in sorted((thread, into), key=lambda row: row.id):  # the same order for everyone
        hold_thread(viewer, one)
    source, thread = hold_thread(viewer, thread)
    target, into = hold_thread(viewer, into)
    require(policy.can_merge(viewer, thread, into))
    if _guests(target.id) - _guests(source.id):
        raise Refused(
            _("The other thread has a guest who could not read this one. End that first."),
            "thread",
        )
    moved = plant(
        Move(source.id, target.id, after=target.last_number, below_first=True),
        target_read_to=target.last_number,
    )
    target.last_number += moved.count
    target.last_post_at = max(target.last_post_at, source.last_post_at)
    target.version += 1
    _unite(source, target)
    carry_drafts(source.id, target.id)
    _end_guests(source.id)
    _empty_into(source, target)
    if target.kind == ThreadKind.CHALLENGE:
        recount_challenge(target.id)
    db.session.flush()
    recount_posts(target.id)
    _note(viewer, target.id, Arranged.MERGED, path=moved.root, other_thread_id=source.id)
    activity.record(
        viewer.person_id,
        "thread.merged",
        target,
        space_id=target.space_id,
        merged=source.id,
        posts=moved.count,
    )
    return target


def split(viewer: Viewer, post: PlacedPost, *, title: str, kind: ThreadKind) -> Thread:
    """Make a thread of its own of the post and all that answers it; a line stays in its place.

    A solution becomes a thread of the kind solution, offered for the same challenge. Raises
    Forbidden, Refused.
    """
    _held, post = hold_post(viewer, post)
    origin = db.session.get_one(Thread, post.thread_id)
    require(policy.can_split(viewer, post))
    if post.kind == PostKind.SOLUTION and kind != ThreadKind.SOLUTION:
        raise Refused(_("A solution becomes a thread of the kind solution."), "kind")
    made = _thread_of(post, origin, title=title, kind=kind)
    db.session.add(made)
    db.session.flush()
    moved = plant(Move(origin.id, made.id, branch=post.path), target_read_to=0)
    db.session.execute(update(Post).where(Post.id == post.id).values(kind=PostKind(kind.value)))
    made.last_number = moved.count
    _shrink(origin)
    _share(origin, made, post)
    db.session.flush()
    for thread in (origin, made):
        recount_posts(thread.id)
    if kind == ThreadKind.CHALLENGE:
        recount_challenge(made.id)
    recount_solved_from(made.id)
    _note(viewer, origin.id, Arranged.SPLIT_OFF, path=post.path, other_thread_id=made.id)
    _note(viewer, made.id, Arranged.SPLIT_FROM, other_thread_id=origin.id)
    activity.record(
        viewer.person_id,
        "thread.split",
        made,
        space_id=made.space_id,
        origin=origin.id,
        post=post.id,
        posts=moved.count,
    )
    return made


def _empty_into(source: Thread, target: Thread) -> None:
    """Leave of a thread nothing but its address, which leads to the other one from now on."""
    source.removed_at, source.pinned_at = clock.now(), None
    source.merged_into_id = target.id
    source.last_number = source.post_count = 0
    source.solution_count = source.faced_count = 0
    source.status, source.lock_reason = ThreadStatus.OPEN, ""
    source.version += 1
    db.session.flush()
    db.session.execute(
        update(Thread).where(Thread.merged_into_id == source.id).values(merged_into_id=target.id)
    )


def _thread_of(post: PlacedPost, origin: Thread, *, title: str, kind: ThreadKind) -> Thread:
    return Thread(
        stage_id=origin.stage_id,
        space_id=origin.space_id,
        title=title,
        kind=kind,
        author_id=post.author_id,
        project_id=post.project_id,
        language=post.language,
        created_at=post.created_at,
        last_post_at=post.created_at,
    )


def _shrink(origin: Thread) -> None:
    """Its last number and day are of what stayed; nobody has read further than its last post."""
    last, at = db.session.execute(
        select(func.max(Post.number), func.max(Post.created_at)).where(Post.thread_id == origin.id)
    ).one()
    origin.last_number, origin.last_post_at = last, at
    origin.version += 1


def _share(origin: Thread, made: Thread, root: PlacedPost) -> None:
    """What the new thread has of the old: guests, topics, the summary if it was in the branch."""
    made.last_post_at = db.session.execute(
        select(func.max(Post.created_at)).where(Post.thread_id == made.id)
    ).scalar_one()
    for guest in db.session.scalars(
        select(ThreadGuest).where(ThreadGuest.thread_id == origin.id, ThreadGuest.until.is_(None))
    ):
        db.session.add(
            ThreadGuest(
                thread_id=made.id,
                person_id=guest.person_id,
                side=guest.side,
                invited_by_id=guest.invited_by_id,
            )
        )
    for topic_id in db.session.scalars(
        select(ThreadTopic.topic_id).where(ThreadTopic.thread_id == origin.id)
    ):
        db.session.add(ThreadTopic(thread_id=made.id, topic_id=topic_id))
    db.session.execute(
        update(Summary)
        .where(
            Summary.thread_id == origin.id,
            Summary.post_id.in_(select(Post.id).where(Post.thread_id == made.id)),
        )
        .values(thread_id=made.id)
    )
    if made.kind == ThreadKind.CHALLENGE and root.project_id is not None:
        made.faced_count = 1
        db.session.add(
            FacedBy(
                challenge_thread_id=made.id,
                project_id=root.project_id,
                person_id=root.author_id,
            )
        )


def _unite(source: Thread, target: Thread) -> None:
    """Give the target what belonged to the source, each thing once."""
    for model, column, same in (
        (FacedBy, FacedBy.challenge_thread_id, FacedBy.project_id),
        (SolutionFor, SolutionFor.challenge_thread_id, SolutionFor.solution_post_id),
        (ThreadTopic, ThreadTopic.thread_id, ThreadTopic.topic_id),
        (OutcomeThread, OutcomeThread.thread_id, OutcomeThread.outcome_id),
    ):
        _hand(model, column, same, source.id, target.id)
    if db.session.scalar(select(Summary.id).where(Summary.thread_id == target.id)):
        db.session.execute(delete(Summary).where(Summary.thread_id == source.id))
    else:
        db.session.execute(
            update(Summary).where(Summary.thread_id == source.id).values(thread_id=target.id)
        )


def _hand(model: Any, column: Any, same: Any, source_id: int, target_id: int) -> None:
    has = list(db.session.scalars(select(same).where(column == target_id)))
    db.session.execute(
        update(model)
        .where(column == source_id, same.not_in(has))
        .values({column.key: target_id})
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        delete(model).where(column == source_id).execution_options(synchronize_session=False)
    )


def _guests(thread_id: int) -> set[int]:
    return set(db.session.scalars(queries.guests_of(thread_id)))


def _end_guests(thread_id: int) -> None:
    """An invitation to what is no more holds nobody on their side."""
    db.session.execute(
        update(ThreadGuest)
        .where(ThreadGuest.thread_id == thread_id, ThreadGuest.until.is_(None))
        .values(until=clock.now(), side=None)
    )


def _note(viewer: Viewer, thread_id: int, what: Arranged, **more: Any) -> None:
    db.session.add(Arrangement(thread_id=thread_id, what=what, person_id=viewer.person_id, **more))
