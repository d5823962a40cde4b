"""A proposal's vote on its page: ballots by project inside the coalition, only totals outside."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, bindparam, cast, select
from sqlalchemy.orm import aliased

from forum.coalition import wording
from forum.coalition.models import ProposalVersion, Result, Vote
from forum.coalition.policy import votes as policy
from forum.coalition.queries.seats import SEATS, SeatRow, count_of
from forum.coalition.rows import ProposalRow, VoteRow
from forum.coalition.tally import Choice, Rules, Tally, has_few_seats, second_call_follows
from forum.db import objects_of
from forum.lib import clock
from forum.lib.permission import Answer
from forum.spaces import Viewer


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
    again = second_call_due(vote, count, is_open=is_open)
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
        sentences=() if is_open else _sentences(vote, count, seats, inside=sees),
        warning=wording.totals_warning(count, _named(seats)) if not is_open else "",
    )


def _sentences(
    vote: VoteRow, count: Tally, seats: tuple[SeatRow, ...], *, inside: bool
) -> tuple[str, ...]:
    """How the rules decided; inside, what of it hangs on ballots that nobody confirmed too."""
    said = wording.result_words(count, vote.rules, inside=inside)
    unconfirmed = [seat for seat in seats if seat.to_confirm]
    if not inside or not unconfirmed:
        return tuple(said)
    without = (replace(seat, choice=None) if seat.to_confirm else seat for seat in seats)
    other = count_of(vote.rules, without, vote.call).outcome
    return (*said, wording.unconfirmed_words(len(unconfirmed), count.outcome, other))


def _named(seats: Iterable[SeatRow]) -> int:
    """How many of them objected, and let themselves be named with it."""
    return sum(seat.named and seat.choice is Choice.BLOCK for seat in seats)


def is_newest_call() -> ColumnElement[bool]:
    """The condition that a Vote is the newest call of its proposal."""
    later = aliased(Vote)
    calls = select(later.id).where(later.proposal_id == Vote.proposal_id, later.call > Vote.call)
    return ~calls.correlate(Vote).exists()


def second_call_due(vote: VoteRow, count: Tally, *, is_open: bool) -> bool:
    """Whether a second call follows it, which opens when its first is sealed."""
    unsealed = not is_open and vote.sealed_at is None
    return unsealed and second_call_follows(vote.rules, count, vote.call)


VOTE: tuple[Any, ...] = (
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
_VOTE_NAMES = tuple(column.key for column in VOTE)
_PANEL = (
    SEATS.add_columns(*VOTE)
    .join(ProposalVersion, ProposalVersion.id == Vote.version_id)
    .outerjoin(Result, Result.vote_id == Vote.id)
    .where(Vote.proposal_id == bindparam("proposal"), is_newest_call())
)


def _seat_and_vote(**columns: Any) -> tuple[SeatRow, VoteRow]:
    vote = {name: columns.pop(name) for name in _VOTE_NAMES}
    return SeatRow(**columns), vote_row(vote)


def vote_row(columns: dict[str, Any]) -> VoteRow:
    """The vote of a row that has the columns of `VOTE`, by their names, among others."""
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
