"""A proposal, its text in versions, who stands behind it, what it rests on."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from forum.coalition.lifecycle import ProposalStatus, Route
from forum.db import AppendOnly, PublicId, Record, enum_column
from forum.spaces.kinds import SpaceKind

LONGEST_TITLE = 200
LONGEST_LINE = 300
LONGEST_REASON = 1_000


class Proposal(Record):
    """One ask to the certifier. `space_id` is the coalition's until it is submitted."""

    __tablename__ = "proposal"
    __table_args__ = (
        Index("ix_proposal_board", "coalition_id", "status", "id"),
        CheckConstraint("(number IS NULL) = (submitted_at IS NULL)", name="number_at_submission"),
        CheckConstraint("visibility_after IN ('network', 'public')", name="visibility_after"),
        CheckConstraint(
            "status <> 'withdrawn' OR (aside_at IS NOT NULL AND aside_reason <> '')",
            name="withdrawn_with_reason",
        ),
    )

    public_id: Mapped[PublicId]
    number: Mapped[str | None] = mapped_column(String(20), unique=True)  # LAC-2026-001
    coalition_id: Mapped[int] = mapped_column(ForeignKey("coalition.id"))
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))  # the proposer
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))  # of the newest version
    language: Mapped[str] = mapped_column(String(16))
    status: Mapped[ProposalStatus] = mapped_column(
        enum_column(ProposalStatus, "proposal_status"), default=ProposalStatus.DRAFT
    )
    visibility_after: Mapped[SpaceKind] = mapped_column(  # who sees it once it is submitted
        enum_column(SpaceKind, "proposal_visibility"), default=SpaceKind.NETWORK
    )
    thread_id: Mapped[int | None] = mapped_column(
        ForeignKey("thread.id"), index=True
    )  # its drafting thread
    discussion_at: Mapped[datetime | None]
    aside_at: Mapped[datetime | None]  # withdrawn, merged or deferred
    aside_reason: Mapped[str] = mapped_column(String(LONGEST_REASON), default="")
    submitted_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    route: Mapped[Route | None] = mapped_column(enum_column(Route, "proposal_route"))
    extended_until: Mapped[date | None] = mapped_column(Date)  # the last day, extended once
    closed_at: Mapped[datetime | None]
    closed_reason: Mapped[str] = mapped_column(String(LONGEST_REASON), default="")
    version: Mapped[int] = mapped_column(default=1)  # of the newest ProposalVersion too


class ProposalVersion(AppendOnly, Record):
    """The whole text at one time. Texts are Markdown; `html` holds the fields rendered."""

    __tablename__ = "proposal_version"
    __table_args__ = (UniqueConstraint("proposal_id", "number"),)

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    number: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    title: Mapped[str] = mapped_column(String(200))
    problem: Mapped[str] = mapped_column(Text)
    ask: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text, default="")
    document: Mapped[str] = mapped_column(String(300), default="")
    section: Mapped[str] = mapped_column(String(200), default="")
    time_frame: Mapped[str] = mapped_column(String(300), default="")
    expected_cost: Mapped[str] = mapped_column(String(300), default="")
    problem_html: Mapped[str] = mapped_column(Text)
    ask_html: Mapped[str] = mapped_column(Text)
    evidence_html: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(String(300), default="")  # what changed, in a sentence


class CoSponsor(Record):
    """Another member project stands behind the proposal."""

    __tablename__ = "cosponsor"
    __table_args__ = (UniqueConstraint("proposal_id", "project_id"),)

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class Evidence(Record):
    """A thread, a post or a session the proposal rests on."""

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint(
            "CASE WHEN thread_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN post_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN session_id IS NULL THEN 0 ELSE 1 END = 1",
            name="one_thing",
        ),
        UniqueConstraint("proposal_id", "thread_id"),
    )

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("thread.id"), index=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("exchange_session.id"))
