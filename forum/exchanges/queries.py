"""Reading exchanges, stages and sessions, as rows.

They are public: everybody sees them, so nothing here asks who looks. What is not for everybody,
the link to join a session, is left out by the page that has no viewer for it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from werkzeug.exceptions import NotFound

from forum.activity.models import Event
from forum.db import db, objects_of
from forum.directory.models import Project
from forum.exchanges.models import Exchange, ExchangeSession, Outcome, Participation, Stage
from forum.exchanges.states import StageState, state_of
from forum.lib import clock

MOST_ZONES = 3  # in use, offered before all others


@dataclass(frozen=True)
class ExchangeRow:
    """An exchange as its page shows it."""

    id: int
    slug: str
    region_id: int
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


def exchange_or_404(slug: str) -> Exchange:
    """The exchange of that slug. Raises NotFound."""
    found = db.session.scalars(select(Exchange).where(Exchange.slug == slug)).one_or_none()
    if found is None:
        raise NotFound
    return found


def planned_end(stage_id: int) -> datetime | None:
    """When the stage would have ended, had it not been closed before; None when that is over."""
    told = db.session.scalars(
        select(Event.particulars)
        .where(
            Event.object_type == Stage.__name__,
            Event.object_id == stage_id,
            Event.verb == "stage.closed",
        )
        .order_by(Event.id.desc())
        .limit(1)
    ).one_or_none()
    planned = datetime.fromisoformat(str(told["planned"])) if told and told.get("planned") else None
    return planned if planned and planned > clock.now() else None


def stage_or_404(slug: str, number: int) -> StageRow:
    """The stage of that number in the exchange of that slug. Raises NotFound."""
    found = objects_of(StageRow, _BY_NUMBER, {"slug": slug, "number": number})
    if not found:
        raise NotFound
    return found[0]


def stage_of(stage_id: int) -> StageRow:
    """The stage by its inner id. Raises NotFound."""
    found = objects_of(StageRow, _BY_STAGE, {"stage": stage_id})
    if not found:
        raise NotFound
    return found[0]


def stage_purpose(stage_id: int) -> str:
    """The Markdown of what the stage is for, to be edited."""
    return db.session.scalars(select(Stage.purpose).where(Stage.id == stage_id)).one()


def session_or_404(public_id: str) -> SessionPage:
    """The session with who took part and what came of it, in three statements. Raises NotFound."""
    found = db.session.execute(
        select(*_SESSION, *_STAGE)
        .join(Stage, Stage.id == ExchangeSession.stage_id)
        .join(Exchange, Exchange.id == Stage.exchange_id)
        .where(ExchangeSession.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    columns: tuple[Any, ...] = tuple(found)
    own, stage = columns[: len(_SESSION)], StageRow(*columns[len(_SESSION) :])
    return SessionPage(stage, participants_of(own[0]), outcomes_of(own[0]), *own)


def overview(exchange: Exchange) -> Overview:
    """The exchange's stages and sessions with their people, in two statements."""
    return Overview(stages_of(exchange.id), sessions_of(exchange.id))


def stages_of(exchange_id: int) -> list[StageRow]:
    """The exchange's stages in order, in one statement."""
    return objects_of(StageRow, _OF_EXCHANGE, {"exchange": exchange_id})


def stage_to_go_on(exchange_slug: str, number: int) -> StageRow | None:
    """The open stage in which people go on beside the one of that number, in one statement.

    The next one that is open, else the last one before it.
    """
    stages = objects_of(StageRow, _OF_SLUG, {"slug": exchange_slug})
    others = [one for one in stages if one.is_open and one.number != number]
    later = (one for one in others if one.number > number)
    return next(later, others[-1] if others else None)


def overview_or_404(slug: str) -> tuple[ExchangeRow, Overview]:
    """The exchange of that slug with its overview, in two statements. Raises NotFound."""
    rows = objects_of(_with_stage, _WITH_STAGES, {"slug": slug})
    if not rows:
        raise NotFound
    exchange = rows[0][0]
    stages = [stage for _exchange, stage in rows if stage is not None]
    return exchange, Overview(stages, sessions_of(exchange.id))


def sessions_of(exchange_id: int) -> list[SessionRow]:
    """The exchange's sessions in order of time, each with its participants: one statement."""
    rows = objects_of(_with_participant, _SESSIONS, {"exchange": exchange_id})
    sessions = []
    for own, group in groupby(rows, key=itemgetter(0)):
        columns = (*own, tuple(one for _own, one in group if one is not None))
        sessions.append(SessionRow(*columns))
    return sessions


def zones_used(exchange_id: int) -> list[str]:
    """The zones in which the exchange's sessions were called, the latest first; a few."""
    last = func.max(ExchangeSession.starts_at)
    query = (
        select(ExchangeSession.timezone)
        .join(Stage, Stage.id == ExchangeSession.stage_id)
        .where(Stage.exchange_id == exchange_id)
        .group_by(ExchangeSession.timezone)
        .order_by(last.desc())
        .limit(MOST_ZONES)
    )
    return list(db.session.scalars(query))


def participants_of(session_id: int) -> list[ParticipantRow]:
    """The projects of that session, those that presented first."""
    rows = db.session.execute(
        select(*_PARTICIPANT)
        .join(Participation, Participation.project_id == Project.id)
        .where(Participation.session_id == session_id)
        .order_by(*_BY_ROLE)
    )
    return [ParticipantRow(*row) for row in rows]


