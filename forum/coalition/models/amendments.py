"""A change to a passage of a proposal, proposed by somebody of the coalition."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from forum.coalition.lifecycle import AmendmentState, TextPart
from forum.db import PublicId, Record, enum_column

LONGEST_WHY = 2_000  # characters


class Amendment(Record):
    """Other words for a passage of one part of a text, and what the proposer decided about them.

    An empty `passage` adds the words at the end of the part; empty `words` take the passage out.
    """

    __tablename__ = "amendment"
    __table_args__ = (
        Index("ix_amendment_proposal", "proposal_id", "id"),
        CheckConstraint("passage <> words", name="changes_something"),
        CheckConstraint("why <> ''", name="says_why"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_once"),
        CheckConstraint(
            "(state = 'taken') = (version_made IS NOT NULL)", name="taken_into_a_version"
        ),
        CheckConstraint("state <> 'declined' OR reasons <> ''", name="declined_with_reasons"),
        CheckConstraint(
            "state NOT IN ('taken', 'declined') OR decided_by_id IS NOT NULL",
            name="decided_by_someone",
        ),
    )

    public_id: Mapped[PublicId]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))  # when it was written
    version: Mapped[int]  # of the text it was written on
    part: Mapped[TextPart] = mapped_column(enum_column(TextPart, "amendment_part"))
    passage: Mapped[str] = mapped_column(Text)  # as it stands there
    words: Mapped[str] = mapped_column(Text)  # what should stand there instead
    why: Mapped[str] = mapped_column(String(LONGEST_WHY))
    language: Mapped[str] = mapped_column(String(16))  # of the why
    state: Mapped[AmendmentState] = mapped_column(
        enum_column(AmendmentState, "amendment_state"), default=AmendmentState.OPEN
    )
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    reasons: Mapped[str] = mapped_column(String(LONGEST_WHY), default="")
    reasons_language: Mapped[str] = mapped_column(String(16), default="")
    version_made: Mapped[int | None]  # the version of the text that took it
