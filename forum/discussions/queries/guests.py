"""Who is invited to one thread, who could be, and what an invitation opens."""

from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import aliased
from werkzeug.exceptions import NotFound

from forum.accounts.models import Person
from forum.accounts.queries import in_use
from forum.db import ME, db, rows_of
from forum.discussions.models import Thread, ThreadGuest
from forum.discussions.policy.sides import GUEST_SIDES, can_be_guest
from forum.discussions.rows import ThreadRow
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.spaces.models import Space
from forum.spaces.queries import seeing


def guest_threads(me: Any) -> Select[int]:
    """The inner ids of the threads to which the person with the inner id `me` is invited now."""
    return select(ThreadGuest.thread_id).where(
        ThreadGuest.person_id == me, ThreadGuest.until.is_(None)
    )


def guests_of(thread_id: int) -> Select[int]:
    """The inner ids of the people who are invited to the thread now."""
    return select(ThreadGuest.person_id).where(
        ThreadGuest.thread_id == thread_id, ThreadGuest.until.is_(None)
    )


def seen_or_guest(side: str, me: Any, seen: ColumnElement[bool]) -> ColumnElement[bool]:
    """That a `Thread` is `seen`, or is a coalition's and `me`, on that side, its guest."""
    if not can_be_guest(side):
        return seen
    private = Thread.space_id.in_(select(Space.id).where(Space.kind == SpaceKind.COALITION))
    return or_(seen, and_(private, Thread.id.in_(guest_threads(me))))


def reads(thread: Thread, space: Space) -> ColumnElement[bool]:
    """The same the other way round: that a `Person` may read the thread now."""
    seen = seeing(space.id, space.kind)
    if space.kind != SpaceKind.COALITION:
        return seen
    return or_(seen, Person.id.in_(guests_of(thread.id)))


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


def invited_to(viewer: Viewer) -> list[Any]:
    """The threads whose guest the viewer is now, the newest invitation first.

    Public id, title and language: of the coalition around a thread its guest learns nothing.
    """
    if not can_be_guest(viewer.side):
        return []
    return rows_of(_INVITED_TO, {"me": viewer.me})


def experts() -> list[tuple[str, str]]:
    """Who can be a guest: public id and name of every expert with an account in use."""
    query = (
        select(Person.public_id, Person.name)
        .where(Person.side.in_(GUEST_SIDES), in_use())
        .order_by(Person.name)
    )
    return [(public_id, name) for public_id, name in db.session.execute(query)]


def expert_or_404(public_id: str) -> Person:
    """The expert, also a suspended one: their invitation can be ended. Raises NotFound."""
    found = db.session.scalars(
        select(Person).where(Person.public_id == public_id, Person.side.in_(GUEST_SIDES))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


_INVITED_TO = (
    select(Thread.public_id, Thread.title, Thread.language)
    .join(ThreadGuest, ThreadGuest.thread_id == Thread.id)
    .join(Space, Space.id == Thread.space_id)
    .where(
        ThreadGuest.person_id == ME,
        ThreadGuest.until.is_(None),
        Thread.removed_at.is_(None),
        Space.kind == SpaceKind.COALITION,
    )
    .order_by(ThreadGuest.id.desc())
)
