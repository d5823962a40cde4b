"""What a region's coalition asked, what was answered, what was done: the record of both sides.

Of what is submitted and the viewer may read; every count is of these, so that none tells of more.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import median_low
from typing import Any

from sqlalchemy import and_, func, select

from forum.coalition import wording
from forum.coalition.lifecycle import (
    CommitmentStatus,
    ProposalStatus,
    ResponseKind,
    ResponseOutcome,
    Route,
    Verdict,
)
from forum.coalition.models import (
    Commitment,
    CommitmentUpdate,
    CoSponsor,
    Proposal,
    Rating,
    Response,
    Vote,
)
from forum.coalition.queries.answer_clock import AnswerClock, clock_of
from forum.coalition.queries.commitment_lists import NOT_FULFILLED
from forum.coalition.queries.responses import submitted_in
from forum.coalition.queries.votes import is_newest_call
from forum.coalition.rows import Cited, CoalitionRow
from forum.coalition.tally import Rules
from forum.db import db
from forum.directory.models import Project
from forum.lib import clock
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.spaces.models import Space
from forum.web.locale import months

MOST_PERIODS = 12  # quarters in one picture; a longer time is told by years
_MONTHS_OF_A_QUARTER = 3


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A commitment and what came of it."""

    public_id: str
    number: int
    text: str
    language: str
    owner_role: str
    due_on: date
    status: CommitmentStatus
    late: bool
    moved: bool  # its day was changed
    done_on: date | None
    not_fulfilled: int = 0  # projects of the coalition that say it is not

    @property
    def word(self) -> str:
        """The status in words."""
        return wording.commitment_word(self.status)

    @property
    def in_time(self) -> bool:
        """Whether it was done by its day, as that stands now."""
        return self.done_on is not None and self.done_on <= self.due_on


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A submitted proposal, its answer, and what came of that."""

    public_id: str
    number: str
    title: str
    language: str
    status: ProposalStatus
    space_kind: SpaceKind
    project_name: str
    project_slug: str
    country: str
    cosponsors: int
    adopted_on: date | None
    route: Route | None
    clock: AnswerClock
    outcome: ResponseOutcome | None
    documents: list[Cited] = field(default_factory=list)  # of the answer that counts
    promises: list[Promise] = field(default_factory=list)
    rated: dict[Verdict, int] = field(default_factory=dict)  # projects, of the answer that counts

    @property
    def outcome_word(self) -> str:
        """What the certifier says to the ask, in words."""
        return wording.outcome_word(self.outcome) if self.outcome else ""

    @property
    def ratings(self) -> list[tuple[str, int]]:
        """What the coalition thinks of the answer: words, how many projects."""
        return [
            (wording.verdict_word(one), self.rated[one]) for one in Verdict if one in self.rated
        ]

    @property
    def days_to_submit(self) -> int | None:
        """Days between its adoption and its submission."""
        return (self.clock.submitted_on - self.adopted_on).days if self.adopted_on else None


@dataclass(frozen=True, kw_only=True)
class Period:
    """A quarter or a year: what was asked, answered and done in it."""

    year: int
    quarter: int | None  # 1 to 4; None where the whole year is told
    asked: int
    answered: int
    done: int

    @property
    def name(self) -> str:
        """Which time that is, in words."""
        if self.quarter is None:
            return str(self.year)
        last = self.quarter * _MONTHS_OF_A_QUARTER
        return months(last - _MONTHS_OF_A_QUARTER + 1, last, self.year)


@dataclass(frozen=True, kw_only=True)
class Record:
    """All of it, the newest asked first, with how each side kept its time."""

    asked: list[Asked]
    today: date

    @property
    def promises(self) -> list[Promise]:
        """Every commitment."""
        return [promise for one in self.asked for promise in one.promises]

    @property
    def answered(self) -> list[Asked]:
        """Those that were answered."""
        return [one for one in self.asked if one.clock.answered_on]

    @property
    def answered_in_time(self) -> int:
        """How many of these came by their last day."""
        return sum(not one.clock.late for one in self.answered)

    @property
    def overdue(self) -> int:
        """How many are unanswered though their last day is over."""
        return sum(one.clock.overdue for one in self.asked)

    @property
    def received(self) -> list[Asked]:
        """Those whose receipt was acknowledged."""
        return [one for one in self.asked if one.clock.acknowledged_on]

    @property
    def received_in_time(self) -> int:
        """How many of these in the days for it."""
        return sum(not one.clock.acknowledgement_late for one in self.received)

    @property
    def extended(self) -> int:
        """For how many the certifier took more time."""
        return sum(one.clock.extended_from is not None for one in self.asked)

    @property
    def kept(self) -> Counter[str]:
        """Commitments by what came of them: done, in time, late, open, dropped, moved."""
        found: Counter[str] = Counter()
        for one in self.promises:
            found["all"] += 1
            found["moved"] += one.moved
            found["in_time"] += one.in_time
            found["late" if one.late else _KEPT[one.status]] += 1
        return found

    @property
    def days_to_submit(self) -> int | None:
        """The median of the days the coalition took from adopting to submitting."""
        days = [one.days_to_submit for one in self.asked if one.days_to_submit is not None]
        return median_low(days) if days else None

    @property
    def rated(self) -> int:
        """Of how many answers at least one project said what it thinks."""
        return sum(bool(one.rated) for one in self.answered)

    @property
    def periods(self) -> list[Period]:
        """From the first submission until today: quarters, or years where these are many."""
        if not self.asked:
            return []
        first = min(one.clock.submitted_on for one in self.asked)
        quarters = _quarters(first, self.today)
        if len(quarters) > MOST_PERIODS:
            years = range(first.year, self.today.year + 1)
            return [self._period(year, None) for year in years][-MOST_PERIODS:]
        return [self._period(year, quarter) for year, quarter in quarters]

    def _period(self, year: int, quarter: int | None) -> Period:
        def in_it(day: date | None) -> bool:
            return day is not None and day.year == year and quarter in (None, _quarter(day))

        return Period(
            year=year,
            quarter=quarter,
            asked=sum(in_it(one.clock.submitted_on) for one in self.asked),
            answered=sum(in_it(one.clock.answered_on) for one in self.asked),
            done=sum(in_it(one.done_on) for one in self.promises),
        )


def record_of(viewer: Viewer, coalition: CoalitionRow) -> Record:
    """The record of the coalition, as far as the viewer may read it."""
    now = clock.now()
    mine = submitted_in(viewer, coalition.id)
    rows = db.session.execute(
        select(
            Proposal,
            Project.name,
            Project.slug,
            Project.country,
            Space.kind,
            Vote.rules,
            Vote.closes_at,
            select(func.count(CoSponsor.id))
            .where(CoSponsor.proposal_id == Proposal.id)
            .scalar_subquery()
            .label("cosponsors"),
        )
        .join(Project, Project.id == Proposal.project_id)
        .join(Space, Space.id == Proposal.space_id)
        .outerjoin(Vote, and_(Vote.proposal_id == Proposal.id, is_newest_call()))
        .where(*mine)
        .order_by(Proposal.submitted_at.desc(), Proposal.id.desc())
    ).all()
    if not rows:
        return Record(asked=[], today=clock.today(coalition.timezone))
    outcomes, promises = _outcomes(mine), _promises(mine, coalition.timezone)
    rated = _rated(mine)
    return Record(
        asked=[_asked(row, coalition, now, outcomes, promises, rated) for row in rows],
        today=clock.today(coalition.timezone),
    )


_TOLD_AT = CommitmentUpdate.created_at.label("told_at")
_KEPT = {
    CommitmentStatus.PLANNED: "open",
    CommitmentStatus.IN_PROGRESS: "open",
    CommitmentStatus.DONE: "done",
    CommitmentStatus.DROPPED: "dropped",
}


def _asked(row: Any, coalition: CoalitionRow, now: datetime, *found: dict[int, Any]) -> Asked:
    outcomes, promises, rated = found
    outcome, documents = outcomes.get(row.Proposal.id, (None, []))
    proposal: Proposal = row.Proposal
    rules = Rules.of(row.rules) if row.rules else coalition.rules
    zone = clock.zone(coalition.timezone)
    return Asked(
        public_id=proposal.public_id,
        number=proposal.number or "",
        title=proposal.title,
        language=proposal.language,
        status=proposal.status,
        space_kind=row.kind,
        project_name=row.name,
        project_slug=row.slug,
        country=row.country,
        cosponsors=row.cosponsors,
        adopted_on=row.closes_at.astimezone(zone).date() if row.closes_at else None,
        route=proposal.route,
        clock=clock_of(proposal, rules, coalition.timezone, now),
        outcome=outcome,
        documents=documents,
        promises=promises.get(proposal.id, []),
        rated=rated.get(proposal.id, {}),
    )


def _answers(mine: Sequence[Any]) -> Any:
    """The inner id of the answer that counts of each: its newest correction, else itself."""
    return (
        select(func.max(Response.id))
        .join(Proposal, Proposal.id == Response.proposal_id)
        .where(*mine, Response.kind.in_((ResponseKind.ANSWER, ResponseKind.CORRECTION)))
        .group_by(Response.proposal_id)
    )


def _outcomes(mine: Sequence[Any]) -> dict[int, tuple[ResponseOutcome | None, list[Cited]]]:
    """What the answer that counts says, and the documents it cites."""
    rows = db.session.execute(
        select(Response.proposal_id, Response.outcome, Response.documents).where(
            Response.id.in_(_answers(mine))
        )
    )
    return {row.proposal_id: (row.outcome, [Cited(**one) for one in row.documents]) for row in rows}


def _promises(mine: Sequence[Any], timezone: str) -> dict[int, list[Promise]]:
    rows = db.session.execute(
        select(
            Commitment,
            CommitmentUpdate.status,
            CommitmentUpdate.due_on,
            _TOLD_AT,
            NOT_FULFILLED,
        )
        .join(Proposal, Proposal.id == Commitment.proposal_id)
        .outerjoin(CommitmentUpdate, CommitmentUpdate.commitment_id == Commitment.id)
        .where(*mine)
        .order_by(Commitment.due_on, Commitment.id, CommitmentUpdate.id)
    )
    told: dict[Commitment, list[Any]] = {}
    for row in rows:
        told.setdefault(row[0], []).append(row)
    today, zone = clock.today(timezone), clock.zone(timezone)
    found: dict[int, list[Promise]] = {}
    for commitment, updates in told.items():
        done_at = _done_at(updates)
        found.setdefault(commitment.proposal_id, []).append(
            Promise(
                public_id=commitment.public_id,
                number=commitment.number,
                text=commitment.text,
                language=commitment.language,
                owner_role=commitment.owner_role,
                due_on=commitment.due_on,
                status=commitment.status,
                late=commitment.is_late(today),
                moved=any(update.due_on for update in updates),
                done_on=done_at.astimezone(zone).date() if done_at else None,
                not_fulfilled=updates[0].not_fulfilled,
            )
        )
    return found


def _done_at(updates: Iterable[Any]) -> datetime | None:
    """Since when it is done: what is told of it afterwards does not make it later."""
    since: datetime | None = None
    for update in updates:
        if update.status is not CommitmentStatus.DONE:
            since = None
        elif since is None:
            since = update.told_at
    return since


def _rated(mine: Sequence[Any]) -> dict[int, dict[Verdict, int]]:
    rows = db.session.execute(
        select(Response.proposal_id, Rating.verdict, func.count())
        .join(Response, Response.id == Rating.response_id)
        .where(Response.id.in_(_answers(mine)))
        .group_by(Response.proposal_id, Rating.verdict)
    )
    found: dict[int, dict[Verdict, int]] = {}
    for proposal_id, verdict, count in rows:
        found.setdefault(proposal_id, {})[Verdict(verdict)] = count
    return found


def _quarter(day: date) -> int:
    return (day.month - 1) // _MONTHS_OF_A_QUARTER + 1


def _quarters(first: date, last: date) -> list[tuple[int, int]]:
    begin, end = (day.year * 4 + _quarter(day) - 1 for day in (first, last))
    return [(at // 4, at % 4 + 1) for at in range(begin, end + 1)]
