"""What was changed in a coalition's rules: by whom, when, why, and what they were before."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from forum.db import AppendOnly, PublicId, Record

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


class RulesWish(Record):
    """A change that a delegate asks for, by what was adopted: it waits for another project's word.

    One at a time waits in a coalition. It ends confirmed, with the change that it became, or not.
    """

    __tablename__ = "rules_wish"
    __table_args__ = (
        CheckConstraint("why <> ''", name="says_why"),
        CheckConstraint("confirmed_by_id <> person_id", name="confirmed_by_another"),
        CheckConstraint(
            "(confirmed_by_id IS NULL) = (change_id IS NULL)", name="confirmed_is_changed"
        ),
        CheckConstraint("change_id IS NULL OR ended_at IS NOT NULL", name="changed_is_ended"),
        Index(
            "uq_rules_wish_waiting",
            "coalition_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    public_id: Mapped[PublicId]
    coalition_id: Mapped[int] = mapped_column(ForeignKey("coalition.id"))
    version: Mapped[int]  # of the coalition, on whose rules it was asked
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))  # for which they spoke
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    why: Mapped[str] = mapped_column(String(LONGEST_WHY))
    language: Mapped[str] = mapped_column(String(16))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    ended_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    change_id: Mapped[int | None] = mapped_column(ForeignKey("rules_change.id"), unique=True)
