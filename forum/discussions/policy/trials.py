"""Who says what came of a solution (PRODUCT section 2: "we tried it")."""

from forum.discussions.kinds import PostKind, ThreadStatus
from forum.discussions.policy.sides import speaks_for_any
from forum.discussions.rows import PostRow, ThreadRow
from forum.lib.permission import YES, Answer, No
from forum.spaces import Viewer
from forum.web.locale import later as _

NO_SOLUTION = No(_("Only a solution is tried."))  # said of most posts of every page: made once


def can_try(
    viewer: Viewer, post: PostRow, thread: ThreadRow, project_id: int | None = None
) -> Answer:
    """Record a trial: people for their own project, who facilitates for any.

    Never the project whose solution it is. Also when the stage has closed: what came of it is
    known later. Without a project: whether there is one to ask for.
    """
    if post.kind != PostKind.SOLUTION:
        return NO_SOLUTION
    if not (may := _speaks(viewer, post, project_id)):
        return may
    if post.removed_at is not None or thread.removed_at is not None:
        return No(_("This post was removed."), state=True)
    if thread.status == ThreadStatus.LOCKED:
        return No(_("This thread is locked: %(reason)s", reason=thread.lock_reason), state=True)
    return YES


def can_withdraw_trial(viewer: Viewer, post: PostRow, thread: ThreadRow, project_id: int) -> Answer:
    """As for recording it, also in a locked thread: one may always take back one's own words."""
    del thread
    if post.kind != PostKind.SOLUTION:
        return NO_SOLUTION
    return _speaks(viewer, post, project_id)


def _speaks(viewer: Viewer, post: PostRow, project_id: int | None) -> Answer:
    own = _("A project does not confirm its own solution.")
    if speaks_for_any(viewer):
        return No(own) if project_id is not None and project_id == post.project_id else YES
    if project_id is None:
        others = set(viewer.projects) - {post.project_id}
        if others:
            return YES
        return No(own if viewer.projects else _only_projects())
    if project_id not in viewer.projects:
        return No(_only_projects())
    return No(own) if project_id == post.project_id else YES


def _only_projects() -> str:
    return str(_("Only a project’s own people say what came of it there."))
