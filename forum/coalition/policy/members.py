"""Who says who belongs to the coalition and speaks there (PRODUCT section 2, DOMAIN section 3)."""

from collections.abc import Collection

from forum.accounts.sides import Side
from forum.coalition.rows import CoalitionRow
from forum.directory.models import ProjectRole
from forum.lib.permission import YES, Answer, No
from forum.spaces import Viewer
from forum.web.locale import later as _


def can_see_inside(viewer: Viewer, coalition: CoalitionRow) -> Answer:
    """The coalition itself: who speaks for whom is nobody else's."""
    return YES if viewer.sees(coalition.space_id) else No()


def can_admit(viewer: Viewer, coalition: CoalitionRow, speaks_for: Collection[int]) -> Answer:
    """Who speaks for a member project, or facilitates the coalition, confirms a new member."""
    if viewer.sees(coalition.space_id) and (_facilitates(viewer) or speaks_for):
        return YES
    return No(_("A project is admitted on the word of a delegate or of whoever facilitates."))


def can_name_delegates(viewer: Viewer, coalition: CoalitionRow, project_id: int) -> Answer:
    """The project's coordinators name who speaks for it; whoever facilitates records it."""
    if _coordinates(viewer, coalition, project_id):
        return YES
    return No(_("The project’s coordinators name its delegate; whoever facilitates records it."))


def can_take_out(viewer: Viewer, coalition: CoalitionRow, project_id: int) -> Answer:
    """A project leaves by its coordinators' word; whoever facilitates records it."""
    if _coordinates(viewer, coalition, project_id):
        return YES
    return No(_("A project leaves on its coordinators’ word; whoever facilitates records it."))


def is_member(viewer: Viewer, coalition_space_id: int) -> bool:
    """Whether the viewer is of a member project: on the projects' side, and inside."""
    return viewer.side == Side.MEMBER and viewer.sees(coalition_space_id)


def facilitates(viewer: Viewer, coalition_space_id: int) -> bool:
    """Whether the viewer facilitates this coalition."""
    return _facilitates(viewer) and viewer.sees(coalition_space_id)


def _facilitates(viewer: Viewer) -> bool:
    return viewer.side == Side.FACILITATOR


def _coordinates(viewer: Viewer, coalition: CoalitionRow, project_id: int) -> bool:
    coordinates = viewer.projects.get(project_id) == ProjectRole.COORDINATOR
    return viewer.sees(coalition.space_id) and (coordinates or _facilitates(viewer))