def outcomes_of(session_id: int) -> list[OutcomeRow]:
    """What the session came to, in the order it was recorded."""
    rows = db.session.execute(
        select(Outcome.number, Outcome.html, Outcome.language, Outcome.source_note)
        .where(Outcome.session_id == session_id)
        .order_by(Outcome.number)
    )
    return [OutcomeRow(*row) for row in rows]


def outcome_or_404(session_id: int, number: int) -> Outcome:
    """The outcome of that number, to be edited. Raises NotFound."""
    found = db.session.scalars(
        select(Outcome).where(Outcome.session_id == session_id, Outcome.number == number)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def latest_sessions(most: int) -> list[ExchangeSession]:
    """The sessions of all exchanges, the latest first."""
    latest = select(ExchangeSession).order_by(ExchangeSession.starts_at.desc(), ExchangeSession.id)
    return list(db.session.scalars(latest.limit(most)))


def stage_choices(exchange_id: int) -> list[tuple[int, str]]:
    """Number and title of the exchange's stages."""
    rows = db.session.execute(
        select(Stage.number, Stage.title)
        .where(Stage.exchange_id == exchange_id)
        .order_by(Stage.number)
    )
    return [(number, title) for number, title in rows]


def projects_to_take_part(region_id: int) -> list[tuple[str, str, str]]:
    """Slug, name and country of the region's projects, by name."""
    rows = db.session.execute(
        select(Project.slug, Project.name, Project.country)
        .where(Project.region_id == region_id)
        .order_by(Project.name)
    )
    return [(slug, name, country) for slug, name, country in rows]


_STAGE = (
    Stage.id,
    Stage.number,
    Stage.title,
    Stage.purpose_html,
    Stage.opens_at,
    Stage.closes_at,
    Stage.closed_reason,
    Stage.version,
    Exchange.id.label("exchange_id"),
    Exchange.slug.label("exchange_slug"),
    Exchange.title.label("exchange_title"),
    Exchange.region_id,
    Exchange.language,
)
_SESSION = (
    ExchangeSession.id,
    ExchangeSession.public_id,
    ExchangeSession.title,
    ExchangeSession.starts_at,
    ExchangeSession.minutes,
    ExchangeSession.timezone,
    ExchangeSession.join_url,
    ExchangeSession.agenda,
    ExchangeSession.agenda_html,
    ExchangeSession.source_url,
    ExchangeSession.source_note,
    ExchangeSession.language,
    ExchangeSession.version,
)
_PARTICIPANT = (
    Project.id,
    Project.slug,
    Project.name,
    Project.country,
    Project.is_demo,
    Participation.presented,
)
_BY_ROLE = (Participation.presented.desc(), Project.name, Project.id)


_STAGES: Select[*tuple[Any, ...]] = select(*_STAGE).join(Exchange, Exchange.id == Stage.exchange_id)
_SLUG: ColumnElement[bool] = Exchange.slug == bindparam("slug")
_BY_NUMBER = _STAGES.where(_SLUG, Stage.number == bindparam("number"))
_BY_STAGE = _STAGES.where(Stage.id == bindparam("stage"))
_OF_SLUG = _STAGES.where(_SLUG).order_by(Stage.number)
_OF_EXCHANGE = _STAGES.where(Stage.exchange_id == bindparam("exchange")).order_by(Stage.number)
_WITH_STAGES: Select[*tuple[Any, ...]] = (
    select(*_STAGE, Exchange.purpose_html.label("exchange_purpose_html"))
    .select_from(Exchange)
    .outerjoin(Stage, Stage.exchange_id == Exchange.id)
    .where(_SLUG)
    .order_by(Stage.number)
)
_OUTCOME_COUNT = (
    select(func.count())
    .where(Outcome.session_id == ExchangeSession.id)
    .correlate(ExchangeSession)
    .scalar_subquery()
)
_SESSIONS = (
    select(
        ExchangeSession.id,
        ExchangeSession.public_id,
        ExchangeSession.title,
        ExchangeSession.starts_at,
        ExchangeSession.minutes,
        ExchangeSession.timezone,
        ExchangeSession.language,
        Stage.number.label("stage_number"),
        Stage.title.label("stage_title"),
        _OUTCOME_COUNT.label("outcome_count"),
        Project.id.label("project_id"),
        Project.slug,
        Project.name,
        Project.country,
        Project.is_demo,
        Participation.presented,
    )
    .join(Stage, Stage.id == ExchangeSession.stage_id)
    .outerjoin(Participation, Participation.session_id == ExchangeSession.id)
    .outerjoin(Project, Project.id == Participation.project_id)
    .where(Stage.exchange_id == bindparam("exchange"))
    .order_by(ExchangeSession.starts_at, ExchangeSession.id, *_BY_ROLE)
)
_OWN = 10  # the columns of the session itself


def _with_stage(
    *, exchange_purpose_html: str, **columns: Any
) -> tuple[ExchangeRow, StageRow | None]:
    exchange = ExchangeRow(
        id=columns["exchange_id"],
        slug=columns["exchange_slug"],
        region_id=columns["region_id"],
        title=columns["exchange_title"],
        purpose_html=exchange_purpose_html,
        language=columns["language"],
    )
    return exchange, StageRow(**columns) if columns["id"] is not None else None


def _with_participant(**columns: Any) -> tuple[tuple[Any, ...], ParticipantRow | None]:
    values = tuple(columns.values())
    own, participant = values[:_OWN], values[_OWN:]
    return own, ParticipantRow(*participant) if columns["project_id"] is not None else None
