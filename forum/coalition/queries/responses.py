"""What the certifier answered, what it took upon itself, and whether it kept its days."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from werkzeug.exceptions import NotFound

from forum.accounts.models import Person
from forum.coalition import wording
from forum.coalition.lifecycle import (
    AWAITING_ANSWER,
    BEFORE_SUBMISSION,
    CommitmentStatus,
    ProposalStatus,
    ResponseKind,
    ResponseOutcome,
    Route,
    days_late,
    due_on,
)
from forum.coalition.models import (
    Coalition,
    Commitment,
    CommitmentUpdate,
    Proposal,
    ProposalVersion,
    Response,
    ResponseDraft,
    Vote,
)
from forum.coalition.policy import responses as policy
from forum.coalition.rows import ProposalRow
from forum.coalition.tally import Rules
from forum.db import db
from forum.lib import clock
from forum.lib.permission import Answer
from forum.spaces import Viewer
from forum.spaces.models import Space
from forum.spaces.queries import seen_by
from forum.web.locale import day, ngettext
from forum.web.locale import gettext as _
from forum.web.settings import settings


@dataclass(frozen=True, kw_only=True)
class AnswerClock:
    """The certifier's time: days are the coalition's calendar days, counted from the submission."""

    submitted_on: date
    due_on: date  # the last day for an answer
    acknowledge_by: date
    today: date
    route: Route | None
    acknowledged_on: date | None
    answered_on: date | None

    @property
    def days(self) -> int:
        """How many days there are in all."""
        return (self.due_on - self.submitted_on).days

    @property
    def gone(self) -> int:
        """How many of them are gone, until the answer."""
        return ((self.answered_on or self.today) - self.submitted_on).days

    @property
    def late(self) -> int:
        """By how many days the answer is, or was, late; 0 in time."""
        return max(0, ((self.answered_on or self.today) - self.due_on).days)

    @property
    def overdue(self) -> bool:
        """Whether an answer is missing and its day has passed."""
        return self.answered_on is None and self.late > 0

    @property
    def acknowledgement_late(self) -> int:
        """By how many days the acknowledgement is, or was, late."""
        said = self.acknowledged_on or self.answered_on or self.today
        return max(0, (said - self.acknowledge_by).days)

    @property
    def sentence(self) -> str:
        """Whether the answer came, or comes, in time."""
        body, due = settings().body_name, day(self.due_on)
        if self.answered_on is not None:
            return _answered(body, day(self.answered_on), due, self.late)
        if self.overdue:
            return str(
                ngettext(
                    "The answer was due on %(due)s and is overdue by %(num)s day.",
                    "The answer was due on %(due)s and is overdue by %(num)s days.",
                    self.late,
                    due=due,
                )
            )
        left = (self.due_on - self.today).days
        if left == 0:
            return str(_("%(body)s has until midnight today to answer.", body=body))
        return str(
            ngettext(
                "%(body)s has until %(due)s to answer: %(num)s day is left.",
                "%(body)s has until %(due)s to answer: %(num)s days are left.",
                left,
                body=body,
                due=due,
            )
        )

    @property
    def acknowledgement_sentence(self) -> str:
        """Whether receipt was acknowledged in time; empty when an answer made it needless."""
        body, by, late = settings().body_name, day(self.acknowledge_by), self.acknowledgement_late
        if self.acknowledged_on is not None:
            return _acknowledged(body, day(self.acknowledged_on), by, late)
        if self.answered_on is not None:
            return ""
        if not late:
            return str(_("%(body)s has until %(by)s to acknowledge receipt.", body=body, by=by))
        return str(
            ngettext(
                "The acknowledgement was due on %(by)s and is %(num)s day late.",
                "The acknowledgement was due on %(by)s and is %(num)s days late.",
                late,
                by=by,
            )
        )


@dataclass(frozen=True)
class UpdateRow:
    """A step of a commitment, told by the certifier."""

    commitment_id: int
    status: CommitmentStatus
    note: str
    language: str
    at: datetime

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
    updates: list[UpdateRow] = field(default_factory=list)

    @property
    def word(self) -> str:
        """The status in words."""
        return wording.commitment_word(self.status)


@dataclass(frozen=True, kw_only=True)
class ResponseRow:
    """An official response as published."""

    id: int
    public_id: str
    kind: ResponseKind
    outcome: ResponseOutcome | None
    reasons_html: str
    language: str
    route: Route | None
    due_on: date
    published_at: datetime
    version_number: int
    corrects_id: int | None
    late: int  # days after it was due
    commitments: list[CommitmentRow] = field(default_factory=list)

    @property
    def outcome_word(self) -> str:
        """What the certifier says to the ask, in words."""
        return wording.outcome_word(self.outcome) if self.outcome else ""

    @property
    def route_word(self) -> str:
        """Which of its bodies answers, in words."""
        return wording.route_word(self.route) if self.route else ""


@dataclass(frozen=True, kw_only=True)
class DraftNote:
    """That a response is being prepared: for the staff alone."""

    author_name: str
    version: int


@dataclass(frozen=True, kw_only=True)
class ResponsePanel:
    """All that a proposal's page shows of the certifier's side, for one viewer."""

    clock: AnswerClock
    acknowledgement: ResponseRow | None
    answers: list[ResponseRow]  # the answer, then its corrections
    may_acknowledge: Answer
    may_respond: Answer
    draft: DraftNote | None  # only for the staff

    @property
    def state(self) -> str:
        """The name of the clock's state, for a badge."""
        if self.clock.answered_on:
            return "done"
        return "overdue" if self.clock.overdue else "waiting"


