"""Whether a project is named with its serious objection (rule 6): it is not, unless it says so."""

from sqlalchemy import select

from forum.coalition.models import MinorityStatement
from forum.db import db


def consent(seat_id: int, *, named: bool) -> MinorityStatement:
    """Store what the seat's project says now. Its vote or its proposal is held."""
    found = statement_of(seat_id)
    if found is None:
        found = MinorityStatement(seat_id=seat_id)
        db.session.add(found)
    found.named = named
    db.session.flush()
    return found


def statement_of(seat_id: int) -> MinorityStatement | None:
    """How the seat's objection travels, None where it never objected."""
    return db.session.scalars(
        select(MinorityStatement).where(MinorityStatement.seat_id == seat_id)
    ).one_or_none()
