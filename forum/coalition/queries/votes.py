"""Votes as a viewer sees them: ballots by project inside the coalition, only totals outside."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Text,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from forum.accounts.models import Person
from forum.coalition import wording
from forum.coalition.lifecycle import ProposalStatus, effective_status
from forum.coalition.models import (
    AssistedHow,
    Ballot,
    BallotConfirmation,
    Delegate,
    MinorityStatement,
    Proposal,
    ProposalVersion,
    Result,
    Seat,
    Vote,
)
from forum.coalition.policy import votes as policy
from forum.coalition.queries.members import speaks_today
from forum.coalition.rows import ProposalRow, VoteRow
from forum.coalition.tally import (
    FIRST_CALL,
    Choice,
    Rules,
    SeatBallot,
    Tally,
    VoteOutcome,
    has_few_seats,
    second_call_follows,
    tally,
)
from forum.db import ME, NOW, among, each_of, made_once, objects_of
from forum.directory.models import Project
from forum.files.models import StoredFile
from forum.lib import clock, tokens
from forum.lib.permission import Answer
from forum.spaces import Viewer
from forum.spaces.viewer import NOBODY


@dataclass(frozen=True, eq=False)
class SeatRow:
    """A seat with the ballot of it that counts: its last; `choice` None while it has none.

    The same answer of the database is the same row.
    """

    seat_id: int
    project_id: int
    project_name: str
    project_slug: str
    country: str
    choice: Choice | None
    reason: str | None
    language: str | None
    cast_at: datetime | None
    cast_by: str | None
    times: int | None  # how often it was cast: more than once means it was changed
    mine: bool  # whether the viewer speaks for it today
    mandate: str | None = None
    assisted_how: AssistedHow | None = (
        None  # recorded by who facilitates, as told by phone or paper
    )
    instructed_by: str | None = None
    confirmed: bool = False
    mandate_file: str | None = None  # a public id
    mandate_file_name: str | None = None
    named: bool = False  # whether the project consents to be named with an objection of its own

    @property
    def seen(self) -> str:
        """Marks the ballot that counts: a form carries what its reader saw. Empty without one."""
        if self.choice is None:
            return ""
        said = (self.reason or "", self.language or "", self.mandate or "", self.mandate_file or "")
        return mark_of(self.choice, *said, named=self.named)

    @property
    def to_confirm(self) -> bool:
        """Whether what was recorded for it waits for its delegate's word."""
        return self.assisted_how is not None and not self.confirmed


@dataclass(frozen=True, kw_only=True)
class VotePanel:
    """All that a proposal's page shows of its vote, for one viewer, as it is at one moment."""

    vote: VoteRow
    now: datetime = field(compare=False)  # not shown: what it decides is told by the others
    is_open: bool
    sees_ballots: bool
    tally: Tally
    seats: tuple[SeatRow, ...]  # empty for who does not see ballots
    mine: tuple[SeatRow, ...]  # the seats the viewer may cast for today
    may_cast: Answer
    second_call_due: bool  # the first call missed its quorum; the second opens with its sealing
    state: str  # a sentence
    sentences: tuple[str, ...]  # the rule that decided, empty while open
    warning: str  # that totals give votes away

    @property
    def marks(self) -> list[str]:
        """A picture's marks, one a seat, those that voted first; by choice inside the coalition."""
        if not self.sees_ballots:
            return ["cast"] * self.tally.cast + ["empty"] * self.tally.not_voted
        said = [seat.choice for seat in self.seats]
        marks = [choice.value for choice in Choice for c in said if c is choice]
        return marks + ["empty"] * said.count(None)

    @property
    def not_voted(self) -> list[SeatRow]:
        """Seats without a ballot."""
        return [seat for seat in self.seats if seat.choice is None]

    @property
    def waits_for_me(self) -> list[SeatRow]:
        """The viewer's own seats that have not voted, while voting is open."""
        return [seat for seat in self.mine if seat.choice is None] if self.is_open else []

    @property
    def against(self) -> int:
        """Seats against: disagreeing or objecting."""
        return self.tally.disagree + self.tally.block

    @property
    def totals(self) -> list[tuple[str, int]]:
        """How many seats said what."""
        return [(choice.value, int(getattr(self.tally, choice.value))) for choice in Choice]

    @property
    def few_seats(self) -> bool:
        """Whether totals can tell how a project voted, whatever they come to."""
        return has_few_seats(self.tally)

    @property
    def shows_majority(self) -> bool:
        """Whether a majority can be told: never outside while voting, nor before the quorum."""
        counted = self.tally.cast >= self.tally.quorum_needed
        return (self.sees_ballots or not self.is_open) and counted and self.tally.taking_sides > 0

    @property
    def majority_words(self) -> str:
        """The share that must agree, in words."""
        return wording.share_word(self.vote.rules.majority)

    @property
    def majority_parts(self) -> tuple[int, ...]:
        """The same as numerator and denominator."""
        return tuple(int(part) for part in self.vote.rules.majority.split("/"))

    @property
    def outcome_word(self) -> str:
        """What it came to, in words."""
        return wording.vote_word(self.tally.outcome)


