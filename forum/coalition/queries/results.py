"""The thread from need to result: what came of proposals, and where a commitment began."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, Text, cast, exists, func, literal, select

from forum.coalition import wording
from forum.coalition.lifecycle import (
    OPEN_COMMITMENTS,
    CommitmentStatus,
    ProposalStatus,
    ResponseKind,
    ResponseOutcome,
    Verdict,
)
from forum.coalition.models import (
    Commitment,
    CommitmentMark,
    CoSponsor,
    Evidence,
    Proposal,
    Rating,
    Response,
    Result,
    Vote,
)
from forum.coalition.queries.answer_clock import AnswerClock, clock_of
from forum.coalition.rows import CoalitionRow
from forum.coalition.tally import Rules, VoteOutcome
from forum.db import db
from forum.directory.models import Project
from forum.discussions.models import FacedBy, Post, Thread
from forum.exchanges.models import Exchange, ExchangeSession, Stage
from forum.lib import clock
from forum.spaces import Viewer
from forum.spaces.queries import seen_by
from forum.web.locale import gettext as _
from forum.web.locale import when

_ANSWERS = (ResponseKind.ANSWER, ResponseKind.CORRECTION)


@dataclass(frozen=True, kw_only=True)
class CameOf:
    """A proposal, and what came of it so far."""

    public_id: str
    number: str | None
    title: str
    language: str
    status: ProposalStatus  # as stored
    voted_until: datetime | None  # while it is being voted on, or its vote is not sealed yet
    voting_is_over: bool  # now
    clock: AnswerClock | None
    outcome: ResponseOutcome | None  # of the answer that counts
    commitments: int
    done: int
    late: int
    vote_outcome: VoteOutcome | None = None  # of its newest call, once it is sealed
    votes_cast: int = 0
    seats: int = 0
    verdicts: tuple[str, ...] = ()  # of projects, on the answer that counts
    not_fulfilled: int = 0  # commitments of which a project of the coalition says so

    @property
    def voted(self) -> str:
        """What its vote came to, in words; empty before it is sealed."""
        if self.vote_outcome is None:
            return ""
        return str(
            _(
                "%(outcome)s: %(cast)s of %(seats)s projects voted",
                outcome=wording.vote_word(self.vote_outcome),
                cast=self.votes_cast,
                seats=self.seats,
            )
        )

    @property
    def ratings(self) -> list[tuple[str, int]]:
        """What the coalition thinks of the answer: words, how many projects."""
        return [
            (wording.verdict_word(one), self.verdicts.count(one))
            for one in Verdict
            if one in self.verdicts
        ]

    @property
    def overdue(self) -> bool:
        """Whether an answer is missing and its day has passed."""
        return self.clock is not None and self.clock.overdue

    @property
    def outcome_word(self) -> str:
        """The outcome in words, empty before the answer."""
        return wording.outcome_word(self.outcome) if self.outcome else ""

    @property
    def waits(self) -> str:
        """What waits for whom, in a sentence; empty where its state says it."""
        if self.clock is not None:
            return self.clock.sentence
        if self.voted_until is None:
            return ""
        if self.voting_is_over:
            return str(_("Voting ended on %(when)s.", when=when(self.voted_until)))
        return str(_("Voting ends on %(when)s.", when=when(self.voted_until)))


@dataclass(frozen=True, kw_only=True)
class Origin:
    """A conversation or session that a proposal rests on, and the stage it belongs to."""

    what: str  # thread or session
    public_id: str
    title: str
    kind: str
    language: str
    exchange_slug: str | None  # None: it belongs to no stage
    exchange_title: str
    exchange_language: str
    stage_number: int
    stage_title: str


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """Where a commitment began, as far as the viewer sees it."""

    origins: list[Origin] = field(default_factory=list)
    # slug and name: who raised it or faces it, proposed it, stood behind it
    projects: list[tuple[str, str]] = field(default_factory=list)


def came_of(row: Any, coalition: CoalitionRow) -> CameOf:
    """What came of a proposal until now, of a row with the columns of `TOLD`."""
    now = clock.now()
    today = now.astimezone(clock.zone(coalition.timezone)).date().isoformat()
    rules = Rules.written(row.voted_under) if row.voted_under else coalition.rules
    until = row.voted_until if row.status is ProposalStatus.VOTING else None
    in_time = clock_of(row, rules, coalition.timezone, now) if row.submitted_at else None
    return CameOf(
        public_id=row.public_id,
        number=row.number,
        title=row.title,
        language=row.language,
        status=row.status,
        voted_until=until,
        voting_is_over=until is not None and until <= now,
        clock=in_time,
        outcome=row.outcome,
        commitments=row.commitments,
        done=row.done,
        late=sum(due < today for due in (row.due or "").split(",") if due),
        vote_outcome=row.vote_outcome,
        votes_cast=row.votes_cast or 0,
        seats=row.seats or 0,
        verdicts=tuple(one for one in (row.verdicts or "").split(",") if one),
        not_fulfilled=row.not_fulfilled,
    )


def _of_commitments(which: ColumnElement[bool]) -> Any:
    """How many commitments of the proposal are `which`."""
    return (
        select(func.count(Commitment.id))
        .where(Commitment.proposal_id == Proposal.id, which)
        .correlate(Proposal)
        .scalar_subquery()
    )


def _of_its_vote(column: Any) -> Any:
    """Of the newest call."""
    return (
        select(column)
        .where(Vote.proposal_id == Proposal.id)
        .order_by(Vote.call.desc())
        .limit(1)
        .correlate(Proposal)
        .scalar_subquery()
    )


def _of_its_result(column: Any) -> Any:
    """Of the newest call that is sealed."""
    return (
        select(column)
        .join(Vote, Vote.id == Result.vote_id)
        .where(Vote.proposal_id == Proposal.id)
        .order_by(Vote.call.desc())
        .limit(1)
        .correlate(Proposal)
        .scalar_subquery()
    )


def _of_its_answer(column: Any) -> Any:
    """Of the answer that counts: the last one."""
    return (
        select(column)
        .where(Response.proposal_id == Proposal.id, Response.kind.in_(_ANSWERS))
        .order_by(Response.id.desc())
        .limit(1)
        .correlate(Proposal)
        .scalar_subquery()
    )


_VERDICTS = (
    select(func.aggregate_strings(Rating.verdict, ","))
    .where(Rating.response_id == _of_its_answer(Response.id))
    .correlate(Proposal)
    .scalar_subquery()
)
_DENIED = exists().where(
    CommitmentMark.commitment_id == Commitment.id, CommitmentMark.fulfilled.is_(False)
)
_DUE = (
    select(func.aggregate_strings(cast(Commitment.due_on, String), ","))
    .where(Commitment.proposal_id == Proposal.id, Commitment.status.in_(OPEN_COMMITMENTS))
    .correlate(Proposal)
    .scalar_subquery()
)
TOLD: tuple[Any, ...] = (
    Proposal.public_id,
    Proposal.number,
    Proposal.title,
    Proposal.language,
    Proposal.status,
    Proposal.thread_id,
    Proposal.submitted_at,
    Proposal.acknowledged_at,
    Proposal.answered_at,
    Proposal.route,
    Proposal.extended_until,
    _of_its_answer(Response.outcome).label("outcome"),
    _of_commitments(Commitment.id.is_not(None)).label("commitments"),
    _of_commitments(Commitment.status == CommitmentStatus.DONE).label("done"),
    _DUE.label("due"),
    _of_its_vote(cast(Vote.rules, Text)).label("voted_under"),
    _of_its_vote(Vote.closes_at).label("voted_until"),
    _of_its_result(Result.outcome).label("vote_outcome"),
    _of_its_result(Result.cast).label("votes_cast"),
    _of_its_result(Result.seats).label("seats"),
    _VERDICTS.label("verdicts"),
    _of_commitments(_DENIED).label("not_fulfilled"),
)


def beginning_of(proposal_id: int, viewer: Viewer) -> Beginning:
    """What the proposal rests on, with its stages, and the projects where it began."""
    threads = _threads(proposal_id, viewer)
    return Beginning(
        origins=[_origin(row) for row in (*threads, *_sessions(proposal_id))],
        projects=_projects(proposal_id, [row.id for row in threads]),
    )


def _threads(proposal_id: int, viewer: Viewer) -> list[Any]:
    """The conversations it rests on, also those of a post, that the viewer sees."""
    of_posts = select(Post.thread_id).join(Evidence, Evidence.post_id == Post.id)
    of_threads = select(Evidence.thread_id).where(Evidence.thread_id.is_not(None))
    mine = Evidence.proposal_id == proposal_id
    return list(
        db.session.execute(
            _of_stage(Thread, cast(Thread.kind, String), Thread.stage_id)
            .where(
                Thread.id.in_(of_threads.where(mine).union(of_posts.where(mine))),
                seen_by(viewer, Thread.space_id),
                Thread.removed_at.is_(None),
            )
            .order_by(Thread.id)
        )
    )


def _sessions(proposal_id: int) -> list[Any]:
    return list(
        db.session.execute(
            _of_stage(ExchangeSession, literal("session"), ExchangeSession.stage_id)
            .join(Evidence, Evidence.session_id == ExchangeSession.id)
            .where(Evidence.proposal_id == proposal_id)
            .order_by(ExchangeSession.starts_at)
        )
    )


def _of_stage(what: Any, kind: Any, stage_id: Any) -> Any:
    return (
        select(
            what.id,
            what.public_id,
            what.title,
            what.language,
            kind.label("kind"),
            Exchange.slug,
            Exchange.title.label("exchange"),
            Exchange.language.label("exchange_language"),
            Stage.number,
            Stage.title.label("stage"),
        )
        .outerjoin(Stage, Stage.id == stage_id)
        .outerjoin(Exchange, Exchange.id == Stage.exchange_id)
    )


def _origin(row: Any) -> Origin:
    return Origin(
        what="session" if row.kind == "session" else "thread",
        public_id=row.public_id,
        title=row.title,
        kind=row.kind,
        language=row.language,
        exchange_slug=row.slug,
        exchange_title=row.exchange or "",
        exchange_language=row.exchange_language or "",
        stage_number=row.number or 0,
        stage_title=row.stage or "",
    )


def _projects(proposal_id: int, thread_ids: list[int]) -> list[tuple[str, str]]:
    concerned = select(Proposal.project_id).where(Proposal.id == proposal_id)
    others = (
        select(CoSponsor.project_id).where(CoSponsor.proposal_id == proposal_id),
        select(Thread.project_id).where(Thread.id.in_(thread_ids), Thread.project_id.is_not(None)),
        select(FacedBy.project_id).where(FacedBy.challenge_thread_id.in_(thread_ids)),
    )
    rows = db.session.execute(
        select(Project.slug, Project.name)
        .where(Project.id.in_(concerned.union(*others)))
        .order_by(Project.name)
    )
    return [(slug, name) for slug, name in rows]
