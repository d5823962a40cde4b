"""Who may see and change what in the directory (PRODUCT section 2).

Cards of projects are public. People and experts are seen by whoever sees the network.
"""

from typing import Protocol

from forum.accounts.policy import facilitates_for
from forum.accounts.sides import Side
from forum.directory.models import ProjectRole
from forum.directory.slots import Looker
from forum.lib.permission import YES, Answer, No
from forum.web.locale import later as _


class HasProject(Protocol):
    """A project, as far as permission goes."""

    @property
    def id(self) -> int:
        """The inner id."""


def can_see_people(viewer: Looker) -> Answer:
    """Everyone signed in but observers."""
    return YES if viewer.sees_people else No(_("Only people of the network see who is in it."))


def can_add_project(viewer: Looker) -> Answer:
    """Who facilitates, and who runs the host."""
    if viewer.side == Side.FACILITATOR or viewer.is_operator:
        return YES
    return No(_("Only facilitators and whoever runs the server add projects."))


def can_edit_project(viewer: Looker, project: HasProject) -> Answer:
    """Its coordinators; and who facilitates, for projects nobody looks after yet."""
    if _coordinates(viewer, project) or viewer.side == Side.FACILITATOR:
        return YES
    return No(_("Only the project's coordinators and facilitators change its card."))


def can_manage_members(viewer: Looker, project: HasProject) -> Answer:
    """Give a role and end a membership: its coordinators, and who facilitates for it."""
    if _coordinates(viewer, project) or facilitates_for(viewer, project.id):
        return YES
    return No(_("Only the project's coordinators and facilitators say who belongs to it."))


def can_end_membership(viewer: Looker, project: HasProject, person_id: int) -> Answer:
    """Everybody may leave; others are let go by those who say who belongs."""
    return YES if viewer.person_id == person_id else can_manage_members(viewer, project)


def can_keep_profile(viewer: Looker) -> Answer:
    """Experts keep their own profile, and nobody else does."""
    if viewer.side == Side.EXPERT:
        return YES
    return No(_("Only experts have a profile here."))


def _coordinates(viewer: Looker, project: HasProject) -> bool:
    return viewer.projects.get(project.id) == ProjectRole.COORDINATOR
