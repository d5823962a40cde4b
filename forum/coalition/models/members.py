"""A coalition, its member projects, and who speaks for each."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from forum.db import Record
from forum.lib import clock


class Coalition(Record):
    """The coalition of a region's projects, with the rules in force (see tally.Rules)."""

    __tablename__ = "coalition"

    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), unique=True)
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"), unique=True)
    timezone: Mapped[str] = mapped_column(String(64))
    rules: Mapped[dict[str, Any]] = mapped_column(JSON)
    number_prefix: Mapped[str] = mapped_column(String(8), unique=True)  # LAC, of LAC-2026-001
    version: Mapped[int] = mapped_column(default=1)


class CoalitionMembership(Record):
    """A project in the coalition: one member, one seat."""

    __tablename__ = "coalition_membership"
    __table_args__ = (
        Index(
            "uq_coalition_membership_current",
            "coalition_id",
            "project_id",
            unique=True,
            sqlite_where=text("left_at IS NULL"),
            postgresql_where=text("left_at IS NULL"),
        ),
    )

    coalition_id: Mapped[int] = mapped_column(ForeignKey("coalition.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    joined_at: Mapped[datetime] = mapped_column(default=clock.now)
    left_at: Mapped[datetime | None]


class Delegate(Record):
    """Who casts a project's ballot, or stands in for them. Never staff: the database refuses."""

    __tablename__ = "delegate"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "side"], ["person.id", "person.side"]),
        CheckConstraint("side = 'member'", name="members_only"),
        CheckConstraint("(until IS NULL) = (side IS NOT NULL)", name="side_while_current"),
        Index(
            "uq_delegate_current",
            "coalition_id",
            "project_id",
            "alternate",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )

    coalition_id: Mapped[int] = mapped_column(ForeignKey("coalition.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    side: Mapped[str | None] = mapped_column(String(32))
    alternate: Mapped[bool] = mapped_column(default=False)
    named_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    from_: Mapped[datetime] = mapped_column(default=clock.now)
    term_ends_at: Mapped[datetime | None]  # they speak until then, though nobody ended it
    until: Mapped[datetime | None]  # when it was ended
