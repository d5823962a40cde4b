"""Sessions: who takes part in them, and what came of them."""

from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from werkzeug.exceptions import NotFound

from forum.db import db, objects_of
from forum.directory.models import Project
from forum.exchanges.models import Exchange, ExchangeSession, Outcome, Participation, Stage
from forum.exchanges.queries.stages import STAGE
from forum.exchanges.rows import OutcomeRow, ParticipantRow, SessionPage, SessionRow, StageRow

MOST_ZONES = 3  # in use, offered before all others


def session_or_404(public_id: str) -> SessionPage:
    """The session with who took part and what came of it, in three statements. Raises NotFound."""
    found = db.session.execute(
        select(*_SESSION, *STAGE)
        .join(Stage, Stage.id == ExchangeSession.stage_id)
        .join(Exchange, Exchange.id == Stage.exchange_id)
        .where(ExchangeSession.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    columns: tuple[Any, ...] = tuple(found)
    own, stage = columns[: len(_SESSION)], StageRow(*columns[len(_SESSION) :])
    return SessionPage(stage, participants_of(own[0]), outcomes_of(own[0]), *own)


def sessions_of(exchange_id: int) -> list[SessionRow]:
    """The exchange's sessions in order of time, each with its participants: one statement."""
    rows = objects_of(_with_participant, _SESSIONS, {"exchange": exchange_id})
    sessions = []
    for own, group in groupby(rows, key=itemgetter(0)):
        columns = (*own, tuple(one for _own, one in group if one is not None))
        sessions.append(SessionRow(*columns))
    return sessions


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


def projects_to_take_part(region_id: int) -> list[tuple[str, str, str]]:
    """Slug, name and country of the region's projects, by name."""
    rows = db.session.execute(
        select(Project.slug, Project.name, Project.country)
        .where(Project.region_id == region_id)
        .order_by(Project.name)
    )
    return [(slug, name, country) for slug, name, country in rows]


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
    Project.id.label("project_id"),
    Project.slug,
    Project.name,
    Project.country,
    Project.is_demo,
    Participation.presented,
)
_BY_ROLE = (Participation.presented.desc(), Project.name, Project.id)
_OUTCOME_COUNT = (
    select(func.count())
    .where(Outcome.session_id == ExchangeSession.id)
    .correlate(ExchangeSession)
    .scalar_subquery()
)
_LISTED: tuple[Any, ...] = (
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
)
_SESSIONS: Select[*tuple[Any, ...]] = (
    select(*_LISTED, *_PARTICIPANT)
    .join(Stage, Stage.id == ExchangeSession.stage_id)
    .outerjoin(Participation, Participation.session_id == ExchangeSession.id)
    .outerjoin(Project, Project.id == Participation.project_id)
    .where(Stage.exchange_id == bindparam("exchange"))
    .order_by(ExchangeSession.starts_at, ExchangeSession.id, *_BY_ROLE)
)


def _with_participant(**columns: Any) -> tuple[tuple[Any, ...], ParticipantRow | None]:
    values = tuple(columns.values())
    own, participant = values[: len(_LISTED)], values[len(_LISTED) :]
    return own, ParticipantRow(*participant) if columns["project_id"] is not None else None
