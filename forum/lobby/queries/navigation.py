"""Where the navigation of every page leads."""

from dataclasses import dataclass
from time import monotonic

from flask import current_app, g
from sqlalchemy import func, select

from forum.activity.models import Event
from forum.coalition.models import Coalition
from forum.db import db
from forum.exchanges.models import Exchange
from forum.web.identity import is_quiet

NAVIGATION_KEPT = 60.0  # seconds until a second exchange stands in it, in every process


@dataclass(frozen=True)
class Navigation:
    """Where every page's navigation leads: slugs, empty while there is none."""

    exchange: str
    coalition: str
    several: bool = False  # exchanges: then it leads to their list


def navigation() -> Navigation:
    """The first exchange and coalition, and whether there are more exchanges.

    Kept once found, since slugs never change; while there is one exchange, for a while.
    """
    found, until = current_app.extensions.get("navigation", (None, 0.0))
    kept: Navigation | None = found
    if kept is not None and (kept.several or monotonic() < until):
        return kept
    if is_quiet():
        return kept or Navigation("", "")
    kept = g.get("navigation") or _look_for_navigation()
    g.navigation = kept
    if kept.exchange and kept.coalition:
        current_app.extensions["navigation"] = kept, monotonic() + NAVIGATION_KEPT
    return kept


def forget_navigation(_event: Event, _exchange: Exchange) -> None:
    """Another exchange was created: look again with the next page."""
    current_app.extensions.pop("navigation", None)


def _look_for_navigation() -> Navigation:
    exchange = select(Exchange.slug).order_by(Exchange.id).limit(1).scalar_subquery()
    coalition = select(Coalition.slug).order_by(Coalition.id).limit(1).scalar_subquery()
    several = select(func.count(Exchange.id) > 1).scalar_subquery()
    row = db.session.execute(select(exchange, coalition, several)).one()
    return Navigation(row[0] or "", row[1] or "", bool(row[2]))
