"""Who says what solves a challenge, and who faces it."""

from forum.discussions.kinds import ThreadKind
from forum.discussions.policy.sides import facilitates, is_theirs, speaks_for
from forum.discussions.policy.times import while_unlocked
from forum.discussions.policy.writing import can_offer_elsewhere
from forum.discussions.rows import PlacedPost, ThreadRow
from forum.lib.permission import YES, Answer, No
from forum.spaces import Viewer
from forum.web.locale import later as _


def can_mark_solution(viewer: Viewer, challenge: ThreadRow) -> Answer:
    """The challenge's author, anyone of their project, or who facilitates.

    Also when its stage has closed: what solves a challenge often shows later.
    """
    if challenge.kind != ThreadKind.CHALLENGE:
        return No(_("Only a challenge collects solutions."))
    if facilitates(viewer):
        return YES
    if not is_theirs(viewer, challenge):
        return No(_("The project that raised the challenge says what solved it."))
    return while_unlocked(challenge)


def can_offer_thread(viewer: Viewer, thread: ThreadRow) -> Answer:
    """Name a challenge for a solution thread: its author, or who facilitates."""
    if thread.kind != ThreadKind.SOLUTION:
        return No(_("Only a thread of the kind solution is offered for a challenge."))
    if thread.author_id != viewer.person_id and not facilitates(viewer):
        return No(_("Only the author of a solution offers it for a challenge."))
    return YES


def can_link_solution(viewer: Viewer, post: PlacedPost, challenge: ThreadRow) -> Answer:
    """A solution thread's author or who facilitates, for a challenge nobody locked."""
    if not post.is_first:
        return No(_("Only a thread of the kind solution is offered for a challenge."))
    return can_offer_thread(viewer, post.thread) and can_offer_elsewhere(viewer, challenge)


def can_face(viewer: Viewer, thread: ThreadRow, project_id: int | None = None) -> Answer:
    """People say it for their own project; who facilitates records it for any.

    Also when its stage has closed: how many face it is asked when the next session is prepared.
    """
    if thread.kind != ThreadKind.CHALLENGE:
        return No(_("Only a challenge is faced by projects."))
    if not speaks_for(viewer, project_id):
        return No(_("Only a project’s own people say that it faces this too."))
    return while_unlocked(thread)


def can_unface(viewer: Viewer, thread: ThreadRow, project_id: int | None = None) -> Answer:
    """As for saying so; the project that raised the challenge always faces it."""
    if project_id is not None and project_id == thread.project_id:
        return No(_("This project raised the challenge."))
    return can_face(viewer, thread, project_id)
