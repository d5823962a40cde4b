"""Seats of a vote with the ballot that counts of each, and who speaks for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select
from sqlalchemy.orm import aliased

from forum.accounts.models import Person
from forum.coalition.models import (
    AssistedHow,
    Ballot,
    BallotConfirmation,
    Delegate,
    MinorityStatement,
    Proposal,
    Seat,
    Vote,
)
from forum.coalition.queries.members import is_speaker_of
from forum.coalition.tally import FIRST_CALL, Choice, Rules, SeatBallot, Tally, tally
from forum.db import ME, NOW, objects_of
from forum.directory.models import Project
from forum.files.models import StoredFile
from forum.lib import clock, tokens
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
    assisted_how: AssistedHow | None = None  # as told to who facilitates, who recorded it
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


def who_looks_speaks() -> ColumnElement[bool]:
    """Joins Delegate to Seat and Proposal: who looks (`ME`) speaks now (`NOW`) for its project."""
    return and_(somebody_speaks(NOW), Delegate.person_id == ME)


def somebody_speaks(now: Any = None) -> ColumnElement[bool]:
    """Joins Delegate to Seat and Proposal: whoever speaks today for the seat's project."""
    return is_speaker_of(Proposal.coalition_id, Seat.project_id, now)


def is_spoken_for() -> ColumnElement[bool]:
    """Whether who looks (`ME`) speaks now (`NOW`) for the project of a Seat."""
    return select(Delegate.id).where(who_looks_speaks()).correlate(Seat, Proposal).exists()


def counts() -> ColumnElement[bool]:
    """Joins to a seat the ballot that counts: the one of the highest seq."""
    later = aliased(Ballot)
    last = select(func.max(later.seq)).where(later.seat_id == Seat.id).scalar_subquery()
    return and_(Ballot.seat_id == Seat.id, Ballot.seq == last)


_Instructed = aliased(Person)
SEATS: Select[*tuple[Any, ...]] = (
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
_OF_VOTE = SEATS.where(Seat.vote_id == bindparam("vote"))
