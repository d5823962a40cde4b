"""Which sides of the table do what in a thread (PRODUCT section 2). Nobody else compares them."""

from forum.accounts.sides import Side
from forum.discussions.rows import ThreadRow
from forum.spaces import Viewer

GUEST_SIDES = frozenset({Side.EXPERT})  # in no coalition; let into one thread of it
_WRITING_SIDES = frozenset({Side.MEMBER, Side.EXPERT, Side.FACILITATOR, Side.STAFF})


def writes(viewer: Viewer) -> bool:
    """Everyone signed in but observers takes part."""
    return viewer.side in _WRITING_SIDES


def facilitates(viewer: Viewer) -> bool:
    """Whether it is who facilitates."""
    return viewer.side == Side.FACILITATOR


def can_be_guest(side: str) -> bool:
    """Whether people on that side can be let into one thread of a coalition."""
    return side in GUEST_SIDES


def speaks_for_any(viewer: Viewer) -> bool:
    """Whether the viewer writes down what any project says: who facilitates."""
    return facilitates(viewer)


def is_theirs(viewer: Viewer, thread: ThreadRow) -> bool:
    """Whether the viewer, or a project of theirs, began the thread."""
    return viewer.person_id == thread.author_id or viewer.in_project(thread.project_id)


def speaks_for(viewer: Viewer, project_id: int | None) -> bool:
    """Whether a project's words are for the viewer to write down; None: any project's at all."""
    if speaks_for_any(viewer):
        return True
    return bool(viewer.projects) if project_id is None else viewer.in_project(project_id)
