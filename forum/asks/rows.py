"""Asks and offers as plain rows."""

from dataclasses import dataclass
from datetime import date, datetime

from forum.asks.lifecycle import (
    LIVE,
    SETTLED_AFTER,
    AskStatus,
    ClosedFor,
    OfferStatus,
    Standing,
    Verdict,
    standing,
)
from forum.spaces.kinds import SpaceKind


@dataclass(frozen=True, kw_only=True)
class AskRow:
    """An ask as one viewer reads it.

    Who is not `inside` its thread gets its words and its state, nothing of the conversation, of
    who asks, or of what came of it.
    """

    id: int
    public_id: str
    thread_id: int
    project_id: int | None
    asked_by_id: int
    text: str
    language: str
    topics: list[str]
    needed_by: date | None
    to_experts: bool
    status: AskStatus
    closed_for: ClosedFor | None
    created_at: datetime
    ended_at: datetime | None  # helped or closed, whichever came first
    inside: bool  # the viewer reads the thread
    as_guest: bool  # that one thread alone
    thread_public_id: str | None
    thread_title: str | None
    thread_language: str | None
    space_kind: SpaceKind | None
    project_name: str | None
    project_country: str | None
    asker_name: str | None
    verdict: Verdict | None
    word: str  # with the verdict
    own: OfferStatus | None  # what is between it and the viewer
    accepted: bool  # an expert helps; who is outside is told of nobody but themselves

    @property
    def url(self) -> str:
        """The address of its page."""
        return f"/asks/{self.public_id}"

    @property
    def is_live(self) -> bool:
        """Whether somebody can still come to help."""
        return self.status in LIVE

    @property
    def closes_at(self) -> datetime | None:
        """When it closes by itself: some time after it was said that it helped."""
        if self.status != AskStatus.HELPED or self.ended_at is None:
            return None
        return self.ended_at + SETTLED_AFTER

    @property
    def standing(self) -> Standing:
        """How it stands, as people are told."""
        return standing(self.status, accepted=self.accepted, verdict=self.verdict)


@dataclass(frozen=True, kw_only=True)
class OfferRow:
    """What is between an ask and an expert. `note` is empty for who is not meant to read it."""

    id: int
    public_id: str
    person_id: int
    name: str
    profile_id: str | None  # public
    audits: bool
    note: str
    status: OfferStatus
    by_name: bool  # the project asked them
    created_at: datetime
    ask: AskRow | None = None
