"""Whom a thing concerns, as receivers of letters. Only people with an address and an account in use."""

from sqlalchemy import ColumnElement, or_, select

from forum.accounts.models import Person
from forum.accounts.queries import in_use
from forum.accounts.sides import Side
from forum.coalition.models import CoSponsor, Delegate, Proposal, Seat, Vote
from forum.db import db
from forum.mail import Receiver


def _receivers(condition: ColumnElement[bool]) -> list[Receiver]:
    rows = db.session.execute(
        select(Person.id, Person.email, Person.name, Person.locale, Person.timezone)
        .where(condition, Person.email.is_not(None), in_use())
        .order_by(Person.id)
    )
    return [
        Receiver(
            address=row.email,
            name=row.name,
            locale=row.locale,
            timezone=row.timezone,
            person_id=row.id,
        )
        for row in rows
    ]


def who_votes(vote: Vote) -> list[Receiver]:
    """Delegates and alternates, of today, of the projects seated in that vote."""
    projects = select(Seat.project_id).where(Seat.vote_id == vote.id)
    coalition = select(Proposal.coalition_id).where(Proposal.id == vote.proposal_id)
    speakers = select(Delegate.person_id).where(
        Delegate.project_id.in_(projects),
        Delegate.coalition_id == coalition.scalar_subquery(),
        Delegate.until.is_(None),
    )
    return _receivers(Person.id.in_(speakers))


def staff() -> list[Receiver]:
    """The certifier's staff."""
    return _receivers(Person.side == Side.STAFF)


def who_proposed(proposal: Proposal) -> list[Receiver]:
    """The author, and the delegates of the proposing and the co-sponsoring projects."""
    cosponsors = select(CoSponsor.project_id).where(CoSponsor.proposal_id == proposal.id)
    speakers = select(Delegate.person_id).where(
        Delegate.coalition_id == proposal.coalition_id,
        Delegate.until.is_(None),
        or_(
            Delegate.project_id == proposal.project_id,
            Delegate.project_id.in_(cosponsors),
        ),
    )
    return _receivers(or_(Person.id == proposal.author_id, Person.id.in_(speakers)))
