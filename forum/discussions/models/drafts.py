"""What somebody is still writing. Theirs alone: no list of another person ever reads it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.db import PublicId, Record, enum_column


class DraftOf(StrEnum):
    """What a draft will be."""

    THREAD = "thread"  # in a stage; with a thread: the challenge it is a solution for
    REPLY = "reply"  # to a thread or, with a post, to that one
    SOLUTION = "solution"  # the same, offered for a challenge
    EDIT = "edit"  # one's own post again, or one's own case
    CASE = "case"  # a new one in a stage, as a thread is
    SUMMARY = "summary"  # of a thread
    THREAD_FOR = "thread_for"  # with somebody's words who cannot be online
    REPLY_FOR = "reply_for"


class Draft(Record):
    """A form as it was last saved. `place` names what it is for: one draft a person and place.

    A second window of the same place that does not show the first one's words keeps its own beside
    it, as `<place>~<window>`.
    """

    __tablename__ = "draft"
    __table_args__ = (
        UniqueConstraint("person_id", "place"),
        Index("ix_draft_saved_at", "saved_at"),
        CheckConstraint(
            "(what IN ('thread', 'case', 'thread_for')) = (stage_id IS NOT NULL)",
            name="threads_in_stages",
        ),
        CheckConstraint(
            "what NOT IN ('reply', 'solution', 'reply_for', 'summary') OR thread_id IS NOT NULL",
            name="answers_a_thread",
        ),
        CheckConstraint("what <> 'edit' OR post_id IS NOT NULL", name="edits_a_post"),
    )

    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    what: Mapped[DraftOf] = mapped_column(enum_column(DraftOf, "draft_of"))
    place: Mapped[str] = mapped_column(String(80))
    stage_id: Mapped[int | None] = mapped_column(ForeignKey("stage.id"))
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("thread.id"))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)  # as `forum.web.forms.packed` makes it
    saved_at: Mapped[datetime]
    window: Mapped[str] = mapped_column(String(24), default="")  # a digest: who saved it last
    version: Mapped[int] = mapped_column(default=1)

    @property
    def shown_as(self) -> str:
        """What a form carries that was filled with these very words."""
        return f"{self.public_id}.{self.version}"