@dataclass(frozen=True, kw_only=True)
class VoteNow:
    """A vote in a list: how far it is, or what it came to. Never who voted how."""

    vote: VoteRow
    tally: Tally
    is_open: bool
    second_call_due: bool = False

    @property
    def closes_at(self) -> datetime:
        """A ballot at or after this moment is out."""
        return self.vote.closes_at

    @property
    def outcome(self) -> VoteOutcome | None:
        """What it came to, None while it is open or a second call is about to be."""
        return None if self.is_open or self.second_call_due else self.tally.outcome

    def status(self, stored: ProposalStatus, now: datetime | None = None) -> ProposalStatus:
        """Where its proposal is now, whatever is stored."""
        return effective_status(stored, self.closes_at, self.outcome, now or clock.now())

    @property
    def sentence(self) -> str:
        """Its state, in a sentence."""
        return wording.vote_state(
            self.vote, self.tally, is_open=self.is_open, again=self.second_call_due
        )


@dataclass(frozen=True)
class VoteToCast:
    """A vote that waits for the viewer's project."""

    proposal_id: str  # public
    title: str
    language: str
    project_name: str
    closes_at: datetime
    recorded: bool  # by phone or on paper, and not confirmed yet
    opens_at: datetime


def vote_panel(proposal: ProposalRow, viewer: Viewer) -> VotePanel | None:
    """The proposal's newest vote for that viewer, in one statement; None while there was none."""
    now = clock.now()
    values = {"me": viewer.me, "now": now, "proposal": proposal.id}
    read = objects_of(_seat_and_vote, _PANEL, values)
    if not read:
        return None
    vote, seats = read[0][1], tuple(seat for seat, _vote in read)
    sees = bool(policy.can_see_ballots(viewer, proposal))
    count = count_of(vote.rules, seats, vote.call)
    mine = tuple(seat for seat in seats if seat.mine) if sees else ()
    is_open = vote.is_open(now)
    again = _second_call_due(vote, count, is_open=is_open)
    return VotePanel(
        vote=vote,
        now=now,
        is_open=is_open,
        sees_ballots=sees,
        tally=count,
        seats=seats if sees else (),
        mine=mine,
        may_cast=policy.can_cast(viewer, vote, mine, now),
        second_call_due=again,
        state=wording.vote_state(vote, count, is_open=is_open, again=again),
        sentences=() if is_open else tuple(wording.result_words(count, vote.rules, inside=sees)),
        warning=wording.totals_warning(count, _named(seats)) if not is_open else "",
    )


def _named(seats: Iterable[SeatRow]) -> int:
    """How many of them objected, and let themselves be named with it."""
    return sum(seat.named and seat.choice is Choice.BLOCK for seat in seats)


def seats_of(vote_id: int) -> list[SeatRow]:
    """Every seat of the vote with the ballot that counts, by project: to be counted."""
    return objects_of(SeatRow, _OF_VOTE, {"me": NOBODY, "now": clock.now(), "vote": vote_id})


def count_of(rules: Rules, seats: Iterable[SeatRow], call: int = FIRST_CALL) -> Tally:
    """The count of these seats under these rules, in that call."""
    return tally(rules, (SeatBallot(seat.country, seat.choice) for seat in seats), call)


