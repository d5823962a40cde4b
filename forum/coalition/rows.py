"""What queries give and policies judge: proposals and votes as plain, typed rows."""

from dataclasses import dataclass
from datetime import datetime

from forum.coalition.lifecycle import ProposalStatus, Route
from forum.coalition.tally import Rules
from forum.spaces.kinds import SpaceKind


@dataclass(frozen=True, kw_only=True)
class ProposalRow:
    """A proposal with the coalition it belongs to. `status` is as stored: see effective_status."""

    id: int
    public_id: str
    number: str | None
    status: ProposalStatus
    coalition_id: int
    coalition_slug: str
    coalition_name: str
    coalition_space_id: int
    timezone: str  # the coalition's
    rules: Rules  # the coalition's of today; a vote keeps its own copy
    space_id: int
    space_kind: SpaceKind
    author_id: int
    project_id: int
    project_name: str
    title: str
    language: str
    discussion_at: datetime | None
    submitted_at: datetime | None
    acknowledged_at: datetime | None
    answered_at: datetime | None
    route: Route | None
    version: int  # of its newest text
    thread_id: int | None


@dataclass(frozen=True, kw_only=True)
class VoteRow:
    """A call to vote on one frozen version, under its own copy of the rules."""

    id: int
    public_id: str
    proposal_id: int
    coalition_id: int
    version_id: int
    version_number: int
    call: int
    opens_at: datetime
    closes_at: datetime
    rules: Rules
    sealed_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        """Whether a ballot cast now counts: a function of the clock, asked every time."""
        return self.opens_at <= now < self.closes_at
