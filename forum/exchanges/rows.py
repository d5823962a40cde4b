"""Exchanges, their stages and sessions as plain rows; what they say of the clock they ask it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from forum.exchanges.states import StageState, state_of
from forum.lib import clock


@dataclass(frozen=True)
class ExchangeRow:
    """An exchange as its page shows it."""

    id: int
    slug: str
    region_id: int
    region_slug: str
    region_name: str
    title: str
    purpose_html: str
    language: str


@dataclass(frozen=True)
class StageRow:
    """A stage with the exchange it belongs to."""

    id: int
    number: int
    title: str
    purpose_html: str
    opens_at: datetime
    closes_at: datetime | None
    closed_reason: str
    version: int
    exchange_id: int
    exchange_slug: str
    exchange_title: str
    region_id: int
    language: str

    @property
    def state(self) -> StageState:
        """Where it is now."""
        early = bool(self.closed_reason)
        return state_of(self.opens_at, self.closes_at, clock.now(), closed_early=early)

    @property
    def is_open(self) -> bool:
        """Whether people may write in it now."""
        return self.state == StageState.OPEN

    @property
    def url(self) -> str:
        """The address of its page."""
        return f"{self.exchange_url}/stages/{self.number}"

    @property
    def exchange_url(self) -> str:
        """The address of the exchange's overview."""
        return f"/exchanges/{self.exchange_slug}"


@dataclass(frozen=True)
class ParticipantRow:
    """A project that takes part in a session."""

    project_id: int
    slug: str
    name: str
    country: str
    is_demo: bool
    presented: bool


@dataclass(frozen=True)
class OutcomeRow:
    """One thing a session came to."""

    number: int
    html: str
    language: str
    source_note: str


@dataclass(frozen=True)
class SessionRow:
    """A session in a list, with who takes part and how many outcomes are recorded."""

    id: int
    public_id: str
    title: str
    starts_at: datetime
    minutes: int
    timezone: str
    language: str
    stage_number: int
    stage_title: str
    outcome_count: int
    participants: tuple[ParticipantRow, ...] = ()

    @property
    def ends_at(self) -> datetime:
        """When it is planned to end."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def is_over(self) -> bool:
        """Whether its planned end has passed."""
        return self.ends_at <= clock.now()

    @property
    def presenters(self) -> list[ParticipantRow]:
        """The projects that presented, or will."""
        return [one for one in self.participants if one.presented]


@dataclass(frozen=True)
class SessionPage:
    """Everything a session's page shows; `join_url` is for people signed in."""

    stage: StageRow
    participants: list[ParticipantRow]
    outcomes: list[OutcomeRow]
    id: int
    public_id: str
    title: str
    starts_at: datetime
    minutes: int
    timezone: str
    join_url: str
    agenda: str
    agenda_html: str
    source_url: str
    source_note: str
    language: str
    version: int

    @property
    def ends_at(self) -> datetime:
        """When it is planned to end."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def state(self) -> str:
        """`coming`, `running` or `over`, by the clock."""
        now = clock.now()
        if now >= self.ends_at:
            return "over"
        return "running" if now >= self.starts_at else "coming"

    @property
    def url(self) -> str:
        """The address of its page."""
        return f"/sessions/{self.public_id}"


@dataclass(frozen=True)
class StageNow:
    """A stage as the path of its exchange shows it, where it is now."""

    number: int
    title: str
    language: str
    url: str
    state: StageState
    opens_at: datetime
    closes_at: datetime | None


@dataclass(frozen=True)
class Overview:
    """An exchange's stages and sessions; sessions are in order of time."""

    stages: list[StageRow]
    sessions: list[SessionRow]

    @property
    def open_stages(self) -> list[StageRow]:
        """The stages people may write in now."""
        return [stage for stage in self.stages if stage.is_open]

    @property
    def path(self) -> tuple[StageNow, ...]:
        """The stages as they stand now."""
        return tuple(
            StageNow(
                number=one.number,
                title=one.title,
                language=one.language,
                url=one.url,
                state=one.state,
                opens_at=one.opens_at,
                closes_at=one.closes_at,
            )
            for one in self.stages
        )

    @property
    def current(self) -> StageRow | None:
        """The stage "today" stands at: the last open one, else the next to come, else the last."""
        coming = [stage for stage in self.stages if stage.state == StageState.COMING]
        return next(iter([*reversed(self.open_stages), *coming, *reversed(self.stages)]), None)
