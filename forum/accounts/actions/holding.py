"""Keeping a person's row from others until the end of the transaction."""

from sqlalchemy import select

from forum.accounts.models import Person
from forum.db import db


def hold_person(person_id: int) -> Person:
    """The person as they are now; nobody else changes them meanwhile."""
    return db.session.scalars(
        select(Person).where(Person.id == person_id).with_for_update(),
        execution_options={"populate_existing": True},
    ).one()
