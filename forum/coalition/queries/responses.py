"""What the certifier answered, what it took upon itself, and whether it kept its days."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, Text, and_, cast, select

from forum.coalition import wording
from forum.coalition.lifecycle import (
    AWAITING_ANSWER,
    BEFORE_SUBMISSION,
    ProposalStatus,
    ResponseKind,
    ResponseOutcome,
    Route,
    days_late,
)
from forum.coalition.models import (
    Coalition,
    Proposal,
    ProposalVersion,
    Response,
    ResponseDraft,
    Vote,
)
from forum.coalition.policy import responses as policy
from forum.coalition.queries.answer_clock import AnswerClock, clock_of
from forum.coalition.queries.commitments import CommitmentRow, commitments_of
from forum.coalition.queries.ratings import Ratings, ratings_of
from forum.coalition.queries.reviews import DraftNote, draft_note
from forum.coalition.queries.votes import is_newest_call
from forum.coalition.rows import Cited, ProposalRow
from forum.coalition.tally import Rules
from forum.db import db, made_once, rows_of
from forum.lib import clock
from forum.lib.permission import Answer
from forum.spaces import Viewer
from forum.spaces.queries import seen_by


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
    documents: list[Cited] = field(default_factory=list)
    commitments: list[CommitmentRow] = field(default_factory=list)
    ratings: Ratings | None = None  # None while no project said anything

    @property
    def outcome_word(self) -> str:
        """What the certifier says to the ask, in words."""
        return wording.outcome_word(self.outcome) if self.outcome else ""

    @property
    def route_word(self) -> str:
        """Which of its bodies answers, in words."""
        return wording.route_word(self.route) if self.route else ""


@dataclass(frozen=True, kw_only=True)
class ResponsePanel:
    """All that a proposal's page shows of the certifier's side, for one viewer."""

    clock: AnswerClock
    acknowledgement: ResponseRow | None
    extension: ResponseRow | None
    answers: list[ResponseRow]  # the answer, then its corrections
    may_acknowledge: Answer
    may_extend: Answer
    may_respond: Answer
    may_correct: Answer
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
class OnTime:
    """How the certifier kept its time with what the viewer may read of one coalition."""

    answered: int
    in_time: int
    overdue: int


def rules_held_under(proposal: ProposalRow) -> Rules:
    """The rules a proposal was voted under, which also say the certifier's days."""
    return rules_of_vote(proposal.id) or proposal.rules


def rules_of_vote(proposal_id: int) -> Rules | None:
    """The copy of the rules that the proposal's newest vote keeps; None without a vote."""
    found = db.session.scalars(
        select(Vote.rules).where(Vote.proposal_id == proposal_id, is_newest_call())
    ).first()
    return Rules.of(found) if found else None


def response_panel(
    proposal: ProposalRow, viewer: Viewer, rules: Rules | None = None
) -> ResponsePanel | None:
    """The certifier's side of the proposal for that viewer; None before it is submitted.

    `rules` are those it was voted under, when the caller knows them.
    """
    if proposal.submitted_at is None or proposal.status in BEFORE_SUBMISSION:
        return None
    said = responses_of(proposal, viewer)
    rules = rules or rules_held_under(proposal)
    drafted = proposal.status in AWAITING_ANSWER and policy.can_see_response_drafts(viewer)
    now = clock_of(proposal, rules, proposal.timezone)
    return ResponsePanel(
        clock=now,
        acknowledgement=next((r for r in said if r.kind is ResponseKind.ACKNOWLEDGEMENT), None),
        extension=next((r for r in said if r.kind is ResponseKind.EXTENSION), None),
        answers=[r for r in said if r.kind in (ResponseKind.ANSWER, ResponseKind.CORRECTION)],
        may_acknowledge=policy.can_acknowledge(viewer, proposal),
        may_extend=policy.can_extend(viewer, proposal, now),
        may_respond=policy.can_respond(viewer, proposal),
        may_correct=policy.can_correct(viewer, proposal),
        draft=draft_note(proposal.id) if drafted else None,
    )


