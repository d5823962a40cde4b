"""The key behind somebody's own addresses."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from forum.db import Record


class FeedKey(Record):
    """What somebody's tokens hold. Another `word` ends them all; so does another `epoch`.

    It is the person's `session_epoch` when they were made: signing out everywhere, a new
    password and a closed account end the tokens like the sessions.
    """

    __tablename__ = "feed_key"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    word: Mapped[str] = mapped_column(String(24))
    epoch: Mapped[int]
