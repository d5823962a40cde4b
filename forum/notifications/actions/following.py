"""Watching and muting. It is one's own affair: the ledger does not hear of it."""

from sqlalchemy import delete, literal, select

from forum.db import db
from forum.db.inserting import upsert
from forum.db.types import UTCDateTime
from forum.lib import clock
from forum.lib.permission import require
from forum.notifications import policy
from forum.notifications.kinds import Level, What
from forum.notifications.models import Subscription
from forum.spaces import Viewer


def follow(viewer: Viewer, what: What, thing_id: int, level: Level | None) -> None:
    """From now on the viewer watches or mutes that, or (None) neither. Raises Forbidden.

    The caller has reached the thing as the viewer does.
    """
    require(policy.can_follow(viewer))
    mine = {"person_id": viewer.person_id, "what": what, "thing_id": thing_id}
    if level is None:
        db.session.execute(delete(Subscription).filter_by(**mine))
        return
    wanted = upsert(Subscription).values(**mine, level=level)
    db.session.execute(
        wanted.on_conflict_do_update(
            index_elements=["person_id", "what", "thing_id"], set_={"level": level}
        )
    )


def follow_by_writing(person_id: int, thread_id: int) -> None:
    """Who writes in a thread watches it, unless they chose otherwise before."""
    wanted = upsert(Subscription).values(
        person_id=person_id, what=What.THREAD, thing_id=thread_id, level=Level.WATCH
    )
    db.session.execute(
        wanted.on_conflict_do_nothing(index_elements=["person_id", "what", "thing_id"])
    )


def follow_along(source_id: int, target_id: int) -> None:
    """Who follows or mutes the one thread does so with the other, unless they chose otherwise."""
    rows = select(
        Subscription.person_id,
        Subscription.what,
        literal(target_id),
        Subscription.level,
        literal(clock.now(), UTCDateTime),
    ).where(Subscription.what == What.THREAD, Subscription.thing_id == source_id)
    db.session.execute(
        upsert(Subscription)
        .from_select(["person_id", "what", "thing_id", "level", "created_at"], rows)
        .on_conflict_do_nothing(index_elements=["person_id", "what", "thing_id"])
    )
