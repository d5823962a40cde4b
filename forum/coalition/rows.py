"""What queries give and policies judge: coalitions, proposals and votes as plain, typed rows."""

from dataclasses import dataclass
from datetime import date, datetime

from forum.coalition.lifecycle import ProposalStatus, Route
from forum.coalition.tally import Rules
from forum.spaces.kinds import SpaceKind


@dataclass(frozen=True)
class MemberName:
    """A member project by its inner id, its slug and its name."""

    id: int
    slug: str
    name: str


@dataclass(frozen=True, kw_only=True)
class CoalitionRow:
    """The coalition of a region's projects."""

    id: int
    slug: str
    name: str
    region_id: int
    space_id: int
    timezone: str
    rules: Rules
    number_prefix: str

    @property
    def url(self) -> str:
        """The address of its page."""
        return f"/coalitions/{self.slug}"


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
    author_name: str  # for the coalition alone
    project_id: int
    project_name: str
    project_slug: str
    project_country: str
    title: str
    language: str
    visibility_after: SpaceKind
    created_at: datetime
    shared_at: datetime | None  # since when the coalition sees it, None while a draft
    discussion_at: datetime | None
    submitted_at: datetime | None
    acknowledged_at: datetime | None
    answered_at: datetime | None
    route: Route | None
    version: int  # of its newest text
    thread_id: int | None
    thread_public_id: str | None
    aside_at: datetime | None
    aside_reason: str
    form_passed_version: int | None = None  # the version whose form was found in order
    merged_into_id: int | None = None
    coauthored: bool = False  # whether who reads it is a co-author
    extended_until: date | None = None
    closed_at: datetime | None = None
    closed_reason: str = ""
    again_of_id: int | None = None
    new_evidence: str = ""

    @property
    def name(self) -> str:
        """How it is called where there is little room: its number, or its title."""
        return self.number or self.title


@dataclass(frozen=True, kw_only=True)
class VoteRow:
    """A call to vote on one frozen version, under its own copy of the rules."""

    id: int
    public_id: str
    proposal_id: int
    call: int  # 1, or 2 for the second one, after a first without a quorum
    version_number: int
    opens_at: datetime
    closes_at: datetime
    rules: Rules
    sealed_at: datetime | None
    head: str  # of the chain that a recount recomputes; empty until it is sealed

    def is_open(self, now: datetime) -> bool:
        """Whether a ballot cast now counts: a function of the clock, asked every time."""
        return self.opens_at <= now < self.closes_at


@dataclass(frozen=True, kw_only=True)
class Cited:
    """A document that an answer cites, the part of it, and where it can be read."""

    title: str
    section: str = ""
    link: str = ""

    def as_json(self) -> dict[str, str]:
        """Plain values, as they are stored with the answer."""
        return {"title": self.title, "section": self.section, "link": self.link}

    @property
    def words(self) -> str:
        """The document and its part, to be read and searched."""
        return ", ".join(part for part in (self.title, self.section) if part)
