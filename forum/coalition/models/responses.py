"""What the certifier answers, and what it takes upon itself."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from forum.coalition.lifecycle import (
    OPEN_COMMITMENTS,
    CommitmentStatus,
    ResponseKind,
    ResponseOutcome,
    ReviewVerdict,
    Route,
    is_late,
)
from forum.db import AppendOnly, PublicId, Record, enum_column

LONGEST_ADDRESS = 300  # characters


class ResponseDraft(Record):
    """A response being prepared, in staff space: one a proposal, gone when it is published."""

    __tablename__ = "response_draft"

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), unique=True)
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"))  # always the staff's
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[ResponseOutcome | None] = mapped_column(
        enum_column(ResponseOutcome, "draft_outcome")
    )
    reasons: Mapped[str] = mapped_column(Text, default="")
    notes: Mapped[str] = mapped_column(Text, default="")  # internal, never published
    language: Mapped[str] = mapped_column(String(16))
    commitments: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    documents: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    version: Mapped[int] = mapped_column(default=1)


class DraftReview(Record):
    """A draft put up for review, as it was then, and the one word said of it: for staff alone.

    It outlives the draft, so that staff knows who reviewed what was published.
    """

    __tablename__ = "draft_review"
    __table_args__ = (
        UniqueConstraint("proposal_id", "version"),
        CheckConstraint("reviewer_id <> asked_by_id", name="by_another"),
        CheckConstraint(
            "(verdict IS NULL) = (reviewer_id IS NULL)"
            " AND (verdict IS NULL) = (reviewed_at IS NULL)",
            name="reviewed_by_someone",
        ),
        CheckConstraint("verdict <> 'returned' OR note <> ''", name="returned_with_note"),
        CheckConstraint(
            "response_id IS NULL OR verdict = 'approved'", name="published_as_approved"
        ),
    )

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    version: Mapped[int]  # of the draft
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    verdict: Mapped[ReviewVerdict | None] = mapped_column(
        enum_column(ReviewVerdict, "review_verdict")
    )
    note: Mapped[str] = mapped_column(Text, default="")  # internal
    reviewed_at: Mapped[datetime | None]
    response_id: Mapped[int | None] = mapped_column(ForeignKey("response.id"))  # as published


class Response(AppendOnly, Record):
    """An official response: never edited, a correction is a new one that says so."""

    __tablename__ = "response"
    __table_args__ = (
        CheckConstraint(
            "kind NOT IN ('answer', 'correction') OR (outcome IS NOT NULL AND length(reasons) > 0)",
            name="answer_has_reasons",
        ),
        Index(
            "ix_response_extended_once",
            "proposal_id",
            unique=True,
            sqlite_where=text("kind = 'extension'"),
            postgresql_where=text("kind = 'extension'"),
        ),
    )

    public_id: Mapped[PublicId]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("proposal_version.id"))  # what is answered
    kind: Mapped[ResponseKind] = mapped_column(enum_column(ResponseKind, "response_kind"))
    outcome: Mapped[ResponseOutcome | None] = mapped_column(
        enum_column(ResponseOutcome, "response_outcome")
    )
    reasons: Mapped[str] = mapped_column(Text, default="")
    reasons_html: Mapped[str] = mapped_column(Text, default="")
    documents: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)  # see rows.Cited
    language: Mapped[str] = mapped_column(String(16))
    route: Mapped[Route | None] = mapped_column(enum_column(Route, "response_route"))
    due_on: Mapped[date] = mapped_column(Date)  # the last day it was due, when it was published
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("response.id"))
    published_at: Mapped[datetime]


class Commitment(Record):
    """Something the certifier takes upon itself in an answer."""

    __tablename__ = "commitment"
    __table_args__ = (UniqueConstraint("response_id", "number"),)

    public_id: Mapped[PublicId]
    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"))
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(16))
    owner_role: Mapped[str] = mapped_column(String(120))  # a role, never a person's name
    due_on: Mapped[date] = mapped_column(Date, index=True)
    status: Mapped[CommitmentStatus] = mapped_column(
        enum_column(CommitmentStatus, "commitment_status"),
        default=CommitmentStatus.PLANNED,
    )
    late_told_on: Mapped[date | None] = mapped_column(Date)  # its day of which that was told

    def is_late(self, today: date) -> bool:
        """Whether its day has passed and it is neither done nor dropped."""
        return is_late(self.status, self.due_on, today)

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.status in OPEN_COMMITMENTS


class CommitmentUpdate(AppendOnly, Record):
    """A step of a commitment, told by the certifier."""

    __tablename__ = "commitment_update"
    __table_args__ = (
        CheckConstraint(
            "due_on IS NULL OR (due_before IS NOT NULL AND note <> '')", name="new_day_has_reason"
        ),
    )

    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitment.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    status: Mapped[CommitmentStatus] = mapped_column(
        enum_column(CommitmentStatus, "commitment_update_status")
    )
    note: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[str] = mapped_column(String(LONGEST_ADDRESS), default="")  # its address
    language: Mapped[str] = mapped_column(String(16))
    due_before: Mapped[date | None] = mapped_column(Date)  # its day until then, where it changed
    due_on: Mapped[date | None] = mapped_column(Date)  # its day from then on, where it changed


class CommitmentMark(Record):
    """Whether a member project takes a commitment for fulfilled: one word each, to be changed."""

    __tablename__ = "commitment_mark"
    __table_args__ = (
        UniqueConstraint("commitment_id", "project_id"),
        CheckConstraint("fulfilled OR reason <> ''", name="says_what_is_missing"),
    )

    commitment_id: Mapped[int] = mapped_column(ForeignKey("commitment.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    fulfilled: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(16))


class Rating(Record):
    """What a member project thinks of a response: one verdict each, which may be changed."""

    __tablename__ = "rating"
    __table_args__ = (
        UniqueConstraint("response_id", "project_id"),
        CheckConstraint("verdict IN ('satisfied', 'partly', 'not_satisfied')", name="verdict"),
    )

    response_id: Mapped[int] = mapped_column(ForeignKey("response.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    verdict: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(16))


class AnswerReminder(Record):
    """That staff were reminded of an answer's last day: once before it and once on it."""

    __tablename__ = "answer_reminder"
    __table_args__ = (
        UniqueConstraint("proposal_id", "due_on", "kind"),
        CheckConstraint("kind IN ('soon', 'due')", name="kind"),
    )

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    due_on: Mapped[date] = mapped_column(Date)  # an extension brings a new day
    kind: Mapped[str] = mapped_column(String(8))
