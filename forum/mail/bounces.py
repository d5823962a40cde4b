"""Letters that come back: an address that lets several come back is written to no more.

Each report counts once a day and address, for good more than for now; what was counted falls by
half in a fortnight. Three letters in a week to an address that is no more pause it, a full mailbox
takes longer, and one that recovered is forgotten. Letters with a secret, which somebody asked for
just now (a new password), are tried all the same.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from forum.db import db
from forum.db.inserting import upsert
from forum.lib import clock
from forum.mail.models import BouncedAddress, Letter, LetterStatus
from forum.mail.reading import Failure

FOR_GOOD, FOR_NOW = 100, 40  # points of a report
PAUSED_AT = 250  # points
HALF = timedelta(days=14)  # in which the points fall by half
ONCE_IN = timedelta(hours=20)  # a day's letters come back together and count once
REMEMBERED = timedelta(days=400)
_MOST_AT_ONCE = 500


def came_back(letter_id: int, failure: Failure | None) -> bool:
    """Note that a letter of ours came back. Returns whether that was noted."""
    if failure is None:
        return False
    address = db.session.scalar(select(Letter.to_address).where(Letter.id == letter_id))
    if address is not None:
        count(address, failure.status, for_good=failure.for_good)
    return address is not None


def count(address: str, status: str, *, for_good: bool) -> None:
    """Count one failure of that address, in the transaction that is under way."""
    address, now = address.lower(), clock.now()
    db.session.execute(
        upsert(BouncedAddress)
        .values(address=address, points=0, counted_at=now - HALF, status="", created_at=now)
        .on_conflict_do_nothing(index_elements=["address"])
    )
    held = db.session.scalars(
        select(BouncedAddress)
        .where(BouncedAddress.address == address)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if held.points and now - held.counted_at < ONCE_IN:
        return
    held.points = left(held.points, held.counted_at, now) + (FOR_GOOD if for_good else FOR_NOW)
    held.counted_at, held.status = now, status[:12]
    if held.points >= PAUSED_AT and held.paused_at is None:
        held.paused_at = now
    db.session.flush()


def forget_old() -> int:
    """Forget addresses that nothing came back from for long: also paused ones have a new try."""
    old = delete(BouncedAddress).where(BouncedAddress.counted_at < clock.now() - REMEMBERED)
    gone: Any = db.session.execute(old)
    return int(gone.rowcount)


def left(points: int, since: datetime, now: datetime) -> int:
    """What is left of points that were counted then."""
    return int(points * 0.5 ** ((now - since) / HALF))


def try_again(address: str) -> None:
    """Write to the address again, as if nothing had come back."""
    db.session.execute(
        update(BouncedAddress)
        .where(BouncedAddress.address == address.lower())
        .values(points=0, paused_at=None)
    )


def hold_back() -> int:
    """Give up the letters that wait for paused addresses. Returns how many."""
    paused = select(BouncedAddress.address).where(BouncedAddress.paused_at.is_not(None))
    waiting = list(
        db.session.scalars(
            select(Letter.id)
            .where(
                Letter.status == LetterStatus.WAITING,
                Letter.secret.is_(False),
                Letter.to_address.in_(paused),
            )
            .limit(_MOST_AT_ONCE)
        )
    )
    if waiting:
        db.session.execute(
            update(Letter)
            .where(Letter.id.in_(waiting), Letter.status == LetterStatus.WAITING)
            .values(status=LetterStatus.FAILED)
            .execution_options(synchronize_session=False)
        )
    return len(waiting)
