"""Running an exchange: its stages, its sessions, what came of them.

Every action raises Forbidden for people it is not for, Refused for words or dates that can't be
taken, and Stale where somebody else changed the thing since it was read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

from sqlalchemy import delete, func, select

from forum import activity
from forum.db import db
from forum.directory.actions import own_slug
from forum.directory.models import Project, Region
from forum.exchanges import policy
from forum.exchanges.models import Exchange, ExchangeSession, Outcome, Participation, Stage
from forum.exchanges.rows import SessionPage, StageRow
from forum.exchanges.states import StageState, state_of
from forum.lib import clock
from forum.lib.permission import Refused, WrongState, require
from forum.lib.slugs import slugify
from forum.spaces import Viewer
from forum.web.forms import Stale
from forum.web.locale import gettext as _

STAGE_LASTS = timedelta(weeks=8)  # of each stage of a new exchange, until somebody moves it

Row = TypeVar("Row", Exchange, Stage, ExchangeSession, Outcome)


@dataclass(frozen=True)
class Words:
    """A Markdown text and its rendered HTML."""

    text: str = ""
    html: str = ""


def create_exchange(
    viewer: Viewer,
    *,
    region: str,
    title: str,
    purpose: Words,
    language: str,
    stage_titles: Sequence[str],
    first_day: date,
    timezone: str,
) -> Exchange:
    """Make an exchange in `region` (a slug) with a stage for each title, one after the other.

    The first stage opens on `first_day` in `timezone`; each lasts STAGE_LASTS. The last one
    has no end yet.
    """
    require(policy.can_run_exchange(viewer))
    region_id = db.session.scalar(select(Region.id).where(Region.slug == region))
    if region_id is None:
        raise Refused(_("There is no such region."), "region")
    exchange = Exchange(
        slug=own_slug(Exchange, slugify(title) or "exchange"),
        region_id=region_id,
        title=title,
        purpose=purpose.text,
        purpose_html=purpose.html,
        language=language,
    )
    db.session.add(exchange)
    db.session.flush()
    opens_at = _start_of(first_day, timezone)
    for number, stage_title in enumerate(stage_titles, start=1):
        last = number == len(stage_titles)
        closes_at = None if last else opens_at + STAGE_LASTS
        db.session.add(
            Stage(
                exchange_id=exchange.id,
                number=number,
                title=stage_title,
                opens_at=opens_at,
                closes_at=closes_at,
            )
        )
        opens_at += STAGE_LASTS
    activity.record(viewer.person_id, "exchange.created", exchange, stages=len(stage_titles))
    return exchange


def edit_exchange(
    viewer: Viewer,
    exchange: Exchange,
    *,
    version: int,
    title: str,
    purpose: Words,
    language: str,
) -> Exchange:
    """Change what the exchange says of itself."""
    require(policy.can_run_exchange(viewer))
    held = _hold(Exchange, exchange.id)
    _same_version(held, version, title=held.title, purpose=held.purpose)
    held.title, held.language = title, language
    held.purpose, held.purpose_html = purpose.text, purpose.html
    held.version += 1
    activity.record(viewer.person_id, "exchange.edited", held, version=held.version)
    return held


def edit_stage(
    viewer: Viewer,
    stage: StageRow,
    *,
    version: int,
    title: str,
    purpose: Words,
    opens_on: date,
    closes_on: date | None,
    timezone: str,
) -> Stage:
    """Change a stage's words and dates, days in `timezone`; it may not open or close it now."""
    require(policy.can_run_exchange(viewer))
    held = _hold(Stage, stage.id)
    _same_version(held, version, title=held.title, purpose=held.purpose)
    opens_at = _moved(held.opens_at, first_day(held.opens_at, timezone), opens_on, timezone)
    closes_at = _closing(held.closes_at, closes_on, timezone)
    if closes_at is not None and closes_at <= opens_at:
        raise Refused(_("A stage closes after it opens."), "closes_at")
    _keep_state(held, opens_at, closes_at)
    held.title, held.purpose, held.purpose_html = title, purpose.text, purpose.html
    held.opens_at, held.closes_at = opens_at, closes_at
    held.version += 1
    activity.record(viewer.person_id, "stage.edited", held, version=held.version)
    return held


