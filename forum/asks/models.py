"""Asks for an expert's help, and what experts answered."""

from datetime import date, datetime

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

from forum.asks.lifecycle import AskStatus, ClosedFor, OfferStatus, Verdict
from forum.db import PublicId, Record, enum_column

LONGEST_ASK = 2_000  # characters: a request, not the challenge again
LONGEST_NOTE = 1_000


class Ask(Record):
    """A challenge's people ask for an expert. It lives where its thread does.

    `space_id` is the thread's when it was asked: when the thread has other readers since, one
    must see both. `to_experts`: experts of the network are shown these words, nothing beside.
    """

    __tablename__ = "ask"
    __table_args__ = (
        Index("ix_ask_thread_id", "thread_id", "id"),
        Index("ix_ask_status", "status", "created_at", "id"),
        Index("ix_ask_project_id", "project_id", "id"),
        Index("ix_ask_asked_by_id", "asked_by_id", "id"),
        CheckConstraint(
            "(status IN ('open', 'offered')) = (ended_at IS NULL)", name="ended_when_over"
        ),
        CheckConstraint("status <> 'helped' OR verdict IN ('yes', 'partly')", name="helped_says"),
        CheckConstraint("(status = 'closed') = (closed_for IS NOT NULL)", name="closed_says_why"),
    )

    public_id: Mapped[PublicId]
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"))
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))  # the thread's
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(16))  # of the text, and of the help wanted
    topics: Mapped[list[str]] = mapped_column(JSON, default=list)  # slugs
    needed_by: Mapped[date | None]
    to_experts: Mapped[bool] = mapped_column(default=False)
    status: Mapped[AskStatus] = mapped_column(
        enum_column(AskStatus, "ask_status"), default=AskStatus.OPEN
    )
    verdict: Mapped[Verdict | None] = mapped_column(enum_column(Verdict, "ask_verdict"))
    word: Mapped[str] = mapped_column(String(LONGEST_NOTE), default="")  # with the verdict
    closed_for: Mapped[ClosedFor | None] = mapped_column(enum_column(ClosedFor, "ask_closed_for"))
    ended_at: Mapped[datetime | None]  # helped or closed, whichever came first
    version: Mapped[int] = mapped_column(default=1)


class Offer(Record):
    """What is between an ask and one expert. One a person and ask, whoever began it."""

    __tablename__ = "offer"
    __table_args__ = (
        UniqueConstraint("ask_id", "person_id"),
        Index("ix_offer_person_id", "person_id", "status"),
    )

    public_id: Mapped[PublicId]
    ask_id: Mapped[int] = mapped_column(ForeignKey("ask.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # by name
    note: Mapped[str] = mapped_column(String(LONGEST_NOTE), default="")  # the expert's word
    status: Mapped[OfferStatus] = mapped_column(enum_column(OfferStatus, "offer_status"))
    made_guest: Mapped[bool] = mapped_column(default=False)  # of the thread, by being accepted
    version: Mapped[int] = mapped_column(default=1)
