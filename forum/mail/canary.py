"""A daily mail to ourselves, through the whole way out and in: silence is noticed the next day."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from forum.db import db
from forum.lib import clock
from forum.mail.addresses import canary_address
from forum.mail.models import CanaryFlight
from forum.mail.outbox import Receiver, post
from forum.web.settings import settings

EVERY = timedelta(days=1)
LATE = timedelta(hours=26)  # a day, and what grey lists may cost
KEPT = timedelta(days=60)


def fly() -> int:
    """Send the canary off if a day has passed and mail comes in. Returns how many flew."""
    now = clock.now()
    last = db.session.scalar(select(func.max(CanaryFlight.created_at)))
    if not settings().mail_domain or (last is not None and now - last < EVERY):
        return 0
    db.session.execute(delete(CanaryFlight).where(CanaryFlight.created_at < now - KEPT))
    flight = CanaryFlight()
    db.session.add(flight)
    db.session.flush()
    home = canary_address(flight.id)
    assert home is not None
    mine = settings()
    post(Receiver(home, "", mine.default_locale, mine.default_timezone), "canary")
    return 1


def came_home(flight_id: int) -> bool:
    """Note that it is back. Returns whether it was under way."""
    back = db.session.execute(
        update(CanaryFlight)
        .where(CanaryFlight.id == flight_id, CanaryFlight.home_at.is_(None))
        .values(home_at=clock.now())
        .returning(CanaryFlight.id)
    ).scalar()
    return back is not None


def last_home() -> datetime | None:
    """When it last came home; None: never."""
    return db.session.scalar(select(func.max(CanaryFlight.home_at)))


def is_late() -> bool:
    """Whether one has been under way, and none has come home, for longer than it takes."""
    now = clock.now()
    first = db.session.scalar(select(func.min(CanaryFlight.created_at)))
    home = last_home()
    return first is not None and now - (home or first) > LATE


def line() -> str:
    """What the operator's watch reads of it; empty where no mail comes in."""
    if not settings().mail_domain:
        return ""
    home = last_home()
    when = f"{home:%Y-%m-%dT%H:%MZ}" if home else "never"
    return f"canary: {'late' if is_late() else 'well' if home else 'waiting'}, last home {when}"
