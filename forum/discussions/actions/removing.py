"""Removing a post with a reason, and bringing it back. Its place in the tree stays."""

from forum import activity
from forum.db import db
from forum.discussions.actions.holding import hold_post, recount_posts, recount_solved_from
from forum.discussions.models import Post, Thread
from forum.discussions.policy import writing as policy
from forum.discussions.rows import PlacedPost
from forum.lib import clock
from forum.lib.permission import Refused, WrongState, require
from forum.spaces import Viewer
from forum.web.locale import gettext as _


def remove(viewer: Viewer, post: PlacedPost, *, reason: str) -> Post:
    """Take the words out of sight; who did it and why is shown in their place.

    With its first post a thread leaves every list.
    Raises Forbidden, WrongState when it is removed already, Refused without a reason for
    somebody else's words.
    """
    held, now_post = hold_post(viewer, post)
    if held.removed_at is not None:
        raise WrongState(_("This post is already removed."))
    require(policy.can_remove(viewer, now_post))
    if policy.needs_reason(viewer, now_post) and not reason:
        raise Refused(_("Please say why, for the author and everyone who reads here."), "reason")
    held.removed_at, held.removed_by_id = clock.now(), viewer.person_id
    held.removal_reason = reason
    _follow(viewer, held, now_post, "post.removed")
    return held


def restore(viewer: Viewer, post: PlacedPost) -> Post:
    """Bring the words back. Raises Forbidden, WrongState when the post is not removed."""
    held, now_post = hold_post(viewer, post)
    if held.removed_at is None:
        raise WrongState(_("This post is not removed."))
    require(policy.can_restore(viewer, now_post))
    held.removed_at = held.removed_by_id = None
    held.removal_reason = ""
    _follow(viewer, held, now_post, "post.restored")
    return held


def _follow(viewer: Viewer, held: Post, was: PlacedPost, verb: str) -> None:
    held.version += 1
    if held.number == 1:
        thread = db.session.get_one(Thread, held.thread_id)
        thread.removed_at = held.removed_at
        thread.version += 1
    db.session.flush()
    recount_posts(held.thread_id)
    recount_solved_from(held.thread_id)
    activity.record(
        viewer.person_id, verb, held, space_id=was.thread.space_id, thread=held.thread_id
    )
