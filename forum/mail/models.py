"""A letter, from written to sent; what came in, and what came back."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.db import BIG, Record, enum_column
from forum.lib import clock

LONGEST_ADDRESS = 254  # characters, by the rules of mail
DIGEST = 64  # characters of a SHA-256 in hex
LONGEST_MESSAGE_ID = 250  # characters; real ones are shorter


class LetterStatus(StrEnum):
    """Where a letter is on its way."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"  # what it told is not for its reader any more


class Letter(Record):
    """One mail to one person, already in their language. Secrets in it are erased once sent."""

    __tablename__ = "letter"
    __table_args__ = (
        CheckConstraint("(about_what IS NULL) = (about_id IS NULL)", name="about_something"),
        Index("ix_letter_due", "status", "due_at", "id"),
        Index("ix_letter_claimed_at", "claimed_at"),
    )

    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(40))
    to_address: Mapped[str] = mapped_column(String(254))
    to_name: Mapped[str] = mapped_column(String(120), default="")
    language: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    # What it is answered to by mail: `addresses.What` and an inner id.
    about_what: Mapped[int | None]
    about_id: Mapped[int | None] = mapped_column(BIG)
    in_reply_to: Mapped[str] = mapped_column(String(LONGEST_MESSAGE_ID), default="")  # a mail's id
    headers: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # those beside the usual
    # What it tells, for whoever looks at it again before it is handed over (see slots).
    tells: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    secret: Mapped[bool] = mapped_column(default=False)  # holds a token: body erased when sent
    status: Mapped[LetterStatus] = mapped_column(
        enum_column(LetterStatus, "letter_status"), default=LetterStatus.WAITING
    )
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(default=clock.now)
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]


class Ended(StrEnum):
    """How a mail from somebody ended."""

    POSTED = "posted"
    REFUSED = "refused"


class ReceivedMail(Record):
    """A mail that somebody wrote to us, so that it is acted on once: no words of it, no address.

    `person_id`, `what` and `item_id` are what the address said that it came to.
    """

    __tablename__ = "received_mail"
    __table_args__ = (
        UniqueConstraint("fingerprint", "person_id", "what", "item_id"),
        Index("ix_received_mail_person_id", "person_id", "created_at"),
        Index("ix_received_mail_created_at", "created_at"),
    )

    fingerprint: Mapped[str] = mapped_column(String(DIGEST))
    person_id: Mapped[int] = mapped_column(BIG)
    what: Mapped[int]
    item_id: Mapped[int] = mapped_column(BIG)
    ended: Mapped[Ended] = mapped_column(enum_column(Ended, "mail_ended"))
    answered: Mapped[bool] = mapped_column(default=False)


class BouncedAddress(Record):
    """An address that letters came back from. The points fall by half each fortnight."""

    __tablename__ = "bounced_address"
    __table_args__ = (
        CheckConstraint("address = lower(address)", name="address_folded"),
        CheckConstraint("points >= 0", name="points_count"),
    )

    address: Mapped[str] = mapped_column(String(LONGEST_ADDRESS), unique=True)
    points: Mapped[int]
    counted_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(12))  # of the last one, such as 5.1.1
    paused_at: Mapped[datetime | None] = mapped_column(index=True)


class CanaryFlight(Record):
    """A mail to ourselves, through the whole way out and in."""

    __tablename__ = "canary_flight"

    home_at: Mapped[datetime | None]
