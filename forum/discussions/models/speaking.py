"""Words written down for somebody who cannot be online."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.db import Record, enum_column
from forum.discussions.kinds import Consent

LONGEST_NAME = 120


class SpokenFor(Record):
    """Whose words a post holds, who is not its author, and how they agreed.

    A person of the project can say that these are their words (`claimant_id`); once who wrote
    them down, or who facilitates, confirms it, that person is the post's author in every way, and
    `writer_id` is who wrote it down.
    """

    __tablename__ = "spoken_for"
    __table_args__ = (
        UniqueConstraint("post_id"),
        CheckConstraint("name <> ''", name="named"),
        CheckConstraint("(claimant_id IS NULL) = (claimed_at IS NULL)", name="claimed_by_someone"),
        CheckConstraint(
            "(confirmed_by_id IS NULL) = (confirmed_at IS NULL)", name="confirmed_by_someone"
        ),
        CheckConstraint(
            "confirmed_at IS NULL OR claimant_id IS NOT NULL", name="confirmed_for_someone"
        ),
        CheckConstraint(
            "(writer_id IS NULL) = (confirmed_at IS NULL)", name="written_by_another_once_confirmed"
        ),
    )

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))  # or a role
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    consent: Mapped[Consent] = mapped_column(enum_column(Consent, "consent"))
    claimant_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    claimed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
    writer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
