"""Who locks a thread, changes who reads it, and invites guests."""

from forum.discussions import slots
from forum.discussions.kinds import ThreadStatus
from forum.discussions.policy.sides import facilitates
from forum.discussions.rows import ThreadRow
from forum.lib.permission import YES, Answer, No
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.web.locale import later as _

_WIDTH = {SpaceKind.STAFF: 0, SpaceKind.COALITION: 0, SpaceKind.NETWORK: 1, SpaceKind.PUBLIC: 2}


def can_lock(viewer: Viewer, thread: ThreadRow) -> Answer:
    """Who facilitates."""
    if not facilitates(viewer):
        return No(_("Only who facilitates locks a thread."))
    if thread.status == ThreadStatus.LOCKED:
        return No(_("This thread is already locked."), state=True)
    return YES


def can_unlock(viewer: Viewer, thread: ThreadRow) -> Answer:
    """Who facilitates."""
    if not facilitates(viewer):
        return No(_("Only who facilitates unlocks a thread."))
    if thread.status != ThreadStatus.LOCKED:
        return No(_("This thread is not locked."), state=True)
    return YES


def can_change_visibility(
    viewer: Viewer, thread: ThreadRow, to: SpaceKind | None = None, *, alone: bool = False
) -> Answer:
    """Its author: narrower, and wider if nobody else is in it (`alone`).

    Who facilitates: narrower, with a reason. A thread outside the stages stays as it is.
    Without `to`: whether there is anything to ask.
    """
    if thread.stage_id is None:
        return No(_("This thread stays with the readers it has."))
    author = viewer.person_id == thread.author_id and not thread.as_guest
    if not author and not facilitates(viewer):
        return No(_("Only the author or who facilitates changes who reads a thread."))
    if to is None:
        return YES
    if to in (SpaceKind.STAFF, thread.space_kind):
        return No(_("This thread is already read by them."))
    if _WIDTH[to] < _WIDTH[thread.space_kind]:
        return YES
    if not author:
        return No(_("Only the author opens a thread to more readers."))
    if not alone:
        return No(
            _("Others take part in this thread too, for the readers it has: it stays with them.")
        )
    return YES


def can_invite_guest(viewer: Viewer, thread: ThreadRow) -> Answer:
    """Into a coalition thread: who facilitates there, or a delegate (asked of the coalition)."""
    if thread.space_kind != SpaceKind.COALITION:
        return No(_("Only a thread of the coalition has guests."))
    if not viewer.sees(thread.space_id):
        return No(_("Only people of the coalition invite guests."))
    if facilitates(viewer) or any(may(viewer, thread) for may in slots.may_invite_guest):
        return YES
    return No(_("A delegate or who facilitates invites guests."))


def wider_or_equal(one: SpaceKind, other: SpaceKind) -> bool:
    """Whether everyone who reads `other` reads `one`."""
    return one == other or _WIDTH[one] > _WIDTH[other]