def open_stage(
    viewer: Viewer, stage: StageRow, *, closes_on: date | None = None, timezone: str = "UTC"
) -> Stage:
    """Open the stage now, until the end of `closes_on` in `timezone`; an open one stays as it is.

    Without `closes_on` a date of closing that is still ahead holds; one that passed is dropped.
    """
    require(policy.can_run_exchange(viewer))
    held, now = _hold(Stage, stage.id), clock.now()
    if held.is_open(now):
        return held
    closes_at = clock.end_of_day(closes_on, timezone) if closes_on else held.closes_at
    if closes_on and closes_at and closes_at <= now:
        raise Refused(_("Please choose a day that has not passed."), "closes_at")
    held.opens_at = min(held.opens_at, now)
    held.closes_at = closes_at if closes_at and closes_at > now else None
    held.closed_reason = ""
    held.version += 1
    activity.record(viewer.person_id, "stage.opened", held, exchange=held.exchange_id)
    return held


def close_stage(viewer: Viewer, stage: StageRow, *, reason: str) -> Stage:
    """Close the stage now, saying why to everyone; a closed one stays as it is.

    Raises WrongState for a stage that has not opened yet.
    """
    require(policy.can_run_exchange(viewer))
    held, now = _hold(Stage, stage.id), clock.now()
    state = held.state(now)
    if state == StageState.COMING:
        raise WrongState(_("This stage has not opened yet."))
    if state != StageState.OPEN:
        return held
    if not reason:
        raise Refused(_("Please say why, for everyone who reads here."), "reason")
    planned = held.closes_at.isoformat() if held.closes_at else None
    held.closes_at, held.closed_reason = now, reason
    held.version += 1
    activity.record(
        viewer.person_id, "stage.closed", held, exchange=held.exchange_id, planned=planned
    )
    return held


def create_session(
    viewer: Viewer, exchange: Exchange, *, stage_number: int, **details: Any
) -> ExchangeSession:
    """Announce a session in one of the exchange's stages; `details` as for `edit_session`."""
    require(policy.can_hold_sessions(viewer))
    session = ExchangeSession(stage_id=_stage_id(exchange.id, stage_number), **_columns(**details))
    db.session.add(session)
    activity.record(viewer.person_id, "session.created", session, exchange=exchange.id)
    return session


def edit_session(
    viewer: Viewer, session: SessionPage, *, version: int, stage_number: int, **details: Any
) -> ExchangeSession:
    """Change a session's title, time, place and agenda.

    `details`: title, starts_at (aware), minutes, timezone (IANA), join_url, agenda (Words),
    language, source_url, source_note.
    """
    require(policy.can_hold_sessions(viewer))
    held = _hold(ExchangeSession, session.id)
    _same_version(held, version, title=held.title, agenda=held.agenda)
    held.stage_id = _stage_id(session.stage.exchange_id, stage_number)
    for name, value in _columns(**details).items():
        setattr(held, name, value)
    held.version += 1
    activity.record(viewer.person_id, "session.edited", held, version=held.version)
    return held


def record_participants(
    viewer: Viewer, session: SessionPage, presented: Mapping[str, bool]
) -> ExchangeSession:
    """Write down who takes part, by the projects' slugs, and whether each presents.

    The whole list is given; saying the same twice changes nothing. Raises Refused for a project
    that is not of the exchange's region.
    """
    require(policy.can_hold_sessions(viewer))
    held = _hold(ExchangeSession, session.id)
    wanted = _projects(session.stage.region_id, presented)
    if {p.project_id: p.presented for p in _participations(held.id)} == wanted:
        return held
    db.session.execute(delete(Participation).where(Participation.session_id == held.id))
    for project_id, presents in wanted.items():
        db.session.add(Participation(session_id=held.id, project_id=project_id, presented=presents))
    activity.record(viewer.person_id, "session.participants", held, projects=len(wanted))
    return held


