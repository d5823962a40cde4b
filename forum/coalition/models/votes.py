"""A vote, its frozen seats, the ballots they cast, and the sealed result."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from forum.coalition.tally import Choice, Deciding, VoteOutcome
from forum.db import AppendOnly, PublicId, Record, enum_column


class Vote(Record):
    """One call to vote on one frozen version, under a copy of the rules."""

    __tablename__ = "vote"
    __table_args__ = (
        UniqueConstraint("proposal_id", "call"),
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        CheckConstraint("call IN (1, 2)", name="first_or_second_call"),
    )

    public_id: Mapped[PublicId]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("proposal_version.id"))
    call: Mapped[int] = mapped_column(default=1)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]  # a ballot at or after this moment is out
    rules: Mapped[dict[str, Any]] = mapped_column(JSON)
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    def is_open(self, now: datetime) -> bool:
        """Whether a ballot cast now counts: a function of the clock, asked every time."""
        return self.opens_at <= now < self.closes_at


class Seat(AppendOnly, Record):
    """A member project at the opening: the denominator, vacant or not. Never changed after."""

    __tablename__ = "seat"
    __table_args__ = (UniqueConstraint("vote_id", "project_id"),)

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    country: Mapped[str] = mapped_column(String(2))
    delegate_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # at the opening


class Ballot(AppendOnly, Record):
    """One cast; a change is another row with the next `seq`, and the highest counts."""

    __tablename__ = "ballot"
    __table_args__ = (
        UniqueConstraint("seat_id", "seq"),
        CheckConstraint("seq >= 1", name="seq_from_one"),
        CheckConstraint(
            "choice NOT IN ('disagree', 'block') OR length(reason) > 0",
            name="reason_needed",
        ),
    )

    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"))
    seq: Mapped[int]
    choice: Mapped[Choice] = mapped_column(enum_column(Choice, "ballot_choice"))
    reason: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(16))
    cast_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    cast_at: Mapped[datetime]
    assisted: Mapped[bool] = mapped_column(default=False)


class Result(AppendOnly, Record):
    """The count, sealed once from the ballots after the closing."""

    __tablename__ = "result"

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), unique=True)
    seats: Mapped[int]
    cast: Mapped[int]
    agree: Mapped[int]
    abstain: Mapped[int]
    disagree: Mapped[int]
    block: Mapped[int]
    countries: Mapped[int]
    quorum_needed: Mapped[int]
    outcome: Mapped[VoteOutcome] = mapped_column(enum_column(VoteOutcome, "result_outcome"))
    deciding: Mapped[Deciding] = mapped_column(enum_column(Deciding, "result_deciding"))
    sealed_at: Mapped[datetime]
