"""The visibility rule, as a condition inside a query; and the spaces themselves."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from forum.accounts.models import Person
from forum.db import db
from forum.directory.models import ProjectMember
from forum.mail.models import BouncedAddress
from forum.spaces.kinds import COALITION_SIDES, OPEN_TO_SIDE, SpaceKind
from forum.spaces.models import Space, SpaceMember
from forum.spaces.viewer import Viewer


def seen_by(viewer: Viewer, space_column: Any) -> ColumnElement[bool]:
    """The condition that a row, whose space is in `space_column`, is visible to `viewer`."""
    condition: ColumnElement[bool] = space_column.in_(viewer.space_ids)
    return condition


def seeing(space_id: int, kind: SpaceKind) -> ColumnElement[bool]:
    """The same rule the other way round: the condition that a `Person` sees that space."""
    if kind != SpaceKind.COALITION:
        return Person.side.in_(
            sorted(side for side, kinds in OPEN_TO_SIDE.items() if kind in kinds)
        )
    here = SpaceMember.space_id == space_id
    projects = select(SpaceMember.project_id).where(here, SpaceMember.project_id.is_not(None))
    members = select(ProjectMember.person_id).where(
        ProjectMember.project_id.in_(projects), ProjectMember.until.is_(None)
    )
    people = select(SpaceMember.person_id).where(here, SpaceMember.person_id.is_not(None))
    return and_(
        Person.side.in_(sorted(COALITION_SIDES)),
        or_(Person.id.in_(members), Person.id.in_(people)),
    )


def unreached(_side: str, me: Any, _spaces: Any) -> Select[Any]:
    """Whether letters to the viewer came back, so that none are sent: 1, else 0."""
    return (
        select(func.count())
        .select_from(Person)
        .join(BouncedAddress, BouncedAddress.address == Person.email)
        .where(Person.id == me, BouncedAddress.paused_at.is_not(None))
    )


def single_space(kind: SpaceKind) -> Space:
    """The one public, network or staff space."""
    return db.session.scalars(select(Space).where(Space.kind == kind)).one()


def coalition_space(region_id: int) -> Space | None:
    """The space of that region's coalition, None while there is none."""
    return db.session.scalars(select(Space).where(Space.region_id == region_id)).one_or_none()


def space_for(viewer: Viewer, kind: SpaceKind, region_id: int | None) -> Space | None:
    """The space of that kind the viewer may write into, None when there is none for them."""
    if kind == SpaceKind.COALITION:
        space = coalition_space(region_id) if region_id else None
    else:
        space = single_space(kind)
    return space if space and viewer.sees(space.id) else None
