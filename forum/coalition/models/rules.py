"""What was changed in a coalition's rules: by whom, when, why, and what they were before."""

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.db import AppendOnly, Record

LONGEST_WHY = 1_000  # characters


class RulesChange(AppendOnly, Record):
    """One change of one or several rules; `before` and `after` hold those that changed, by name."""

    __tablename__ = "rules_change"
    __table_args__ = (
        UniqueConstraint("coalition_id", "version"),
        CheckConstraint("why <> ''", name="says_why"),
    )

    coalition_id: Mapped[int] = mapped_column(ForeignKey("coalition.id"))
    version: Mapped[int]  # the coalition's, from then on
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposal_id: Mapped[int | None] = mapped_column(  # the adopted one that decided it
        ForeignKey("proposal.id"), index=True
    )
    why: Mapped[str] = mapped_column(String(LONGEST_WHY))
    language: Mapped[str] = mapped_column(String(16))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
