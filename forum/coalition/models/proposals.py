"""A proposal, its text in versions, who stands behind it, what it rests on."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from forum.coalition.lifecycle import MoveKind, ProposalStatus, Route
from forum.db import AppendOnly, PublicId, Record, enum_column
from forum.spaces.kinds import SpaceKind

LONGEST_TITLE = 200
LONGEST_LINE = 300
LONGEST_REASON = 1_000
_TABLED = text("again_of_id IS NOT NULL AND status NOT IN ('draft', 'withdrawn')")


class Proposal(Record):
    """One ask to the certifier. `space_id` is the coalition's until it is submitted."""

    __tablename__ = "proposal"
    __table_args__ = (
        Index("ix_proposal_board", "coalition_id", "status", "id"),
        CheckConstraint("(number IS NULL) = (submitted_at IS NULL)", name="number_at_submission"),
        CheckConstraint("visibility_after IN ('network', 'public')", name="visibility_after"),
        CheckConstraint(
            "status NOT IN ('withdrawn', 'deferred')"
            " OR (aside_at IS NOT NULL AND aside_reason <> '')",
            name="aside_with_reason",
        ),
        CheckConstraint("(again_of_id IS NULL) = (new_evidence = '')", name="again_with_evidence"),
        Index(  # again once: drafts are nobody's business, and what was withdrawn does not count
            "uq_proposal_again",
            "again_of_id",
            unique=True,
            sqlite_where=_TABLED,
            postgresql_where=_TABLED,
        ),
        CheckConstraint(
            "(status = 'merged') = (merged_into_id IS NOT NULL)", name="merged_into_another"
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
    shared_at: Mapped[datetime | None]  # since when the coalition sees it; None while a draft
    form_passed_version: Mapped[int | None]  # the version whose form was found in order
    discussion_at: Mapped[datetime | None]
    again_of_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"))  # tabled before
    new_evidence: Mapped[str] = mapped_column(Text, default="")  # why again: plain text
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"), index=True)
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


class CoAuthor(Record):
    """Somebody of a member project who writes a proposal with its author. Never staff."""

    __tablename__ = "coauthor"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "side"], ["person.id", "person.side"]),
        CheckConstraint("side = 'member'", name="members_only"),
        CheckConstraint("(until IS NULL) = (side IS NOT NULL)", name="side_while_current"),
        Index(
            "uq_coauthor_current",
            "proposal_id",
            "person_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    side: Mapped[str | None] = mapped_column(String(32))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))  # theirs when they came in
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    until: Mapped[datetime | None]


class ProposalMove(AppendOnly, Record):
    """A step of a proposal on its way into and through discussion: who, when and why."""

    __tablename__ = "proposal_move"
    __table_args__ = (
        CheckConstraint(
            "what NOT IN ('returned', 'merge_suggested', 'merge_declined', 'deferred', 'withdrawn')"
            " OR reason <> ''",
            name="with_reason",
        ),
    )

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    what: Mapped[MoveKind] = mapped_column(enum_column(MoveKind, "proposal_move"))
    version: Mapped[int]  # of the text then
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON), default="")
    language: Mapped[str] = mapped_column(String(16), default="")  # of the reason
    other_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"))  # of a merge


class MergeSuggestion(Record):
    """Whoever facilitates suggests that a proposal goes into another; both sides say yes or no."""

    __tablename__ = "merge_suggestion"
    __table_args__ = (
        CheckConstraint("proposal_id <> target_id", name="two_proposals"),
        Index(
            "uq_merge_suggestion_open",
            "proposal_id",
            unique=True,
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
    )

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    target_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    accepted_at: Mapped[datetime | None]  # by the side of the proposal that would be merged
    target_accepted_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]  # merged, declined, or overtaken by what happened


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
