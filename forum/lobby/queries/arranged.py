"""What was closed, moved, merged and split since somebody's last visit, as far as they see it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, case, cast, literal, null, select, union_all
from sqlalchemy.orm import aliased

from forum.db import db
from forum.discussions.kinds import Arranged
from forum.discussions.models import Arrangement, Thread
from forum.exchanges.models import Exchange, Stage
from forum.lib import clock
from forum.spaces import Viewer
from forum.spaces.queries import seen_by

MOST = 8  # lines: a hand-over of many is told by its stage
CLOSED = "closed"
_TOLD = (Arranged.MOVED, Arranged.CARRIED, Arranged.MERGED, Arranged.SPLIT_FROM)  # once each


@dataclass(frozen=True)
class Deed:
    """A stage that closed, or what who facilitates did to a thread."""

    what: str  # CLOSED, or an Arranged
    key: str  # of the thread, a public id; of a stage, the exchange's slug
    title: str
    language: str | None
    number: int | None  # of the stage: that closed, or where the thread is now
    other: str | None  # title of the thread that was merged into it, or that it was a branch of
    at: datetime


def arranged(viewer: Viewer, since: datetime) -> list[Deed]:
    """The newest, at most MOST, in one statement."""
    other, now = aliased(Thread), clock.now()
    seen_other = case((seen_by(viewer, other.space_id), other.title))
    done = (
        select(
            cast(Arrangement.what, String).label("what"),
            Thread.public_id.label("key"),
            Thread.title.label("title"),
            Thread.language.label("language"),
            Stage.number.label("number"),
            seen_other.label("other"),
            Arrangement.created_at.label("at"),
        )
        .join(Thread, Thread.id == Arrangement.thread_id)
        .outerjoin(Stage, Stage.id == Thread.stage_id)
        .outerjoin(other, other.id == Arrangement.other_thread_id)
        .where(
            Arrangement.created_at > since,
            Arrangement.what.in_(_TOLD),
            Thread.removed_at.is_(None),
            seen_by(viewer, Thread.space_id),
        )
    )
    closed = (
        select(
            literal(CLOSED),
            Exchange.slug,
            Stage.title,
            null(),
            Stage.number,
            null(),
            Stage.closes_at,
        )
        .join(Exchange, Exchange.id == Stage.exchange_id)
        .where(Stage.closes_at > since, Stage.closes_at <= now)
    )
    both = union_all(done, closed).subquery()  # the first gives the columns their names
    rows = db.session.execute(select(both).order_by(both.c.at.desc()).limit(MOST))
    return [Deed(*row) for row in rows]
