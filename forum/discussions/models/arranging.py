"""What was done to threads by who facilitates, and what a session turned into."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.db import AppendOnly, Record, enum_column
from forum.discussions.kinds import Arranged
from forum.discussions.tree import LONGEST_PATH


class Arrangement(AppendOnly, Record):
    """A line in a thread about what was done to it, and where in the tree it stands.

    `path` is where the line is read: before the post of that path or, if it is gone, in its
    place; empty for what was done to the whole thread.
    """

    __tablename__ = "arrangement"
    __table_args__ = (
        Index("ix_arrangement_thread", "thread_id", "id"),
        CheckConstraint(
            "what IN ('moved', 'carried') OR other_thread_id IS NOT NULL", name="other_thread"
        ),
    )

    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"))
    what: Mapped[Arranged] = mapped_column(enum_column(Arranged, "arranged"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    path: Mapped[str] = mapped_column(String(LONGEST_PATH), default="")
    stage_id: Mapped[int | None] = mapped_column(ForeignKey("stage.id"))  # where it came from
    other_thread_id: Mapped[int | None] = mapped_column(ForeignKey("thread.id"), index=True)


class OutcomeThread(Record):
    """An outcome of a session is talked about further in a thread."""

    __tablename__ = "outcome_thread"
    __table_args__ = (UniqueConstraint("outcome_id", "thread_id"),)

    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcome.id"))
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), index=True)
