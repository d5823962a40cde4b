"""The summary of a thread, in its three parts."""

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.db import Record


class Summary(Record):
    """The one current summary of a thread; its words as a whole are those of its post."""

    __tablename__ = "summary"
    __table_args__ = (UniqueConstraint("thread_id"), UniqueConstraint("post_id"))

    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"))
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    asked: Mapped[str] = mapped_column(Text)  # Markdown, like the two below
    answered: Mapped[str] = mapped_column(Text)
    still_open: Mapped[str] = mapped_column(Text)
