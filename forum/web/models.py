"""Rows that keep HTTP's promises: nothing doubled, nothing lost."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.db import PublicId, Record


class SubmittedKey(Record):
    """One accepted creating form: its key, what it carried (hashed) and where it led."""

    __tablename__ = "submitted_key"
    __table_args__ = (UniqueConstraint("person_id", "key"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    key: Mapped[str] = mapped_column(String(64))
    route: Mapped[str] = mapped_column(String(300))
    content_hash: Mapped[str] = mapped_column(String(64))
    location: Mapped[str] = mapped_column(String(500), default="")


class KeptForm(Record):
    """A form sent after the session had ended, given back filled after signing in."""

    __tablename__ = "kept_form"

    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    path: Mapped[str] = mapped_column(String(500))
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
