"""An exchange with all its stages and sessions, as its page and its path show it."""

from typing import Any

from sqlalchemy import Select, bindparam, select
from werkzeug.exceptions import NotFound

from forum.db import objects_of
from forum.directory.models import Region
from forum.exchanges.models import Exchange, Stage
from forum.exchanges.queries.sessions import sessions_of
from forum.exchanges.queries.stages import STAGE, stages_of
from forum.exchanges.rows import ExchangeRow, Overview, StageRow


def overview(exchange: Exchange) -> Overview:
    """The exchange's stages and sessions with their people, in two statements."""
    return Overview(stages_of(exchange.id), sessions_of(exchange.id))


def overview_or_404(slug: str) -> tuple[ExchangeRow, Overview]:
    """The exchange of that slug with its overview, in two statements. Raises NotFound."""
    rows = objects_of(_with_stage, _WITH_STAGES, {"slug": slug})
    if not rows:
        raise NotFound
    exchange = rows[0][0]
    stages = [stage for _exchange, stage in rows if stage is not None]
    return exchange, Overview(stages, sessions_of(exchange.id))


_WITH_STAGES: Select[*tuple[Any, ...]] = (
    select(
        *STAGE,
        Exchange.purpose_html.label("exchange_purpose_html"),
        Region.slug.label("region_slug"),
        Region.name.label("region_name"),
    )
    .select_from(Exchange)
    .join(Region, Region.id == Exchange.region_id)
    .outerjoin(Stage, Stage.exchange_id == Exchange.id)
    .where(Exchange.slug == bindparam("slug"))
    .order_by(Stage.number)
)


def _with_stage(
    *, exchange_purpose_html: str, region_slug: str, region_name: str, **columns: Any
) -> tuple[ExchangeRow, StageRow | None]:
    exchange = ExchangeRow(
        id=columns["exchange_id"],
        slug=columns["exchange_slug"],
        region_id=columns["region_id"],
        region_slug=region_slug,
        region_name=region_name,
        title=columns["exchange_title"],
        purpose_html=exchange_purpose_html,
        language=columns["language"],
    )
    return exchange, StageRow(**columns) if columns["id"] is not None else None
