"""Who pins, moves, merges and splits threads, and hands a stage over."""

from forum.discussions.kinds import PostKind, ThreadKind
from forum.discussions.policy.sides import facilitates
from forum.discussions.policy.times import HasDates
from forum.discussions.rows import PlacedPost, PostRow, ThreadRow
from forum.lib import clock
from forum.lib.permission import YES, Answer, No
from forum.spaces import Viewer
from forum.web.locale import later as _


def can_arrange(viewer: Viewer, thread: ThreadRow) -> Answer:
    """Pin, move, merge or split a thread of a stage: who facilitates."""
    if not facilitates(viewer):
        return No(_("Only who facilitates pins, moves, merges or splits threads."))
    if thread.removed_at is not None:
        return No(_("This thread was removed."), state=True)
    if thread.stage_id is None:
        return No(_("This thread is not part of a stage: it stays as it is."))
    return YES


def can_move(viewer: Viewer, thread: ThreadRow, to: HasDates | None = None) -> Answer:
    """To another stage of its exchange that is open or comes; also out of a closed one."""
    if not (may := can_arrange(viewer, thread)) or to is None:
        return may
    if to.id == thread.stage_id:
        return No(_("This thread is in that stage already."), state=True)
    if to.closes_at is not None and to.closes_at <= clock.now():
        said = _("That stage is closed: a thread is moved to one that is open or comes.")
        return No(said, state=True)
    return YES


def can_merge(viewer: Viewer, thread: ThreadRow, into: ThreadRow | None = None) -> Answer:
    """Into another thread of the same exchange that exactly the same people read.

    A challenge only into a challenge, where its solutions and who faces it keep their sense.
    """
    may = can_arrange(viewer, thread)
    if not may or into is None:
        return may
    if into.removed_at is not None:
        return No(_("The other thread was removed."), state=True)
    if into.stage_id is None:
        return No(_("The other thread is not part of a stage: it stays as it is."))
    if into.id == thread.id:
        return No(_("A thread cannot be merged into itself."))
    if into.space_id != thread.space_id:
        return No(_("Only threads with the same readers are merged."))
    if into.exchange_slug != thread.exchange_slug:
        return No(_("Only threads of the same exchange are merged."))
    if thread.kind == ThreadKind.CHALLENGE and into.kind != ThreadKind.CHALLENGE:
        return No(_("A challenge is merged only into another challenge."))
    return YES


def can_split(viewer: Viewer, post: PlacedPost) -> Answer:
    """Any branch but the whole thread; not one whose first post is removed or the summary."""
    return can_arrange(viewer, post.thread) and can_open_thread(post)


def can_open_thread(post: PostRow) -> Answer:
    """Whether a post is a branch that could be a thread of its own, whoever does it."""
    if post.is_first:
        return No(_("This is the beginning of the thread, not a branch of it."))
    if post.removed_at is not None:
        return No(_("This post was removed: it cannot open a thread."), state=True)
    if post.kind == PostKind.SUMMARY:
        return No(_("A summary stays with the thread that it sums up."))
    return YES


def can_hand_over(viewer: Viewer, stage: HasDates) -> Answer:
    """Carry on what a stage left open: who facilitates, once it is closed."""
    if not facilitates(viewer):
        return No(_("Only facilitators run an exchange and its stages."))
    if stage.closes_at is None or stage.closes_at > clock.now():
        return No(_("This stage is not closed yet."), state=True)
    return YES
