"""Whom and which project a post calls by name."""

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.db import Record


class Mention(Record):
    """A post names a person, or a project, who could read it when it was written."""

    __tablename__ = "mention"
    __table_args__ = (
        UniqueConstraint("post_id", "person_id"),
        UniqueConstraint("post_id", "project_id"),
        CheckConstraint("(person_id IS NULL) <> (project_id IS NULL)", name="one_or_the_other"),
    )

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"), index=True)
