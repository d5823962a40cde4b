"""How a coalition's rules came to be what they are, and what they are bounded by today."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from forum.accounts.models import Person
from forum.coalition.lifecycle import ProposalStatus
from forum.coalition.models import Coalition, CoalitionMembership, Proposal, RulesChange, RulesWish
from forum.coalition.queries.proposals import visible_to
from forum.coalition.rows import CoalitionRow
from forum.db import db
from forum.directory.models import Project
from forum.spaces import Viewer

_LINES = 30  # the newest changes


@dataclass(frozen=True, kw_only=True)
class RulesChangeRow:
    """A change of rules; the proposal that decided it, where one did."""

    at: datetime
    person_name: str
    why: str
    language: str
    before: dict[str, Any]
    after: dict[str, Any]
    proposal_public_id: str | None
    proposal_number: str | None
    proposal_title: str | None
    confirmed_by: str | None  # of another project, where a delegate asked for it


@dataclass(frozen=True, kw_only=True)
class WaitingRow:
    """A change that a delegate asks for and that waits for a second word."""

    wish: RulesWish
    person_name: str
    project_name: str
    proposal_public_id: str
    proposal_title: str


@dataclass(frozen=True)
class AdoptedRow:
    """An adopted proposal of the coalition, to be named as what decided."""

    id: int
    public_id: str
    name: str


def waiting_in(coalition_id: int) -> RulesWish | None:
    """The change that waits in the coalition, if one does."""
    return db.session.scalars(
        select(RulesWish).where(
            RulesWish.coalition_id == coalition_id, RulesWish.ended_at.is_(None)
        )
    ).one_or_none()


def waiting_for_a_word(coalition: CoalitionRow) -> WaitingRow | None:
    """The same with its names, while the rules are as when it was asked. For the coalition."""
    row = db.session.execute(
        select(RulesWish, Person.name, Project.name, Proposal.public_id, Proposal.title)
        .join(Person, Person.id == RulesWish.person_id)
        .join(Project, Project.id == RulesWish.project_id)
        .join(Proposal, Proposal.id == RulesWish.proposal_id)
        .join(Coalition, Coalition.id == RulesWish.coalition_id)
        .where(
            RulesWish.coalition_id == coalition.id,
            RulesWish.ended_at.is_(None),
            RulesWish.version == Coalition.version,
        )
    ).one_or_none()
    if row is None:
        return None
    wish, person, project, public_id, title = row
    return WaitingRow(
        wish=wish,
        person_name=person,
        project_name=project,
        proposal_public_id=public_id,
        proposal_title=title,
    )


def history_of(coalition: CoalitionRow) -> list[RulesChangeRow]:
    """The newest changes of the rules. For the coalition: the caller has asked."""
    second = aliased(Person)
    rows = db.session.execute(
        select(
            RulesChange,
            Person.name,
            Proposal.public_id,
            Proposal.number,
            Proposal.title,
            second.name,
        )
        .join(Person, Person.id == RulesChange.person_id)
        .outerjoin(RulesWish, RulesWish.change_id == RulesChange.id)
        .outerjoin(second, second.id == RulesWish.confirmed_by_id)
        .outerjoin(Proposal, Proposal.id == RulesChange.proposal_id)
        .where(RulesChange.coalition_id == coalition.id)
        .order_by(RulesChange.version.desc())
        .limit(_LINES)
    )
    return [
        RulesChangeRow(
            at=change.created_at,
            person_name=name,
            why=change.why,
            language=change.language,
            before=change.before,
            after=change.after,
            proposal_public_id=public_id,
            proposal_number=number,
            proposal_title=title,
            confirmed_by=confirmed,
        )
        for change, name, public_id, number, title, confirmed in rows
    ]


def version_of(coalition: CoalitionRow) -> int:
    """Which version of its rules the coalition has."""
    found = select(Coalition.version).where(Coalition.id == coalition.id)
    return db.session.execute(found).scalar_one()


def seated(coalition_id: int) -> tuple[int, int]:
    """How many member projects there are today, and of how many countries."""
    members, countries = db.session.execute(
        select(func.count(), func.count(func.distinct(Project.country)))
        .select_from(CoalitionMembership)
        .join(Project, Project.id == CoalitionMembership.project_id)
        .where(
            CoalitionMembership.coalition_id == coalition_id,
            CoalitionMembership.left_at.is_(None),
        )
    ).one()
    return members, countries


def adopted_in(coalition: CoalitionRow, viewer: Viewer) -> list[AdoptedRow]:
    """What the coalition adopted and did not submit: the newest first."""
    rows = db.session.execute(
        select(Proposal.id, Proposal.public_id, Proposal.number, Proposal.title)
        .where(
            Proposal.coalition_id == coalition.id,
            Proposal.status == ProposalStatus.ADOPTED,
            visible_to(viewer),
        )
        .order_by(Proposal.id.desc())
    )
    return [
        AdoptedRow(inner, public_id, f"{number} · {title}" if number else title)
        for inner, public_id, number, title in rows
    ]
