"""Exchanges, their stages, and the sessions held in them."""

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.db import PublicId, Record
from forum.exchanges.states import StageState, state_of
from forum.lib import clock

LONGEST_TITLE = 160
LONGEST_REASON = 500  # a sentence or two, shown where the form was
LONGEST_NOTE = 500


class Exchange(Record):
    """A regional exchange: what it is for; its stages say where it is."""

    __tablename__ = "exchange"

    public_id: Mapped[PublicId]
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    purpose: Mapped[str] = mapped_column(Text, default="")  # Markdown
    purpose_html: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(16), default="es")  # of title, purpose, stages
    version: Mapped[int] = mapped_column(default=1)


class Stage(Record):
    """One stage of an exchange; open and closed are functions of the clock."""

    __tablename__ = "stage"
    __table_args__ = (
        UniqueConstraint("exchange_id", "number"),
        CheckConstraint("number >= 1", name="number_counts"),
        CheckConstraint("closes_at IS NULL OR closes_at >= opens_at", name="closes_after_opening"),
        CheckConstraint("closed_reason = '' OR closes_at IS NOT NULL", name="reason_of_closing"),
    )

    exchange_id: Mapped[int] = mapped_column(ForeignKey("exchange.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    purpose: Mapped[str] = mapped_column(Text, default="")  # Markdown
    purpose_html: Mapped[str] = mapped_column(Text, default="")
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime | None]
    closed_reason: Mapped[str] = mapped_column(String(LONGEST_REASON), default="")
    version: Mapped[int] = mapped_column(default=1)

    def is_open(self, now: datetime | None = None) -> bool:
        """Whether people may write in it at `now` (the present moment if not given)."""
        return self.state(now) == StageState.OPEN

    def state(self, now: datetime | None = None) -> StageState:
        """Where it is at `now` (the present moment if not given)."""
        closed_early = bool(self.closed_reason)
        return state_of(
            self.opens_at, self.closes_at, now or clock.now(), closed_early=closed_early
        )


class ExchangeSession(Record):
    """A meeting held within a stage. Its times are kept in UTC and told in `timezone`."""

    __tablename__ = "exchange_session"
    __table_args__ = (
        Index("ix_exchange_session_stage", "stage_id", "starts_at", "id"),
        CheckConstraint("minutes BETWEEN 1 AND 1440", name="minutes_of_a_day"),
    )

    public_id: Mapped[PublicId]
    stage_id: Mapped[int] = mapped_column(ForeignKey("stage.id"))
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    starts_at: Mapped[datetime]
    minutes: Mapped[int] = mapped_column(default=90)
    timezone: Mapped[str] = mapped_column(String(64))  # IANA; where it was called
    join_url: Mapped[str] = mapped_column(String(500), default="")  # for people signed in only
    agenda: Mapped[str] = mapped_column(Text, default="")  # Markdown
    agenda_html: Mapped[str] = mapped_column(Text, default="")
    source_url: Mapped[str] = mapped_column(String(300), default="")  # where it is reported
    source_note: Mapped[str] = mapped_column(String(LONGEST_NOTE), default="")
    language: Mapped[str] = mapped_column(String(16), default="es")
    version: Mapped[int] = mapped_column(default=1)

    @property
    def ends_at(self) -> datetime:
        """When it is planned to end."""
        return self.starts_at + timedelta(minutes=self.minutes)


class Participation(Record):
    """A project took part in a session, or is expected to."""

    __tablename__ = "participation"
    __table_args__ = (UniqueConstraint("session_id", "project_id"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("exchange_session.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    presented: Mapped[bool] = mapped_column(default=False)


class Outcome(Record):
    """One thing a session came to, with where that is reported."""

    __tablename__ = "outcome"
    __table_args__ = (UniqueConstraint("session_id", "number"),)

    session_id: Mapped[int] = mapped_column(ForeignKey("exchange_session.id"))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)  # Markdown
    html: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(16), default="es")
    source_note: Mapped[str] = mapped_column(String(LONGEST_NOTE), default="")
    version: Mapped[int] = mapped_column(default=1)
