"""Whose word lets somebody into a coalition's room: that of who is in it already.

DOMAIN section 3: nobody becomes a coalition member by an operator's hand alone.
"""

from typing import Any

from sqlalchemy import Select, or_, select

from forum.accounts.slots import Actor
from forum.coalition.models import Coalition, CoalitionMembership
from forum.coalition.queries.members import people_of
from forum.db import db
from forum.directory.models import ProjectMember
from forum.spaces.models import SpaceMember


def of_projects(actor: Actor | None, project_id: int) -> bool:
    """Whether the actor may say who belongs to the project: no member's, or the actor is inside.

    The command line (None) may while nobody belongs to the project who could be asked.
    """
    rooms = _rooms(_members().where(CoalitionMembership.project_id == project_id))
    if actor is None:
        return not (rooms and people_of(project_id))
    return all(actor.sees(room) for room in rooms)


def of_people(actor: Actor | None, person_id: int) -> bool:
    """Whether the actor is in every coalition's room that the person is in."""
    theirs = select(ProjectMember.project_id).where(
        ProjectMember.person_id == person_id, ProjectMember.until.is_(None)
    )
    by_themselves = select(SpaceMember.space_id).where(SpaceMember.person_id == person_id)
    rooms = db.session.scalars(
        select(Coalition.space_id).where(
            or_(
                Coalition.space_id.in_(by_themselves),
                Coalition.id.in_(_members().where(CoalitionMembership.project_id.in_(theirs))),
            )
        )
    )
    return all(actor is not None and actor.sees(room) for room in rooms)


def _members() -> Select[Any]:
    return select(CoalitionMembership.coalition_id).where(CoalitionMembership.left_at.is_(None))


def _rooms(coalition_ids: Select[Any]) -> list[int]:
    found = select(Coalition.space_id).where(Coalition.id.in_(coalition_ids))
    return list(db.session.scalars(found))
