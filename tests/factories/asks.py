"""Asks and offers to test with."""

from typing import Any

from sqlalchemy import select

from forum.asks import actions, queries
from forum.asks.rows import AskRow, OfferRow
from forum.db import db
from forum.directory.models import ExpertProfile
from forum.discussions.rows import ThreadRow
from tests.people import viewer


def ask(author: Any, thread: ThreadRow, **more: Any) -> AskRow:
    """An ask by that person."""
    values = {"text": "Alguien que conozca el fuego.", "language": "es", "topics": ["fire"]}
    made = actions.open_ask(viewer(author), thread, **(values | more))
    return queries.ask_now(viewer(author), made.id)


def offer(expert: Any, asked: AskRow, note: str = "Puedo.") -> OfferRow:
    """That expert's offer, as they read it."""
    made = actions.offer(viewer(expert), asked, note=note)
    return queries.offer_or_404(made.public_id, viewer(expert))


def seen(reader: Any, offered: OfferRow) -> OfferRow:
    """The offer as that reader sees it now."""
    return queries.offer_or_404(offered.public_id, viewer(reader))


def now(reader: Any, asked: AskRow) -> AskRow:
    """The ask as that reader sees it now."""
    return queries.ask_now(viewer(reader), asked.id)


def profile(expert: Any, **values: Any) -> ExpertProfile:
    """The expert's profile, changed."""
    found = db.session.scalars(
        select(ExpertProfile).where(ExpertProfile.person_id == expert.id)
    ).one()
    for name, value in values.items():
        setattr(found, name, value)
    db.session.flush()
    return found