@dataclass(frozen=True, kw_only=True)
class AnswerDue:
    """A proposal that waits for the certifier, in a list."""

    proposal_id: str  # public
    number: str
    title: str
    language: str
    status: ProposalStatus
    clock: AnswerClock


@dataclass(frozen=True, kw_only=True)
class CommitmentPage:
    """A commitment with the proposal it answers."""

    commitment: CommitmentRow
    proposal_id: str  # public
    proposal_number: str
    proposal_title: str
    proposal_language: str
    proposal_status: ProposalStatus
    space_kind: str


def clock_of(
    proposal: Any, rules: Rules, timezone: str, now: datetime | None = None
) -> AnswerClock:
    """The certifier's time for a submitted proposal (its row, or any with the same four fields)."""
    now = now or clock.now()
    zone = clock.zone(timezone)

    def on(at: datetime | None) -> date | None:
        return at.astimezone(zone).date() if at else None

    assert proposal.submitted_at is not None
    return AnswerClock(
        submitted_on=due_on(proposal.submitted_at, 0, timezone),
        due_on=due_on(proposal.submitted_at, rules.answer_days(proposal.route), timezone),
        acknowledge_by=due_on(proposal.submitted_at, rules.acknowledgement_days, timezone),
        today=now.astimezone(zone).date(),
        route=proposal.route,
        acknowledged_on=on(proposal.acknowledged_at),
        answered_on=on(proposal.answered_at),
    )


def rules_held_under(proposal: ProposalRow) -> Rules:
    """The rules a proposal was voted under, which also say the certifier's days."""
    found = db.session.scalars(
        select(Vote.rules).where(Vote.proposal_id == proposal.id).order_by(Vote.call.desc())
    ).first()
    return Rules.of(found) if found else proposal.rules


def response_panel(proposal: ProposalRow, viewer: Viewer) -> ResponsePanel | None:
    """The certifier's side of the proposal for that viewer; None before it is submitted."""
    if proposal.submitted_at is None or proposal.status in BEFORE_SUBMISSION:
        return None
    said = responses_of(proposal)
    return ResponsePanel(
        clock=clock_of(proposal, rules_held_under(proposal), proposal.timezone),
        acknowledgement=next((r for r in said if r.kind is ResponseKind.ACKNOWLEDGEMENT), None),
        answers=[r for r in said if r.kind in (ResponseKind.ANSWER, ResponseKind.CORRECTION)],
        may_acknowledge=policy.can_acknowledge(viewer, proposal),
        may_respond=policy.can_respond(viewer, proposal),
        draft=_draft_note(proposal.id) if policy.can_see_response_drafts(viewer) else None,
    )


def responses_of(proposal: ProposalRow) -> list[ResponseRow]:
    """The proposal's official responses, oldest first, each with its commitments."""
    rows = db.session.execute(
        select(Response, ProposalVersion.number)
        .join(ProposalVersion, ProposalVersion.id == Response.version_id)
        .where(Response.proposal_id == proposal.id)
        .order_by(Response.published_at, Response.id)
    ).all()
    kept: dict[int, list[CommitmentRow]] = {}
    if any(r.kind is not ResponseKind.ACKNOWLEDGEMENT for r, _number in rows):
        for commitment in _commitments(proposal.id, proposal.timezone):
            kept.setdefault(commitment.response_id, []).append(commitment)
    return [
        ResponseRow(
            id=r.id,
            public_id=r.public_id,
            kind=r.kind,
            outcome=r.outcome,
            reasons_html=r.reasons_html,
            language=r.language,
            route=r.route,
            due_on=r.due_on,
            published_at=r.published_at,
            version_number=number,
            corrects_id=r.corrects_id,
            late=days_late(r.published_at, r.due_on, proposal.timezone),
            commitments=kept.get(r.id, []),
        )
        for r, number in rows
    ]


def draft_of(proposal_id: int) -> ResponseDraft | None:
    """The response being prepared. For the staff alone: the caller has asked."""
    return db.session.scalars(
        select(ResponseDraft).where(ResponseDraft.proposal_id == proposal_id)
    ).one_or_none()


def waiting_for(viewer: Viewer) -> list[AnswerDue]:
    """For the staff: every proposal that waits for them, the soonest due first."""
    if not policy.can_answer_officially(viewer):
        return []
    due = due_answers(viewer)
    return sorted(due, key=lambda d: (d.clock.due_on, d.number))


