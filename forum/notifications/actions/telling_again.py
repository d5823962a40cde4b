"""A letter that waited is looked at again when it is handed over: it is about what is seen then.

Who left a project, a thread that became narrower, a post that was removed: such a letter is
withdrawn. What it told beside is put back as it stood, so the next round of the worker composes
it anew, without what went out of sight.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from forum.accounts.queries import identity_of_person
from forum.db import db
from forum.lib import clock
from forum.notifications.models import LetterPlan, Notification
from forum.notifications.queries.sight import all_in_sight
from forum.spaces import viewer_of


def may_still_go(person_id: int, tells: dict[str, Any]) -> bool:
    """Whether its reader sees all of it now; else the rest is told again."""
    identity = identity_of_person(person_id)
    if identity is not None and all_in_sight(viewer_of(identity), tells):
        return True
    if again := tells.get("again"):
        _put_back(person_id, again)
    return False


def as_told(entries: Collection[int]) -> list[list[Any]]:
    """Those entries as they stand: which letter told of them last, and up to where."""
    rows = db.session.execute(
        select(Notification.id, Notification.mailed_at, Notification.mailed_number)
        .where(Notification.id.in_(entries))
        .order_by(Notification.id)
    )
    return [[one, at.isoformat() if at else None, number] for one, at, number in rows]


def _put_back(person_id: int, again: dict[str, Any]) -> None:
    """As if it had not been written; what another letter told since stays told."""
    at = datetime.fromisoformat(again["at"])
    for entry_id, mailed_at, number in again["entries"]:
        db.session.execute(
            update(Notification)
            .where(Notification.id == entry_id, Notification.mailed_at == at)
            .values(mailed_at=_moment(mailed_at), mailed_number=number)
            .execution_options(synchronize_session=False)
        )
    if plan := again.get("plan"):
        db.session.execute(
            update(LetterPlan)
            .where(LetterPlan.person_id == person_id, LetterPlan.last_at == at)
            .values(next_at=clock.now(), **{name: _moment(was) for name, was in plan.items()})
            .execution_options(synchronize_session=False)
        )


def _moment(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None
