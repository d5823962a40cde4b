"""Reading people: who a session belongs to."""

from sqlalchemy import select

from forum.accounts.models import Person
from forum.db import db
from forum.web.identity import Identity


def identity_of(session_id: str) -> Identity | None:
    """The person a session names as `public_id.epoch`; None when suspended or ended."""
    public_id, _sep, epoch = session_id.partition(".")
    row = db.session.execute(
        select(
            Person.id,
            Person.public_id,
            Person.name,
            Person.side,
            Person.is_operator,
            Person.locale,
            Person.timezone,
            Person.session_epoch,
        ).where(Person.public_id == public_id, Person.suspended_at.is_(None))
    ).one_or_none()
    if row is None or str(row.session_epoch) != epoch:
        return None
    return Identity(
        person_id=row.id,
        public_id=row.public_id,
        name=row.name,
        side=str(row.side),
        is_operator=row.is_operator,
        locale=row.locale,
        timezone=row.timezone,
        session_epoch=row.session_epoch,
    )
