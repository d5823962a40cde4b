"""Threads, their guests, and how far each person has read."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from forum.db import PublicId, Record, enum_column
from forum.discussions.kinds import ThreadKind, ThreadStatus
from forum.discussions.models.lengths import LONGEST_REASON, LONGEST_TITLE
from forum.lib import clock

_IS_PINNED = text("pinned_at IS NOT NULL")


class Thread(Record):
    """A conversation. Its words are its posts; the first one opens it.

    The counters change in the transaction that changes the rows they count:
    `post_count` the first post and every reply that stands, `solution_count` the solutions
    offered for it that everyone who reads it can read, `faced_count` the other projects that
    face it.
    """

    __tablename__ = "thread"
    __table_args__ = (
        Index("ix_thread_stage", "stage_id", "last_post_at", "id"),
        Index("ix_thread_stage_kind", "stage_id", "kind", "last_post_at", "id"),
        Index("ix_thread_kind", "kind", "last_post_at", "id"),
        Index("ix_thread_waiting", "kind", "status", "created_at", "id"),  # longest, first
        Index("ix_thread_newest", "last_post_at", "id"),
        Index("ix_thread_author", "author_id", "last_post_at", "id"),
        Index("ix_thread_project", "project_id", "last_post_at", "id"),
        Index(
            "ix_thread_pinned",
            "stage_id",
            "space_id",
            sqlite_where=_IS_PINNED,
            postgresql_where=_IS_PINNED,
        ),
        CheckConstraint("(status = 'locked') = (lock_reason <> '')", name="lock_has_reason"),
        CheckConstraint(
            "merged_into_id IS NULL OR (removed_at IS NOT NULL AND post_count = 0)",
            name="merged_is_empty",
        ),
    )

    public_id: Mapped[PublicId]
    stage_id: Mapped[int | None] = mapped_column(ForeignKey("stage.id"))
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"))
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    kind: Mapped[ThreadKind] = mapped_column(enum_column(ThreadKind, "thread_kind"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))  # the author's then
    language: Mapped[str] = mapped_column(String(16))  # of the title
    status: Mapped[ThreadStatus] = mapped_column(
        enum_column(ThreadStatus, "thread_status"), default=ThreadStatus.OPEN
    )
    lock_reason: Mapped[str] = mapped_column(String(LONGEST_REASON), default="")
    visibility_reason: Mapped[str] = mapped_column(
        String(LONGEST_REASON), default=""
    )  # last change
    last_number: Mapped[int] = mapped_column(default=0)
    post_count: Mapped[int] = mapped_column(default=0)
    solution_count: Mapped[int] = mapped_column(default=0)
    faced_count: Mapped[int] = mapped_column(default=0)
    last_post_at: Mapped[datetime] = mapped_column(default=clock.now)
    removed_at: Mapped[datetime | None]  # with its first post: in no list, found by its link
    pinned_at: Mapped[datetime | None]  # among its stage's first rows
    merged_into_id: Mapped[int | None] = mapped_column(
        ForeignKey("thread.id"), index=True
    )  # its address leads there; it holds no post any more
    version: Mapped[int] = mapped_column(default=1)


class ThreadGuest(Record):
    """An expert who may read and answer one coalition thread, and nothing beside it.

    `side` is kept while the invitation holds and points at (person.id, person.side), so that
    the database refuses any other side, and refuses a change of side meanwhile.
    """

    __tablename__ = "thread_guest"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "side"], ["person.id", "person.side"]),
        CheckConstraint("side = 'expert'", name="experts_only"),
        CheckConstraint("(until IS NULL) = (side IS NOT NULL)", name="side_while_current"),
        Index(
            "uq_thread_guest_current",
            "thread_id",
            "person_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )

    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    side: Mapped[str | None] = mapped_column(String(32))
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    until: Mapped[datetime | None]  # when it ended; None while it holds


class ReadMark(Record):
    """Up to which number somebody has read a thread."""

    __tablename__ = "read_mark"
    __table_args__ = (UniqueConstraint("person_id", "thread_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), index=True)
    number: Mapped[int]
