"""Exchanges, stages and sessions to test with."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from forum.directory.models import Project, Region
from forum.exchanges.models import Exchange, ExchangeSession, Outcome, Participation, Stage
from forum.lib import clock


def an_exchange(session: Session, region: Region, **overrides: Any) -> Exchange:
    """An exchange without stages."""
    values = {
        "slug": "latin-america",
        "region_id": region.id,
        "title": "Intercambio regional",
        "purpose": "Aprender entre proyectos.",
        "purpose_html": "<p>Aprender entre proyectos.</p>",
    }
    return _added(session, Exchange(**(values | overrides)))


def a_stage(session: Session, exchange: Exchange, **overrides: Any) -> Stage:
    """A stage that is open: since ten days, for thirty more."""
    values = {
        "exchange_id": exchange.id,
        "number": 1,
        "title": "Compartir experiencias",
        "opens_at": clock.now() - timedelta(days=10),
        "closes_at": clock.now() + timedelta(days=30),
    }
    return _added(session, Stage(**(values | overrides)))


def a_session(session: Session, stage: Stage, **overrides: Any) -> ExchangeSession:
    """A session in a week, of ninety minutes."""
    values = {
        "stage_id": stage.id,
        "title": "Primera sesión",
        "starts_at": clock.now() + timedelta(days=7),
        "minutes": 90,
        "timezone": "America/Tegucigalpa",
        "join_url": "https://meet.example/room",
        "agenda": "Orden del día",
        "agenda_html": "<p>Orden del día</p>",
    }
    return _added(session, ExchangeSession(**(values | overrides)))


def a_participation(
    session: Session, held: ExchangeSession, project: Project, *, presented: bool = False
) -> Participation:
    """The project takes part."""
    return _added(
        session,
        Participation(session_id=held.id, project_id=project.id, presented=presented),
    )


def an_outcome(session: Session, held: ExchangeSession, **overrides: Any) -> Outcome:
    """Something the session came to."""
    values = {
        "session_id": held.id,
        "number": 1,
        "text": "Acordado.",
        "html": "<p>Acordado.</p>",
        "source_note": "Artículo citado",
    }
    return _added(session, Outcome(**(values | overrides)))


def days_from_now(days: float) -> datetime:
    """That moment."""
    return clock.now() + timedelta(days=days)


def _added(session: Session, row: Any) -> Any:
    session.add(row)
    session.flush()
    return row
