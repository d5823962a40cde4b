"""An exchange by its slug, and its stages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, or_, select
from werkzeug.exceptions import NotFound

from forum.activity.models import Event
from forum.db import NOW, db, objects_of, rows_of
from forum.exchanges.models import Exchange, Stage
from forum.exchanges.rows import StageRow
from forum.lib import clock


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


def stage_choices(exchange_id: int) -> list[tuple[int, str]]:
    """Number and title of the exchange's stages."""
    rows = db.session.execute(
        select(Stage.number, Stage.title)
        .where(Stage.exchange_id == exchange_id)
        .order_by(Stage.number)
    )
    return [(number, title) for number, title in rows]


STAGE = (
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
_STAGES: Select[*tuple[Any, ...]] = select(*STAGE).join(Exchange, Exchange.id == Stage.exchange_id)
_SLUG: ColumnElement[bool] = Exchange.slug == bindparam("slug")
_BY_NUMBER = _STAGES.where(_SLUG, Stage.number == bindparam("number"))
_BY_STAGE = _STAGES.where(Stage.id == bindparam("stage"))
_OF_SLUG = _STAGES.where(_SLUG).order_by(Stage.number)
_OF_EXCHANGE = _STAGES.where(Stage.exchange_id == bindparam("exchange")).order_by(Stage.number)


def stages_open_now() -> Sequence[Any]:
    """The stages people write in now, the latest first: exchange's slug, number, dates, reason."""
    return rows_of(_OPEN_NOW, {"now": clock.now()})


_OPEN_NOW = (
    select(Exchange.slug, Stage.number, Stage.opens_at, Stage.closes_at, Stage.closed_reason)
    .join(Exchange, Exchange.id == Stage.exchange_id)
    .where(
        Stage.opens_at <= NOW,
        or_(Stage.closes_at.is_(None), Stage.closes_at > NOW),
        Stage.closed_reason == "",
    )
    .order_by(Stage.number.desc(), Stage.id)
    .limit(4)
)