def mark_of(choice: Choice, *said: str, named: bool) -> str:
    """Marks what a seat says, so that who did not read it does not take its place.

    `said` is its reason, its language, its mandate and the public id of the file that shows it.
    """
    travels = str(named) if choice is Choice.BLOCK else ""
    return tokens.mark(choice.value, *said, travels)


def outcomes_for(proposal_ids: Iterable[int], now: datetime | None = None) -> dict[int, VoteNow]:
    """The newest vote of each of these proposals, for a list: one statement, however many.

    The caller shows only proposals that the viewer sees.
    """
    now = now or clock.now()
    wanted = set(proposal_ids)
    if not wanted:
        return {}
    ids = each_of(wanted)
    counted = objects_of(_counted, _newest(len(ids)), ids)
    return {vote.proposal_id: _vote_now(vote, count, now) for vote, count in counted if count.seats}


def _vote_now(vote: VoteRow, count: Tally, now: datetime) -> VoteNow:
    is_open = vote.is_open(now)
    again = _second_call_due(vote, count, is_open=is_open)
    return VoteNow(vote=vote, tally=count, is_open=is_open, second_call_due=again)


def _second_call_due(vote: VoteRow, count: Tally, *, is_open: bool) -> bool:
    unsealed = not is_open and vote.sealed_at is None
    return unsealed and second_call_follows(vote.rules, count, vote.call)


def waiting_for(viewer: Viewer) -> list[VoteToCast]:
    """Open votes in which a project that the viewer speaks for has not voted, or not confirmed.

    The soonest to close come first.
    """
    return objects_of(VoteToCast, _waiting(viewer.space_ids), {"me": viewer.me, "now": clock.now()})


def speaks(me: Any, now: Any = None) -> ColumnElement[bool]:
    """Joins Delegate to Seat and Proposal: the person of that inner id speaks for the seat today.

    For its project, that is.
    """
    return and_(somebody_speaks(now), Delegate.person_id == me)


def somebody_speaks(now: Any = None) -> ColumnElement[bool]:
    """Joins Delegate to Seat and Proposal: whoever speaks today for the seat's project."""
    return and_(
        Delegate.coalition_id == Proposal.coalition_id,
        Delegate.project_id == Seat.project_id,
        speaks_today(now),
    )


def is_newest_call() -> ColumnElement[bool]:
    """The condition that a Vote is the newest call of its proposal."""
    later = aliased(Vote)
    calls = select(later.id).where(later.proposal_id == Vote.proposal_id, later.call > Vote.call)
    return ~calls.correlate(Vote).exists()


def counts() -> ColumnElement[bool]:
    """Joins to a seat the ballot that counts: the one of the highest seq."""
    later = aliased(Ballot)
    last = select(func.max(later.seq)).where(later.seat_id == Seat.id).scalar_subquery()
    return and_(Ballot.seat_id == Seat.id, Ballot.seq == last)


def is_spoken_for() -> ColumnElement[bool]:
    """Whether who looks (`ME`) speaks now (`NOW`) for the project of a Seat."""
    return select(Delegate.id).where(speaks(ME, NOW)).correlate(Seat, Proposal).exists()


