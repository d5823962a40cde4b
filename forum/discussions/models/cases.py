"""A solution told as a case, and what came of it where others tried it."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from forum.db import Record, enum_column
from forum.discussions.kinds import Verdict

LONGEST_LINE = 200  # of a place, an ecosystem, a cost, a contact
LONGEST_LINK = 300
LONGEST_NOTE = 1_000  # what came of a trial: a paragraph, not a report
_UNASKED = text("due_on IS NOT NULL AND asked_at IS NULL")


class Case(Record):
    """The parts of a solution told as a case: they are the truth, its post's text is made of them.

    Each is Markdown, save the lines `place`, `contact` and `link`.
    """

    __tablename__ = "solution_case"
    __table_args__ = (UniqueConstraint("post_id"),)

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    problem: Mapped[str] = mapped_column(Text)
    country: Mapped[str] = mapped_column(String(2), default="")  # ISO 3166-1 alpha-2
    place: Mapped[str] = mapped_column(String(LONGEST_LINE), default="")
    did: Mapped[str] = mapped_column(Text)
    needs: Mapped[str] = mapped_column(Text, default="")
    failed: Mapped[str] = mapped_column(Text, default="")
    cost: Mapped[str] = mapped_column(Text, default="")  # and time
    contact: Mapped[str] = mapped_column(String(LONGEST_LINE), default="")
    link: Mapped[str] = mapped_column(String(LONGEST_LINK), default="")  # evidence on the web


class Trial(Record):
    """Another project tried a solution, or means to: one row a project, which may change."""

    __tablename__ = "trial"
    __table_args__ = (
        UniqueConstraint("solution_post_id", "project_id"),
        CheckConstraint("(verdict = 'planned') = (due_on IS NOT NULL)", name="planned_for_a_day"),
        CheckConstraint("asked_at IS NULL OR due_on IS NOT NULL", name="asked_when_due"),
        Index("ix_trial_project", "project_id", "due_on"),
        Index("ix_trial_due", "due_on", sqlite_where=_UNASKED, postgresql_where=_UNASKED),
    )

    solution_post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))  # who said so last
    verdict: Mapped[Verdict] = mapped_column(enum_column(Verdict, "verdict"))
    country: Mapped[str] = mapped_column(String(2))  # where it was tried
    ecosystem: Mapped[str] = mapped_column(String(LONGEST_LINE), default="")
    scale: Mapped[str] = mapped_column(String(LONGEST_LINE), default="")
    cost: Mapped[str] = mapped_column(String(LONGEST_LINE), default="")
    note: Mapped[str] = mapped_column(String(LONGEST_NOTE), default="")  # plain text
    language: Mapped[str] = mapped_column(String(16))  # of these words
    due_on: Mapped[date | None]  # when they mean to know, while it is planned
    asked_at: Mapped[datetime | None]  # when the reminder asked what came of it
    changed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
