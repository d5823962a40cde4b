"""Who is invited to one thread, and who could be."""

from typing import Any

from sqlalchemy import (
    Row,
    select,
)
from sqlalchemy.orm import aliased
from werkzeug.exceptions import NotFound

from forum.accounts.models import Person
from forum.accounts.queries import in_use
from forum.accounts.sides import Side
from forum.db import db
from forum.discussions.models import (
    Thread,
    ThreadGuest,
)
from forum.discussions.rows import (
    ThreadRow,
)
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.spaces.models import Space


def guests(thread: ThreadRow) -> list[Row[Any]]:
    """Who is invited to the thread now: public id, name, by whom, since when."""
    inviter = aliased(Person)
    query = (
        select(
            Person.public_id,
            Person.name,
            inviter.name.label("invited_by"),
            ThreadGuest.created_at.label("since"),
        )
        .select_from(ThreadGuest)
        .join(Person, Person.id == ThreadGuest.person_id)
        .join(inviter, inviter.id == ThreadGuest.invited_by_id)
        .where(ThreadGuest.thread_id == thread.id, ThreadGuest.until.is_(None))
        .order_by(ThreadGuest.id)
    )
    return list(db.session.execute(query))


def invited_to(viewer: Viewer) -> list[Row[Any]]:
    """The threads whose guest the viewer is now, the newest invitation first.

    Public id, title and language: of the coalition around a thread its guest learns nothing.
    """
    if viewer.side != Side.EXPERT:
        return []
    query = (
        select(Thread.public_id, Thread.title, Thread.language)
        .join(ThreadGuest, ThreadGuest.thread_id == Thread.id)
        .join(Space, Space.id == Thread.space_id)
        .where(
            ThreadGuest.person_id == viewer.person_id,
            ThreadGuest.until.is_(None),
            Thread.removed_at.is_(None),
            Space.kind == SpaceKind.COALITION,
        )
        .order_by(ThreadGuest.id.desc())
    )
    return list(db.session.execute(query))


def experts() -> list[tuple[str, str]]:
    """Who can be a guest: public id and name of every expert with an account in use."""
    query = (
        select(Person.public_id, Person.name)
        .where(Person.side == "expert", in_use())
        .order_by(Person.name)
    )
    return [(public_id, name) for public_id, name in db.session.execute(query)]


def expert_or_404(public_id: str) -> Person:
    """The expert, also a suspended one: their invitation can be ended. Raises NotFound."""
    found = db.session.scalars(
        select(Person).where(Person.public_id == public_id, Person.side == "expert")
    ).one_or_none()
    if found is None:
        raise NotFound
    return found
