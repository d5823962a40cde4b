"""Files with a post."""

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.db import Record
from forum.files.forms import LONGEST_ALT


class Attachment(Record):
    """A file at its place under a post. `alt` says what a picture shows, unless it decorates."""

    __tablename__ = "attachment"
    __table_args__ = (
        UniqueConstraint("post_id", "position"),
        CheckConstraint("NOT decorative OR alt = ''", name="decorative_has_no_words"),
    )

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    position: Mapped[int]  # within the post, from 1; a removed one leaves a gap
    alt: Mapped[str] = mapped_column(String(LONGEST_ALT), default="")
    decorative: Mapped[bool] = mapped_column(default=False)