def responses_of(proposal: ProposalRow, viewer: Viewer) -> list[ResponseRow]:
    """The proposal's official responses, oldest first, each with its commitments."""
    rows = db.session.execute(
        select(Response, ProposalVersion.number)
        .join(ProposalVersion, ProposalVersion.id == Response.version_id)
        .where(Response.proposal_id == proposal.id)
        .order_by(Response.published_at, Response.id)
    ).all()
    kept: dict[int, list[CommitmentRow]] = {}
    rated: dict[int, Ratings] = {}
    if any(r.kind is ResponseKind.ANSWER for r, _number in rows):
        rated = ratings_of(proposal, viewer)
        for commitment in commitments_of(proposal.id, proposal.timezone):
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
            documents=[Cited(**one) for one in r.documents],
            commitments=kept.get(r.id, []),
            ratings=rated.get(r.id),
        )
        for r, number in rows
    ]


def newest_answer(proposal_id: int) -> Response | None:
    """The answer that counts: the newest correction, else the answer itself."""
    return db.session.scalars(
        select(Response)
        .where(
            Response.proposal_id == proposal_id,
            Response.kind.in_((ResponseKind.ANSWER, ResponseKind.CORRECTION)),
        )
        .order_by(Response.id.desc())
        .limit(1)
    ).one_or_none()


def draft_of(proposal_id: int) -> ResponseDraft | None:
    """The response being prepared. For the staff alone: the caller has asked."""
    return db.session.scalars(
        select(ResponseDraft).where(ResponseDraft.proposal_id == proposal_id)
    ).one_or_none()


def waiting_for(viewer: Viewer) -> list[AnswerDue]:
    """For the staff: every proposal that waits for them, the soonest due first."""
    return awaiting_answer(viewer) if policy.can_answer_officially(viewer) else []


def awaiting_answer(viewer: Viewer) -> list[AnswerDue]:
    """Every proposal the viewer sees that waits for an answer, the soonest due first."""
    now = clock.now()
    due = [
        AnswerDue(
            proposal_id=row.public_id,
            number=row.number or "",
            title=row.title,
            language=row.language,
            status=row.status,
            clock=clock_of(row, Rules.written(row.held_under or row.today), row.timezone, now),
        )
        for row in rows_of(_awaiting(viewer.space_ids))
    ]
    return sorted(due, key=lambda one: (one.clock.due_on, one.number))


@made_once
def _awaiting(spaces: tuple[int, ...]) -> Select[*tuple[Any, ...]]:
    columns: list[Any] = [
        Proposal.public_id,
        Proposal.number,
        Proposal.title,
        Proposal.language,
        Proposal.status,
        Proposal.submitted_at,
        Proposal.acknowledged_at,
        Proposal.answered_at,
        Proposal.route,
        Proposal.extended_until,
        cast(Vote.rules, Text).label("held_under"),
        cast(Coalition.rules, Text).label("today"),
        Coalition.timezone,
    ]
    return (
        select(*columns)
        .join(Coalition, Coalition.id == Proposal.coalition_id)
        .outerjoin(Vote, and_(Vote.proposal_id == Proposal.id, is_newest_call()))
        .where(Proposal.space_id.in_(spaces), Proposal.status.in_(AWAITING_ANSWER))
    )


def on_time(viewer: Viewer, proposal: ProposalRow) -> OnTime:
    """How it kept its time with the coalition of a proposal, in one statement: beside its clock."""
    rows = db.session.execute(
        select(
            Proposal.submitted_at,
            Proposal.acknowledged_at,
            Proposal.answered_at,
            Proposal.route,
            Proposal.extended_until,
            Vote.rules,
        )
        .outerjoin(Vote, and_(Vote.proposal_id == Proposal.id, is_newest_call()))
        .where(*submitted_in(viewer, proposal.coalition_id))
    )
    now = clock.now()
    clocks = [
        clock_of(row, Rules.of(row.rules) if row.rules else proposal.rules, proposal.timezone, now)
        for row in rows
    ]
    answered = [one for one in clocks if one.answered_on]
    return OnTime(
        answered=len(answered),
        in_time=sum(not one.late for one in answered),
        overdue=sum(one.overdue for one in clocks),
    )


def submitted_in(viewer: Viewer, coalition_id: int) -> Sequence[Any]:
    """That a proposal is of that coalition, submitted, and the viewer may read it."""
    return (
        Proposal.coalition_id == coalition_id,
        Proposal.submitted_at.is_not(None),
        seen_by(viewer, Proposal.space_id),
    )
