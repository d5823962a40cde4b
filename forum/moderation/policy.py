"""Who may report a post, look through reports and decide."""

from forum.accounts.sides import Side
from forum.discussions.rows import PostRow, ThreadRow
from forum.lib.permission import YES, Answer, No
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.web.locale import later as _

_REPORTING_SIDES = frozenset({Side.MEMBER, Side.EXPERT, Side.FACILITATOR, Side.STAFF})
_KNOWN_SIDES = frozenset({Side.FACILITATOR, Side.STAFF})


def can_report(viewer: Viewer, thread: ThreadRow, post: PostRow) -> Answer:
    """Whoever takes part and reads the post, save its author.

    Not in the staff's own space: nobody who decides reads there.
    """
    if viewer.side not in _REPORTING_SIDES:
        return No(_("Only people of projects, experts, facilitators and staff report a post."))
    if post.author_id == viewer.person_id:
        return No(_("This is your own post: you can remove it yourself."))
    if thread.space_kind == SpaceKind.STAFF:
        return No(_("Nobody who facilitates reads here: please talk to who wrote it."))
    if post.removed_at is not None:
        return No(_("This post is already removed."))
    return YES


def is_held_to_limits(side: str) -> bool:
    """Whether newcomers on that side are: who facilitates and staff come by a nearer hand."""
    return side not in _KNOWN_SIDES


def can_moderate(viewer: Viewer) -> Answer:
    """Look through the reports: who facilitates, as far as they see. Never staff or operators."""
    if viewer.side == Side.FACILITATOR:
        return YES
    return No(_("Only who facilitates looks through reports."))


def can_decide(viewer: Viewer, post: PostRow) -> Answer:
    """Read and decide the reports on a post: who facilitates, and not about their own."""
    if viewer.side != Side.FACILITATOR:
        return No(_("Only who facilitates looks through reports."))
    if post.author_id == viewer.person_id:
        return No(_("Somebody else who facilitates decides about your own post."))
    return YES
