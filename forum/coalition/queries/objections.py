"""Serious objections to a proposal: how they travel, and the proposer's answers (rule 6)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from forum.coalition.models import Ballot, MinorityStatement, Proposal, Seat, Vote
from forum.coalition.policy import votes as policy
from forum.coalition.queries.seats import counts, is_spoken_for
from forum.coalition.queries.votes import is_newest_call
from forum.coalition.rows import ProposalRow
from forum.coalition.tally import Choice
from forum.db import db, objects_of
from forum.directory.models import Project
from forum.lib import clock
from forum.spaces import Viewer
from forum.spaces.viewer import NOBODY


@dataclass(frozen=True)
class ObjectionRow:
    """A seat's serious objection. Outside the coalition it has a name only by its own consent."""

    seat_id: int
    project_id: int | None
    project_slug: str
    project_name: str  # empty where the reader is not to know
    reason: str
    language: str
    named: bool
    answer: str
    answer_language: str
    answered_at: datetime | None
    mine: bool  # whether the viewer speaks for the project today

    @property
    def seen(self) -> str:
        """Marks the answer that stands, empty without one: a form carries it."""
        return self.answered_at.isoformat() if self.answered_at else ""


def objections_to(proposal: ProposalRow, viewer: Viewer) -> list[ObjectionRow]:
    """The objections of its newest vote as that viewer may read them, in one statement.

    Only for who sees the proposal, and for others than the coalition once it is submitted.
    """
    inside = bool(policy.can_see_ballots(viewer, proposal))
    if not inside and proposal.submitted_at is None:
        return []
    found = _objections(proposal.id, viewer.me)
    return found if inside else sorted(map(_nameless, found), key=lambda one: one.reason)


def unanswered(proposal_id: int) -> list[ObjectionRow]:
    """Those that the proposer has still to answer before the proposal is submitted."""
    return [one for one in _objections(proposal_id, NOBODY) if not one.answer]


def is_named(seat_id: int) -> bool:
    """Whether the seat's project consents to be named with its objection."""
    named = select(MinorityStatement.named).where(MinorityStatement.seat_id == seat_id)
    return bool(db.session.scalars(named).first())


def _nameless(row: ObjectionRow) -> ObjectionRow:
    shown = row if row.named else replace(row, project_name="")
    return replace(shown, seat_id=0, project_id=None, project_slug="", mine=False)


def _objections(proposal_id: int, me: int) -> list[ObjectionRow]:
    return objects_of(
        _objection, _OBJECTIONS, {"me": me, "now": clock.now(), "proposal": proposal_id}
    )


def _objection(*, answer: str | None, answer_language: str | None, **columns: Any) -> ObjectionRow:
    return ObjectionRow(answer=answer or "", answer_language=answer_language or "", **columns)


_OBJECTIONS = (
    select(
        Seat.id.label("seat_id"),
        Seat.project_id,
        Project.slug.label("project_slug"),
        Project.name.label("project_name"),
        Ballot.reason,
        Ballot.language,
        MinorityStatement.named.is_(True).label("named"),
        MinorityStatement.answer,
        MinorityStatement.answer_language,
        MinorityStatement.answered_at,
        is_spoken_for().label("mine"),
    )
    .select_from(Seat)
    .join(Vote, Vote.id == Seat.vote_id)
    .join(Proposal, Proposal.id == Vote.proposal_id)
    .join(Project, Project.id == Seat.project_id)
    .join(Ballot, counts())
    .outerjoin(MinorityStatement, MinorityStatement.seat_id == Seat.id)
    .where(
        Vote.proposal_id == bindparam("proposal"), is_newest_call(), Ballot.choice == Choice.BLOCK
    )
    .order_by(Project.name, Seat.id)
)
