"""Reports, decisions and warnings as plain rows."""

from dataclasses import dataclass
from datetime import datetime

from forum.accounts.sides import Side
from forum.moderation.kinds import ForAuthor, ForPost, Reason
from forum.spaces.kinds import SpaceKind


@dataclass(frozen=True)
class Queued:
    """A post with open reports."""

    post_id: int
    post: str  # public id
    number: int
    title: str
    language: str
    space_kind: SpaceKind
    author: str
    removed: bool
    count: int
    latest: datetime
    reasons: tuple[Reason, ...]

    @property
    def id(self) -> int:
        """What the list is sorted by after the time."""
        return self.post_id


@dataclass(frozen=True)
class Author:
    """Who wrote a post, as far as it matters for what may be done about them."""

    id: int
    side: Side
    is_operator: bool


@dataclass(frozen=True)
class Reported:
    """What deciding about a post needs."""

    words: str  # its html
    report_count: int  # ever, decided or not
    author: Author


@dataclass(frozen=True)
class ReportLine:
    """One report, for who decides about it."""

    reporter: str
    reporter_public_id: str
    reason: Reason
    note: str
    created_at: datetime


@dataclass(frozen=True)
class DecisionLine:
    """What was decided about a post."""

    id: int
    reason: Reason
    for_post: ForPost
    for_author: ForAuthor
    explanation: str
    until: datetime | None
    created_at: datetime
    decided_by: str
    space_kind: SpaceKind
    post: str  # public id
    post_version: int


@dataclass(frozen=True)
class RecordLine:
    """One thing that was done, without words, titles or names."""

    id: int
    created_at: datetime
    space_kind: SpaceKind
    by: str  # the side of who did it
    reason: Reason | None  # None: nobody had reported it
    for_post: ForPost
    for_author: ForAuthor
    until: datetime | None
    lifted: bool = False  # the suspension, before its end: all that was done


@dataclass(frozen=True)
class Suspension:
    """A suspension that runs, by the decision that began it."""

    decision_id: int
    author: Author
    public_id: str
    name: str
    explanation: str
    until: datetime
    created_at: datetime
    decided_by: str
    space_id: int
    space_kind: SpaceKind
    post: str  # public id
    restored: bool  # the post stands, after what removed it


@dataclass(frozen=True)
class LiftedLine:
    """That a suspension was lifted, and why, for who facilitates."""

    by: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class OwnReport:
    """What the viewer said of a post, last."""

    reason: Reason
    note: str
    decision: DecisionLine | None


@dataclass(frozen=True)
class OwnDecision:
    """What was decided about a post that the viewer wrote or reported, as it is for them."""

    id: int
    created_at: datetime
    reason: Reason
    for_post: ForPost
    for_author: ForAuthor  # NOTHING to who reported it
    explanation: str
    until: datetime | None
    wrote: bool  # the viewer, else they reported it
    title: str | None  # None, and so the next three, when the thread is not theirs to read any more
    language: str | None
    post: str | None  # public id
    space_kind: SpaceKind | None
    warning: str | None  # public id


@dataclass(frozen=True)
class WarningPage:
    """A warning, for the one it is for."""

    id: int
    public_id: str
    created_at: datetime
    acknowledged_at: datetime | None
    reason: Reason
    explanation: str
    for_post: ForPost
    post: str | None  # public id, None when its thread is not theirs to read any more


@dataclass(frozen=True)
class Standing:
    """What who facilitates knows of somebody: from the spaces they see only."""

    open_reports: int
    decisions: list[DecisionLine]


@dataclass(frozen=True)
class WaitingAtHome:
    """What waits for somebody on their home page."""

    reported: int  # posts to decide about
    warnings: tuple[str, ...]  # public ids of those not acknowledged
