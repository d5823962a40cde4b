"""Reports of posts, what was decided about them, warnings, and suspensions that were lifted."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from forum.db import AppendOnly, PublicId, Record, enum_column
from forum.moderation.kinds import ForAuthor, ForPost, Reason

LONGEST_NOTE = 500  # a few sentences: what is wrong, or why so decided
_IS_OPEN = text("decision_id IS NULL")


class Report(Record):
    """One person's word that a post should be looked at. Open until it is decided about."""

    __tablename__ = "report"
    __table_args__ = (
        Index(
            "uq_report_open",
            "post_id",
            "reporter_id",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        Index("ix_report_post_id", "post_id", "id"),
    )

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    reporter_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    reason: Mapped[Reason] = mapped_column(enum_column(Reason, "report_reason"))
    note: Mapped[str] = mapped_column(String(LONGEST_NOTE), default="")
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), index=True)


class Decision(AppendOnly, Record):
    """What somebody who facilitates decided about a post and its author, and why.

    Also what they did straight in its thread, reported or not; restored there, without a reason.
    """

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint("(until IS NOT NULL) = (for_author = 'suspended')", name="until_when"),
        Index("ix_decision_post_id", "post_id", "id"),
        Index("ix_decision_author_id", "author_id", "id"),
    )

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    post_version: Mapped[int]  # the post's, once this was done
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[Reason] = mapped_column(enum_column(Reason, "decision_reason"))
    for_post: Mapped[ForPost] = mapped_column(enum_column(ForPost, "decision_for_post"))
    for_author: Mapped[ForAuthor] = mapped_column(enum_column(ForAuthor, "decision_for_author"))
    explanation: Mapped[str] = mapped_column(String(LONGEST_NOTE))  # for reporters and the author
    until: Mapped[datetime | None]  # of a suspension
    act_id: Mapped[int | None] = mapped_column(
        ForeignKey("event.id"), unique=True
    )  # of reports: what was done


class Lifting(AppendOnly, Record):
    """A suspension was lifted before its end, by whom and why."""

    __tablename__ = "lifting"
    __table_args__ = (CheckConstraint("reason <> ''", name="says_why"),)

    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))  # who lifted it
    reason: Mapped[str] = mapped_column(String(LONGEST_NOTE))


class FormalWarning(Record):
    """A warning: its person sees it until they say that they have read it."""

    __tablename__ = "warning"
    __table_args__ = (Index("ix_warning_person_id", "person_id", "id"),)

    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), unique=True)
    acknowledged_at: Mapped[datetime | None]
