"""Votes in lists: how far each is or what it came to, never who voted how; and those to cast."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, and_, cast, func, or_, select

from forum.coalition import wording
from forum.coalition.lifecycle import ProposalStatus, effective_status
from forum.coalition.models import (
    Ballot,
    BallotConfirmation,
    Delegate,
    Proposal,
    ProposalVersion,
    Result,
    Seat,
    Vote,
)
from forum.coalition.queries.seats import counts, who_looks_speaks
from forum.coalition.queries.votes import VOTE, is_newest_call, second_call_due, vote_row
from forum.coalition.rows import VoteRow
from forum.coalition.tally import Choice, SeatBallot, Tally, VoteOutcome, tally
from forum.db import NOW, among, each_of, made_once, objects_of
from forum.directory.models import Project
from forum.lib import clock
from forum.spaces import Viewer


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
    again = second_call_due(vote, count, is_open=is_open)
    return VoteNow(vote=vote, tally=count, is_open=is_open, second_call_due=again)


def waiting_for(viewer: Viewer) -> list[VoteToCast]:
    """Open votes in which a project that the viewer speaks for has not voted, or not confirmed.

    The soonest to close come first.
    """
    return objects_of(VoteToCast, _waiting(viewer.space_ids), {"me": viewer.me, "now": clock.now()})


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
    select(*VOTE, _SAID.label("said"))
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
        .join(Delegate, who_looks_speaks())
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
    vote = vote_row(columns)
    seats = (one.split(":") for one in said.split(",")) if said else ()
    ballots = [SeatBallot(country, Choice(choice) if choice else None) for country, choice in seats]
    return vote, tally(vote.rules, ballots, vote.call)
