"""One row a thing that happened."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from forum.db import BIG, AppendOnly, Record


class Event(AppendOnly, Record):
    """Who did what to which thing; `particulars` are ids, states and numbers."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_object", "object_type", "object_id", "id"),
        Index("ix_event_verb", "verb", "id"),
    )

    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: the program
    verb: Mapped[str] = mapped_column(String(60))  # such as "proposal.opened"
    object_type: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[int] = mapped_column(BIG)
    space_id: Mapped[int | None] = mapped_column(ForeignKey("space.id"))  # who may see that it was
    particulars: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
