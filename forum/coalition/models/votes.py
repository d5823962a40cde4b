"""A vote, its frozen seats, the ballots they cast, and the sealed result."""

import secrets
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from forum.coalition.recount import FORMAT
from forum.coalition.tally import Choice, Deciding, VoteOutcome
from forum.db import AppendOnly, PublicId, Record, enum_column

LONGEST_MANDATE = 300  # characters: a sentence

_NONCE_BYTES = 16


class AssistedHow(StrEnum):
    """How a delegate said their project's ballot to whoever recorded it."""

    PHONE = "phone"
    PAPER = "paper"


class Reminder(StrEnum):
    """When the seats that have not voted are reminded."""

    HALF_TIME = "half_time"
    LAST_DAY = "last_day"


def _nonce() -> str:
    """So that nobody can guess what a hash was made of."""
    return secrets.token_hex(_NONCE_BYTES)


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
    nonce: Mapped[str] = mapped_column(String(32), default=_nonce)  # of its rules, in a recount

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
    nonce: Mapped[str] = mapped_column(String(32), default=_nonce)


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
        CheckConstraint(
            "(instructed_by_id IS NULL) = (assisted_how IS NULL)", name="assisted_by_whom_and_how"
        ),
        Index("ix_ballot_instructed_by_id", "instructed_by_id"),
    )

    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"))
    seq: Mapped[int]
    choice: Mapped[Choice] = mapped_column(enum_column(Choice, "ballot_choice"))
    reason: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(16))
    cast_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    cast_at: Mapped[datetime]
    assisted: Mapped[bool] = mapped_column(default=False)  # recorded by whoever facilitates
    instructed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    assisted_how: Mapped[AssistedHow | None] = mapped_column(
        enum_column(AssistedHow, "ballot_assisted_how")
    )
    mandate: Mapped[str] = mapped_column(String(LONGEST_MANDATE), default="")  # whose, from when
    mandate_file_id: Mapped[int | None] = mapped_column(  # the act of an assembly, say
        ForeignKey("stored_file.id"), index=True
    )
    nonce: Mapped[str] = mapped_column(String(32), default=_nonce)


class BallotConfirmation(AppendOnly, Record):
    """A delegate says that a ballot recorded for them says what they said."""

    __tablename__ = "ballot_confirmation"

    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballot.id"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class MinorityStatement(Record):
    """How a seat's serious objection travels with the proposal, and the proposer's answer to it."""

    __tablename__ = "minority_statement"

    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"), unique=True)
    named: Mapped[bool] = mapped_column(default=False)  # the project consents to be named
    answer: Mapped[str] = mapped_column(Text, default="")
    answer_language: Mapped[str] = mapped_column(String(16), default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]


class VoteReminder(AppendOnly, Record):
    """Those who had not voted were reminded: once at half time, once a day before the closing."""

    __tablename__ = "vote_reminder"
    __table_args__ = (UniqueConstraint("vote_id", "kind"),)

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"))
    kind: Mapped[Reminder] = mapped_column(enum_column(Reminder, "vote_reminder_kind"))


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
    head: Mapped[str] = mapped_column(String(64), default="")  # of the recount's chain, sha256
    format: Mapped[str] = mapped_column(String(16), default=FORMAT)  # of the recount it heads
