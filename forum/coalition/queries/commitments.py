"""What the certifier took upon itself, and how far it is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select
from werkzeug.exceptions import NotFound

from forum.coalition import wording
from forum.coalition.lifecycle import CommitmentStatus, ProposalStatus
from forum.coalition.models import Coalition, Commitment, CommitmentUpdate, Proposal
from forum.db import db
from forum.lib import clock
from forum.spaces import Viewer
from forum.spaces.models import Space
from forum.spaces.queries import seen_by


@dataclass(frozen=True)
class UpdateRow:
    """A step of a commitment, told by the certifier."""

    status: CommitmentStatus
    note: str
    language: str
    at: datetime
    due_before: date | None  # its day until then, where it changed
    due_on: date | None

    @property
    def word(self) -> str:
        """The status in words."""
        return wording.commitment_word(self.status)


@dataclass(frozen=True, kw_only=True)
class CommitmentRow:
    """What the certifier took upon itself in an answer, and how far it is."""

    id: int
    public_id: str
    response_id: int
    number: int
    text: str
    language: str
    owner_role: str
    due_on: date
    status: CommitmentStatus
    late: bool
    update_count: int
    updates: list[UpdateRow] = field(default_factory=list)  # newest first; on its own page

    @property
    def word(self) -> str:
        """The status in words."""
        return wording.commitment_word(self.status)


@dataclass(frozen=True, kw_only=True)
class CommitmentPage:
    """A commitment with the proposal it answers."""

    commitment: CommitmentRow
    inner_id: int  # the proposal's
    proposal_id: str  # public
    proposal_number: str
    proposal_title: str
    proposal_language: str
    proposal_status: ProposalStatus
    space_kind: str
    coalition_slug: str
    timezone: str  # the coalition's


def commitment_or_404(public_id: str, viewer: Viewer) -> CommitmentPage:
    """A commitment of a proposal the viewer sees, with its whole history."""
    found = db.session.execute(
        select(Commitment, Proposal, Coalition.timezone, Space.kind, Coalition.slug)
        .join(Proposal, Proposal.id == Commitment.proposal_id)
        .join(Coalition, Coalition.id == Proposal.coalition_id)
        .join(Space, Space.id == Proposal.space_id)
        .where(Commitment.public_id == public_id, seen_by(viewer, Proposal.space_id))
    ).first()
    if found is None:
        raise NotFound
    commitment, proposal, timezone, space_kind, slug = found
    updates = _updates(commitment.id)
    return CommitmentPage(
        commitment=_commitment_row(commitment, len(updates), timezone, updates),
        inner_id=proposal.id,
        proposal_id=proposal.public_id,
        proposal_number=proposal.number or "",
        proposal_title=proposal.title,
        proposal_language=proposal.language,
        proposal_status=proposal.status,
        space_kind=space_kind,
        coalition_slug=slug,
        timezone=timezone,
    )


def commitments_of(proposal_id: int, timezone: str) -> list[CommitmentRow]:
    """Every commitment of the proposal's answers; late is reckoned in that zone."""
    told = select(func.count()).where(CommitmentUpdate.commitment_id == Commitment.id)
    found = db.session.execute(
        select(Commitment, told.correlate(Commitment).scalar_subquery())
        .where(Commitment.proposal_id == proposal_id)
        .order_by(Commitment.response_id, Commitment.number)
    )
    return [_commitment_row(commitment, count, timezone) for commitment, count in found]


def _commitment_row(
    commitment: Commitment, count: int, timezone: str, updates: Sequence[UpdateRow] = ()
) -> CommitmentRow:
    return CommitmentRow(
        id=commitment.id,
        public_id=commitment.public_id,
        response_id=commitment.response_id,
        number=commitment.number,
        text=commitment.text,
        language=commitment.language,
        owner_role=commitment.owner_role,
        due_on=commitment.due_on,
        status=commitment.status,
        late=commitment.is_late(clock.today(timezone)),
        update_count=count,
        updates=list(updates),
    )


def _updates(commitment_id: int) -> list[UpdateRow]:
    rows = db.session.execute(
        select(
            CommitmentUpdate.status,
            CommitmentUpdate.note,
            CommitmentUpdate.language,
            CommitmentUpdate.created_at,
            CommitmentUpdate.due_before,
            CommitmentUpdate.due_on,
        )
        .where(CommitmentUpdate.commitment_id == commitment_id)
        .order_by(CommitmentUpdate.id.desc())
    )
    return [UpdateRow(*row) for row in rows]