def due_answers(viewer: Viewer) -> list[AnswerDue]:
    """Every proposal the viewer sees that waits for an answer, with the certifier's clock."""
    now = clock.now()
    rows = db.session.execute(
        select(Proposal, Vote.rules, Coalition.rules, Coalition.timezone)
        .join(Coalition, Coalition.id == Proposal.coalition_id)
        .outerjoin(Vote, Vote.proposal_id == Proposal.id)
        .where(seen_by(viewer, Proposal.space_id), Proposal.status.in_(AWAITING_ANSWER))
        .order_by(Proposal.id, Vote.call)
    )
    found: dict[int, AnswerDue] = {}
    for proposal, held_under, today, timezone in rows:
        found[proposal.id] = AnswerDue(
            proposal_id=proposal.public_id,
            number=proposal.number or "",
            title=proposal.title,
            language=proposal.language,
            status=proposal.status,
            clock=clock_of(proposal, Rules.of(held_under or today), timezone, now),
        )
    return list(found.values())


def commitment_or_404(public_id: str, viewer: Viewer) -> CommitmentPage:
    """A commitment of a proposal the viewer sees, with its whole history."""
    found = db.session.execute(
        select(Commitment, Proposal, Coalition.timezone, Space.kind)
        .join(Proposal, Proposal.id == Commitment.proposal_id)
        .join(Coalition, Coalition.id == Proposal.coalition_id)
        .join(Space, Space.id == Proposal.space_id)
        .where(Commitment.public_id == public_id, seen_by(viewer, Proposal.space_id))
    ).first()
    if found is None:
        raise NotFound
    commitment, proposal, timezone, space_kind = found
    return CommitmentPage(
        commitment=_commitment_rows([commitment], timezone)[0],
        proposal_id=proposal.public_id,
        proposal_number=proposal.number or "",
        proposal_title=proposal.title,
        proposal_language=proposal.language,
        proposal_status=proposal.status,
        space_kind=space_kind,
    )


def _commitments(proposal_id: int, timezone: str) -> list[CommitmentRow]:
    found = db.session.scalars(
        select(Commitment)
        .where(Commitment.proposal_id == proposal_id)
        .order_by(Commitment.response_id, Commitment.number)
    )
    return _commitment_rows(list(found), timezone)


def _commitment_rows(found: list[Commitment], timezone: str) -> list[CommitmentRow]:
    today = clock.now().astimezone(clock.zone(timezone)).date()
    told: dict[int, list[UpdateRow]] = {}
    for row in db.session.execute(_updates(c.id for c in found)):
        told.setdefault(row.commitment_id, []).append(UpdateRow(*row))
    return [
        CommitmentRow(
            id=c.id,
            public_id=c.public_id,
            response_id=c.response_id,
            number=c.number,
            text=c.text,
            language=c.language,
            owner_role=c.owner_role,
            due_on=c.due_on,
            status=c.status,
            late=c.is_late(today),
            updates=told.get(c.id, []),
        )
        for c in found
    ]


def _updates(commitment_ids: Iterable[int]) -> Select[int, CommitmentStatus, str, str, datetime]:
    return (
        select(
            CommitmentUpdate.commitment_id,
            CommitmentUpdate.status,
            CommitmentUpdate.note,
            CommitmentUpdate.language,
            CommitmentUpdate.created_at,
        )
        .where(CommitmentUpdate.commitment_id.in_(list(commitment_ids)))
        .order_by(CommitmentUpdate.id.desc())
    )


def _draft_note(proposal_id: int) -> DraftNote | None:
    found = db.session.execute(
        select(Person.name, ResponseDraft.version)
        .join(Person, Person.id == ResponseDraft.author_id)
        .where(ResponseDraft.proposal_id == proposal_id)
    ).first()
    return DraftNote(author_name=found[0], version=found[1]) if found else None


def _answered(body: str, on: str, due: str, late: int) -> str:
    if not late:
        said = _(
            "%(body)s answered on %(on)s, in time: it was due on %(due)s.",
            body=body,
            on=on,
            due=due,
        )
        return str(said)
    return str(
        ngettext(
            "%(body)s answered on %(on)s, %(num)s day late: it was due on %(due)s.",
            "%(body)s answered on %(on)s, %(num)s days late: it was due on %(due)s.",
            late,
            body=body,
            on=on,
            due=due,
        )
    )


def _acknowledged(body: str, on: str, by: str, late: int) -> str:
    if not late:
        said = _("%(body)s acknowledged receipt on %(on)s, in time.", body=body, on=on)
        return str(said)
    return str(
        ngettext(
            "%(body)s acknowledged receipt on %(on)s, %(num)s day late: it was due on %(by)s.",
            "%(body)s acknowledged receipt on %(on)s, %(num)s days late: it was due on %(by)s.",
            late,
            body=body,
            on=on,
            by=by,
        )
    )