_Instructed = aliased(Person)
_SEATS: Select[*tuple[Any, ...]] = (
    select(
        Seat.id.label("seat_id"),
        Seat.project_id,
        Project.name.label("project_name"),
        Project.slug.label("project_slug"),
        Seat.country,
        Ballot.choice,
        Ballot.reason,
        Ballot.language,
        Ballot.cast_at,
        Person.name.label("cast_by"),
        Ballot.seq.label("times"),
        is_spoken_for().label("mine"),
        Ballot.mandate,
        Ballot.assisted_how,
        _Instructed.name.label("instructed_by"),
        BallotConfirmation.id.is_not(None).label("confirmed"),
        StoredFile.public_id.label("mandate_file"),
        StoredFile.name.label("mandate_file_name"),
        MinorityStatement.named.is_(True).label("named"),
    )
    .join(Vote, Vote.id == Seat.vote_id)
    .join(Proposal, Proposal.id == Vote.proposal_id)
    .join(Project, Project.id == Seat.project_id)
    .outerjoin(Ballot, counts())
    .outerjoin(Person, Person.id == Ballot.cast_by_id)
    .outerjoin(_Instructed, _Instructed.id == Ballot.instructed_by_id)
    .outerjoin(BallotConfirmation, BallotConfirmation.ballot_id == Ballot.id)
    .outerjoin(StoredFile, StoredFile.id == Ballot.mandate_file_id)
    .outerjoin(MinorityStatement, MinorityStatement.seat_id == Seat.id)
    .order_by(Project.name, Seat.id)
)
_VOTE: tuple[Any, ...] = (
    Vote.id.label("vote_id"),
    Vote.public_id.label("vote_public_id"),
    Vote.proposal_id,
    Vote.call,
    ProposalVersion.number.label("version_number"),
    Vote.opens_at,
    Vote.closes_at,
    cast(Vote.rules, Text).label("rules"),
    Result.sealed_at,
    Result.head,
)
_VOTE_NAMES = tuple(column.key for column in _VOTE)
_PANEL = (
    _SEATS.add_columns(*_VOTE)
    .join(ProposalVersion, ProposalVersion.id == Vote.version_id)
    .outerjoin(Result, Result.vote_id == Vote.id)
    .where(Vote.proposal_id == bindparam("proposal"), is_newest_call())
)
_OF_VOTE = _SEATS.where(Seat.vote_id == bindparam("vote"))
_SAID = (  # what each seat says, in any order: "MX:agree,GT:"
    select(
        func.aggregate_strings(
            Seat.country + ":" + func.coalesce(cast(Ballot.choice, String), ""), ","
        )
    )
    .outerjoin(Ballot, counts())
    .where(Seat.vote_id == Vote.id)
    .correlate(Vote)
    .scalar_subquery()
)
_NEWEST = (
    select(*_VOTE, _SAID.label("said"))
    .join(ProposalVersion, ProposalVersion.id == Vote.version_id)
    .outerjoin(Result, Result.vote_id == Vote.id)
    .where(is_newest_call())
)


@made_once
def _newest(places: int) -> Select[*tuple[Any, ...]]:
    """The newest votes of so many proposals."""
    return _NEWEST.where(among(Vote.proposal_id, places))


@made_once
def _waiting(spaces: tuple[int, ...]) -> Select[*tuple[Any, ...]]:
    columns: list[Any] = [
        Proposal.public_id.label("proposal_id"),
        Proposal.title,
        Proposal.language,
        Project.name.label("project_name"),
        Vote.closes_at,
        Ballot.id.is_not(None).label("recorded"),
        Vote.opens_at,
    ]
    return (
        select(*columns)
        .join(Vote, Vote.proposal_id == Proposal.id)
        .join(Seat, Seat.vote_id == Vote.id)
        .join(Project, Project.id == Seat.project_id)
        .join(Delegate, speaks(ME, NOW))
        .outerjoin(Ballot, counts())
        .outerjoin(BallotConfirmation, BallotConfirmation.ballot_id == Ballot.id)
        .where(
            Proposal.space_id.in_(spaces),
            Vote.opens_at <= NOW,
            Vote.closes_at > NOW,
            or_(Ballot.id.is_(None), and_(Ballot.assisted, BallotConfirmation.id.is_(None))),
        )
        .order_by(Vote.closes_at, Vote.id, Seat.id)
    )


def _counted(*, said: str | None, **columns: Any) -> tuple[VoteRow, Tally]:
    vote = _vote_row(columns)
    seats = (one.split(":") for one in said.split(",")) if said else ()
    ballots = [SeatBallot(country, Choice(choice) if choice else None) for country, choice in seats]
    return vote, tally(vote.rules, ballots, vote.call)


def _seat_and_vote(**columns: Any) -> tuple[SeatRow, VoteRow]:
    vote = {name: columns.pop(name) for name in _VOTE_NAMES}
    return SeatRow(**columns), _vote_row(vote)


def _vote_row(columns: dict[str, Any]) -> VoteRow:
    return VoteRow(
        id=columns["vote_id"],
        public_id=columns["vote_public_id"],
        proposal_id=columns["proposal_id"],
        call=columns["call"],
        version_number=columns["version_number"],
        opens_at=columns["opens_at"],
        closes_at=columns["closes_at"],
        rules=Rules.written(columns["rules"]),
        sealed_at=columns["sealed_at"],
        head=columns["head"] or "",
    )
