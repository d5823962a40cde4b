"""A person, and what leads to or protects their account."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.accounts.sides import Side
from forum.db import PublicId, Record, enum_column


class Person(Record):
    """Someone with an account. Rows that require a side copy it and point at (id, side)."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("id", "side"),  # what composite foreign keys point at
        CheckConstraint("email = lower(email)", name="email_folded"),
    )

    public_id: Mapped[PublicId]
    email: Mapped[str | None] = mapped_column(String(254), unique=True)  # case-folded; None: joined on paper
    name: Mapped[str] = mapped_column(String(120))
    side: Mapped[Side] = mapped_column(enum_column(Side, "person_side"))
    is_operator: Mapped[bool] = mapped_column(default=False)
    locale: Mapped[str] = mapped_column(String(16))
    timezone: Mapped[str] = mapped_column(String(64))
    password_hash: Mapped[str] = mapped_column(String(200))
    suspended_at: Mapped[datetime | None]
    session_epoch: Mapped[int] = mapped_column(default=0)  # raised to end all sessions
    last_visit_at: Mapped[datetime | None]
