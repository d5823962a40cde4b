"""When somebody said that they had seen what was new."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.db import Record


class VisitMark(Record):
    """Up to which moment a person has seen what was new; moved by their own press only."""

    __tablename__ = "visit_mark"
    __table_args__ = (UniqueConstraint("person_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    seen_at: Mapped[datetime]