def record_outcome(
    viewer: Viewer, session: SessionPage, *, text: Words, language: str, source_note: str = ""
) -> Outcome:
    """Add one thing the session came to, after those recorded before.

    Raises Forbidden, WrongState before the session begins.
    """
    require(policy.can_record_outcome(viewer, _hold(ExchangeSession, session.id)))
    latest = db.session.scalar(
        select(func.max(Outcome.number)).where(Outcome.session_id == session.id)
    )
    outcome = Outcome(
        session_id=session.id,
        number=(latest or 0) + 1,
        text=text.text,
        html=text.html,
        language=language,
        source_note=source_note,
    )
    db.session.add(outcome)
    activity.record(viewer.person_id, "outcome.recorded", outcome, session=session.id)
    return outcome


def edit_outcome(
    viewer: Viewer,
    outcome: Outcome,
    *,
    version: int,
    text: Words,
    language: str,
    source_note: str = "",
) -> Outcome:
    """Change what is recorded of one outcome."""
    require(policy.can_hold_sessions(viewer))
    held = _hold(Outcome, outcome.id)
    _same_version(held, version, text=held.text, source_note=held.source_note)
    held.text, held.html = text.text, text.html
    held.language, held.source_note = language, source_note
    held.version += 1
    activity.record(viewer.person_id, "outcome.edited", held, version=held.version)
    return held


def first_day(opens_at: datetime, timezone: str) -> date:
    """The day on which something opens, in that zone."""
    return opens_at.astimezone(clock.zone(timezone)).date()


def last_day(closes_at: datetime, timezone: str) -> date:
    """The last day of something that closes at that moment, in that zone."""
    return (closes_at - timedelta(seconds=1)).astimezone(clock.zone(timezone)).date()


def _hold(kind: type[Row], row_id: int) -> Row:
    """The row as it is now, kept from others until the end of the transaction."""
    return db.session.scalars(
        select(kind).where(kind.id == row_id).with_for_update(),
        execution_options={"populate_existing": True},
    ).one()


def _same_version(held: Any, version: int | None, **texts: str) -> None:
    if held.version != version:
        raise Stale(held.version, texts)


def _start_of(day: date, timezone: str) -> datetime:
    return datetime.combine(day, time(0), clock.zone(timezone)).astimezone(UTC)


def _moved(at: datetime, shown: date, wanted: date, timezone: str) -> datetime:
    """The moment itself while the day shown was left as it is: its hour is not lost."""
    return at if wanted == shown else _start_of(wanted, timezone)


def _closing(at: datetime | None, wanted: date | None, timezone: str) -> datetime | None:
    if wanted is None or (at is not None and last_day(at, timezone) == wanted):
        return at if wanted else None
    return clock.end_of_day(wanted, timezone)


def _keep_state(stage: Stage, opens_at: datetime, closes_at: datetime | None) -> None:
    """Refuse dates that would open or close the stage: that is said out loud, with its reason."""
    now, early = clock.now(), bool(stage.closed_reason)
    was = stage.state(now)
    becomes = state_of(opens_at, closes_at, now, closed_early=early)
    if was == StageState.OPEN != becomes:
        raise Refused(_("These dates would close the stage. Please close it, with a reason."))
    if becomes == StageState.OPEN != was:
        raise Refused(_("These dates would open the stage. Please open it instead."))


def _stage_id(exchange_id: int, number: int) -> int:
    found = db.session.scalar(
        select(Stage.id).where(Stage.exchange_id == exchange_id, Stage.number == number)
    )
    if found is None:
        raise Refused(_("There is no such stage."), "stage")
    return found


def _columns(*, agenda: Words, **plain: Any) -> dict[str, Any]:
    return {**plain, "agenda": agenda.text, "agenda_html": agenda.html}


def _participations(session_id: int) -> Iterable[Participation]:
    return db.session.scalars(select(Participation).where(Participation.session_id == session_id))


def _projects(region_id: int, presented: Mapping[str, bool]) -> dict[int, bool]:
    rows = db.session.execute(
        select(Project.id, Project.slug).where(
            Project.region_id == region_id, Project.slug.in_(presented)
        )
    )
    found = {project_id: presented[slug] for project_id, slug in rows}
    if len(found) != len(presented):
        raise Refused(_("One of these projects does not belong to the exchange's region."))
    return found
