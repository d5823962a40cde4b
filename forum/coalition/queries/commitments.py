"""What the certifier took upon itself, and how far it is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import case, func, literal, select, union_all
from werkzeug.exceptions import NotFound

from forum.accounts.models import Person
from forum.coalition import wording
from forum.coalition.lifecycle import CommitmentStatus, ProposalStatus
from forum.coalition.models import (
    Coalition,
    Commitment,
    CommitmentMark,
    CommitmentUpdate,
    Delegate,
    Proposal,
)
from forum.coalition.queries.members import is_speaker_of
from forum.coalition.rows import MemberName
from forum.db import db
from forum.directory.models import Project
from forum.lib import clock, tokens
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
    evidence: str = ""  # the address of what shows it

    @property
    def word(self) -> str:
        """The status in words."""
        return wording.commitment_word(self.status)


@dataclass(frozen=True)
class MarkRow:
    """Whether one project takes it for fulfilled, for the coalition."""

    project_id: int
    project_name: str
    fulfilled: bool
    reason: str
    language: str
    person_name: str  # who said it


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What the coalition says of a commitment: counts for all who see it, projects inside alone."""

    fulfilled: int
    unfulfilled: int
    rows: list[MarkRow]
    mine: list[MemberName]  # for which the viewer speaks

    @property
    def own(self) -> list[MarkRow]:
        """What those say for which the viewer speaks."""
        ids = {one.id for one in self.mine}
        return [row for row in self.rows if row.project_id in ids]

    @property
    def seen(self) -> str:
        """Marks what they say: a form carries what its reader saw."""
        return " ".join(mark_of(row) for row in self.own)


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
    coalition_id: int
    coalition_slug: str
    coalition_space_id: int
    timezone: str  # the coalition's


def commitment_or_404(public_id: str, viewer: Viewer) -> CommitmentPage:
    """A commitment of a proposal the viewer sees, with its whole history."""
    found = db.session.execute(
        select(Commitment, Proposal, Coalition, Space.kind)
        .join(Proposal, Proposal.id == Commitment.proposal_id)
        .join(Coalition, Coalition.id == Proposal.coalition_id)
        .join(Space, Space.id == Proposal.space_id)
        .where(Commitment.public_id == public_id, seen_by(viewer, Proposal.space_id))
    ).first()
    if found is None:
        raise NotFound
    commitment, proposal, coalition, space_kind = found
    timezone = coalition.timezone
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
        coalition_id=coalition.id,
        coalition_slug=coalition.slug,
        coalition_space_id=coalition.space_id,
        timezone=timezone,
    )


def marks_of(page: CommitmentPage, viewer: Viewer) -> Marks:
    """What projects said of it, and for which of them the viewer speaks: one statement."""
    inside = viewer.sees(page.coalition_space_id)
    said = (
        select(
            literal("said").label("what"),
            Project.id.label("id"),
            Project.slug.label("slug"),
            Project.name.label("name"),
            case((CommitmentMark.fulfilled, 1), else_=0).label("fulfilled"),
            CommitmentMark.reason.label("reason"),
            CommitmentMark.language.label("language"),
            Person.name.label("who"),
        )
        .join(CommitmentMark, CommitmentMark.project_id == Project.id)
        .join(Person, Person.id == CommitmentMark.person_id)
        .where(CommitmentMark.commitment_id == page.commitment.id)
    )
    mine = (
        select(
            literal("mine"),
            Project.id,
            Project.slug,
            Project.name,
            literal(0),
            literal(""),
            literal(""),
            literal(""),
        )
        .join(Delegate, is_speaker_of(page.coalition_id, Project.id))
        .where(Delegate.person_id == viewer.person_id)
    )
    found = db.session.execute(union_all(said, mine) if inside else said).all()
    rows = sorted((row for row in found if row.what == "said"), key=lambda row: row.name)
    fulfilled = sum(row.fulfilled for row in rows)
    return Marks(
        fulfilled=fulfilled,
        unfulfilled=len(rows) - fulfilled,
        rows=[
            MarkRow(row.id, row.name, bool(row.fulfilled), row.reason, row.language, row.who)
            for row in rows
            if inside
        ],
        mine=[MemberName(row.id, row.slug, row.name) for row in found if row.what == "mine"],
    )


def mark_of(said: CommitmentMark | MarkRow) -> str:
    """Marks what a project says of it, so that who did not read it does not replace it."""
    return tokens.mark(str(bool(said.fulfilled)), said.language, said.reason)


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
            CommitmentUpdate.evidence,
        )
        .where(CommitmentUpdate.commitment_id == commitment_id)
        .order_by(CommitmentUpdate.id.desc())
    )
    return [UpdateRow(*row) for row in rows]
