"""How a coalition's rules came to be what they are, and what they are bounded by today."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from forum.accounts.models import Person
from forum.coalition.lifecycle import ANSWERED, AWAITING_ANSWER, ProposalStatus
from forum.coalition.models import Coalition, CoalitionMembership, Proposal, RulesChange
from forum.coalition.queries.proposals import visible_to
from forum.coalition.rows import CoalitionRow
from forum.db import db
from forum.directory.models import Project
from forum.spaces import Viewer

ADOPTED = frozenset({ProposalStatus.ADOPTED}) | AWAITING_ANSWER | ANSWERED
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


@dataclass(frozen=True)
class AdoptedRow:
    """An adopted proposal of the coalition, to be named as what decided."""

    id: int
    public_id: str
    name: str


def history_of(coalition: CoalitionRow) -> list[RulesChangeRow]:
    """The newest changes of the rules. For the coalition: the caller has asked."""
    rows = db.session.execute(
        select(RulesChange, Person.name, Proposal.public_id, Proposal.number, Proposal.title)
        .join(Person, Person.id == RulesChange.person_id)
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
        )
        for change, name, public_id, number, title in rows
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
    """The coalition's adopted proposals, the newest first."""
    rows = db.session.execute(
        select(Proposal.id, Proposal.public_id, Proposal.number, Proposal.title)
        .where(
            Proposal.coalition_id == coalition.id,
            Proposal.status.in_(ADOPTED),
            visible_to(viewer),
        )
        .order_by(Proposal.id.desc())
    )
    return [
        AdoptedRow(inner, public_id, f"{number} · {title}" if number else title)
        for inner, public_id, number, title in rows
    ]
