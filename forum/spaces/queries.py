"""The visibility rule, as a condition inside a query; and the spaces themselves."""

from typing import Any

from sqlalchemy import ColumnElement, select

from forum.db import db
from forum.spaces.kinds import SpaceKind
from forum.spaces.models import Space
from forum.spaces.viewer import Viewer


def seen_by(viewer: Viewer, space_column: Any) -> ColumnElement[bool]:
    """The condition that a row, whose space is in `space_column`, is visible to `viewer`."""
    condition: ColumnElement[bool] = space_column.in_(viewer.space_ids)
    return condition


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
