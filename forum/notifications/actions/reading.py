"""Marking entries as read, and forgetting them in time."""

from datetime import timedelta
from typing import cast

from sqlalchemy import CursorResult, delete, or_, select, update

from forum.db import db
from forum.discussions.models import Thread
from forum.lib import clock
from forum.notifications.models import Notification
from forum.spaces import Viewer
from forum.web.paging import read_cursor

KEPT_READ = timedelta(days=180)  # half a year: a season's talk can still be found by it


def read(
    viewer: Viewer,
    *,
    thread_id: int | None = None,
    proposal_id: int | None = None,
    until: str | None = None,
) -> None:
    """Mark as read the entry of that thread or proposal, or all of them.

    `until` is the cursor of the newest entry that was shown: what came after it stays unread.
    """
    which = [Notification.person_id == viewer.person_id, Notification.read_at.is_(None)]
    if thread_id is not None:
        which.append(Notification.thread_id == thread_id)
    if proposal_id is not None:
        which.append(Notification.proposal_id == proposal_id)
    if shown := read_cursor(until):
        which.append(Notification.told_at <= shown[0])
    db.session.execute(update(Notification).where(*which).values(read_at=clock.now()))


def read_thread(viewer: Viewer, thread_id: int, number: int) -> None:
    """The viewer has read the thread up to that number: so its entry is, if it goes no further."""
    db.session.execute(
        update(Notification)
        .where(
            Notification.person_id == viewer.person_id,
            Notification.thread_id == thread_id,
            Notification.read_at.is_(None),
            or_(
                Notification.upto_number.is_(None),
                Notification.upto_number <= number,
                select(Thread.last_number).where(Thread.id == thread_id).scalar_subquery()
                <= number,  # the last ones went to another thread
            ),
        )
        .values(read_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def read_proposal(person_id: int | None, proposal_id: int) -> None:
    """They acted on the proposal: what they were told of it is known to them."""
    db.session.execute(
        update(Notification)
        .where(
            Notification.person_id == person_id,
            Notification.proposal_id == proposal_id,
            Notification.read_at.is_(None),
        )
        .values(read_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def forget_old() -> int:
    """Delete what was read long ago; returns how many entries."""
    gone = db.session.execute(
        delete(Notification)
        .where(Notification.read_at < clock.now() - KEPT_READ)
        .execution_options(synchronize_session=False)
    )
    return cast(CursorResult[object], gone).rowcount
