"""What joins challenges to solutions and to the projects that face them."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from forum.db import Record


class SolutionFor(Record):
    """A post offered as a solution of a challenge; marked when it is what solved it."""

    __tablename__ = "solution_for"
    __table_args__ = (
        UniqueConstraint("solution_post_id", "challenge_thread_id"),
        CheckConstraint("(marked_at IS NULL) = (marked_by_id IS NULL)", name="marked_by_someone"),
    )

    solution_post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    challenge_thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), index=True)
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    marked_at: Mapped[datetime | None]


class FacedBy(Record):
    """Another project faces this challenge too."""

    __tablename__ = "faced_by"
    __table_args__ = (UniqueConstraint("challenge_thread_id", "project_id"),)

    challenge_thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))  # who said so
