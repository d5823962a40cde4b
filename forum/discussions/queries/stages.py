"""A stage, as far as talking in it goes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from forum.db import db
from forum.exchanges.models import Exchange, Stage
from forum.exchanges.states import StageState, state_of
from forum.lib import clock

_MOST_STAGES = 1_000  # an address with a larger number names none


@dataclass(frozen=True, kw_only=True)
class StageRow:
    """A stage with its exchange."""

    id: int
    number: int
    title: str
    purpose_html: str
    opens_at: datetime
    closes_at: datetime | None
    closed_reason: str
    exchange_slug: str
    exchange_title: str
    region_id: int
    language: str  # of all these words

    @property
    def state(self) -> StageState:
        """Where it is now."""
        early = bool(self.closed_reason)
        return state_of(self.opens_at, self.closes_at, clock.now(), closed_early=early)


def stage_or_404(slug: str, number: int) -> StageRow:
    """The stage of that number in that exchange. Raises NotFound."""
    if number > _MOST_STAGES:
        raise NotFound
    query = (
        select(
            Stage.id,
            Stage.number,
            Stage.title,
            Stage.purpose_html,
            Stage.opens_at,
            Stage.closes_at,
            Stage.closed_reason,
            Exchange.slug.label("exchange_slug"),
            Exchange.title.label("exchange_title"),
            Exchange.region_id,
            Exchange.language,
        )
        .join(Exchange, Exchange.id == Stage.exchange_id)
        .where(Exchange.slug == slug, Stage.number == number)
    )
    found = db.session.execute(query).mappings().one_or_none()
    if found is None:
        raise NotFound
    return StageRow(**found)
