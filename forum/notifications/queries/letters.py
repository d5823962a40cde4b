"""Who gets a letter, and what was chosen for letters."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select

from forum.accounts.models import Person
from forum.coalition.models import Coalition, Delegate
from forum.coalition.policy.members import facilitates
from forum.coalition.queries.members import speaks_today
from forum.db import db
from forum.mail import Receiver
from forum.notifications.models import LetterPlan, PrivateLetters
from forum.spaces import Viewer


def receivers(condition: ColumnElement[bool]) -> list[Receiver]:
    """Those people as receivers of letters: the ones with an address."""
    rows: Any = db.session.execute(
        select(
            Person.id,
            Person.public_id,
            Person.email,
            Person.name,
            Person.locale,
            Person.timezone,
        )
        .where(condition, Person.email.is_not(None))
        .order_by(Person.id)
    )
    return [Receiver.of(row) for row in rows]


def told_nothing_private(space_id: int, people: Iterable[Receiver]) -> frozenset[int]:
    """Those of them to whom letters name nothing of that private space: as they or it chose."""
    ids = [one.person_id for one in people if one.person_id is not None]
    whole = exists().where(PrivateLetters.space_id == space_id)
    found = db.session.scalars(
        select(Person.id)
        .outerjoin(LetterPlan, LetterPlan.person_id == Person.id)
        .where(Person.id.in_(ids), or_(LetterPlan.notice_only.is_(True), whole))
    )
    return frozenset(found)


def plan_of(viewer: Viewer) -> LetterPlan | None:
    """How the viewer hears of things by letter; None while they chose nothing."""
    return db.session.scalars(
        select(LetterPlan).where(LetterPlan.person_id == viewer.person_id)
    ).one_or_none()


def coalitions_of(viewer: Viewer) -> list[tuple[str, str]]:
    """Name and slug of the coalitions for whose letters the viewer may choose, in one statement."""
    speaks = exists().where(
        Delegate.coalition_id == Coalition.id,
        Delegate.person_id == viewer.person_id,
        speaks_today(),
    )
    found = db.session.execute(
        select(Coalition.name, Coalition.slug, Coalition.space_id, speaks)
        .where(Coalition.space_id.in_(viewer.space_ids))
        .order_by(Coalition.name)
    )
    return [
        (name, slug)
        for name, slug, space_id, speaking in found
        if speaking or facilitates(viewer, space_id)
    ]


def names_private_things(space_id: int) -> bool:
    """Whether letters of that coalition name what stands in its space."""
    chosen = select(PrivateLetters.id).where(PrivateLetters.space_id == space_id)
    return db.session.scalars(chosen).one_or_none() is None
