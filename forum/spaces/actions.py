"""Making the spaces, and letting members in and out of a coalition's."""

from sqlalchemy import delete, select

from forum import activity
from forum.accounts.models import Person
from forum.db import db
from forum.spaces.kinds import SpaceKind
from forum.spaces.models import Space, SpaceMember


def ensure_spaces() -> None:
    """Make the three single spaces where they are missing (a new database)."""
    present = set(db.session.scalars(select(Space.kind)))
    for kind in (SpaceKind.PUBLIC, SpaceKind.NETWORK, SpaceKind.STAFF):
        if kind not in present:
            db.session.add(Space(kind=kind))
    db.session.flush()


def open_coalition_space(region_id: int) -> Space:
    """Make the space of a region's coalition."""
    space = Space(kind=SpaceKind.COALITION, region_id=region_id)
    db.session.add(space)
    db.session.flush()
    return space


def let_project_in(actor_id: int | None, space: Space, project_id: int) -> None:
    """The project's people see the coalition's space from now on."""
    db.session.add(SpaceMember(space_id=space.id, project_id=project_id))
    activity.record(actor_id, "space.project_in", space, space_id=space.id, project=project_id)


def let_project_out(actor_id: int | None, space: Space, project_id: int) -> None:
    """The project's people see it no more."""
    db.session.execute(
        delete(SpaceMember).where(
            SpaceMember.space_id == space.id, SpaceMember.project_id == project_id
        )
    )
    activity.record(actor_id, "space.project_out", space, space_id=space.id, project=project_id)


def let_facilitator_in(actor_id: int | None, space: Space, person: Person) -> None:
    """A facilitator sees the coalition's space from now on; the database refuses other sides."""
    db.session.add(SpaceMember(space_id=space.id, person_id=person.id, side=person.side))
    activity.record(actor_id, "space.facilitator_in", space, space_id=space.id, person=person.id)
