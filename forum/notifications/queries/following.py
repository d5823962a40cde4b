"""What somebody follows and mutes, as far as they see it now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from forum.db import db
from forum.discussions.models import Thread, Topic
from forum.discussions.queries import reachable
from forum.discussions.topics import topic_label
from forum.exchanges.models import Exchange, Stage
from forum.notifications.kinds import Level, What
from forum.notifications.models import Subscription
from forum.spaces import Viewer
from forum.web import paging

PAGE = 20  # things: three thumbs' lengths on a phone
MOST_PLACES = 60  # a page of addresses
LEVELS = (None, Level.WATCH, Level.MUTE)  # by the number that stands for each in a statement
HERE = ("thread", "topic", "exchange", "stage")  # what `level_here` binds


@dataclass(frozen=True, kw_only=True)
class Followed:
    """Something the viewer watches or mutes. `key` is the last part of its address."""

    id: int
    what: What
    level: Level
    created_at: datetime
    thread_id: str | None
    topic_slug: str | None
    exchange_slug: str | None
    stage_number: int | None
    title: str
    language: str | None


def level_of(viewer: Viewer, what: What, thing_id: int) -> Level | None:
    """Whether the viewer watches or mutes that very thing."""
    return db.session.scalars(
        select(Subscription.level).where(
            Subscription.person_id == viewer.person_id,
            Subscription.what == what,
            Subscription.thing_id == thing_id,
        )
    ).one_or_none()


def followed(viewer: Viewer, after: str | None = None) -> paging.Page[Followed]:
    """What the viewer watches and mutes, the latest first, as far as they see it now."""
    query = _what_is_followed(viewer).order_by(
        Subscription.created_at.desc(), Subscription.id.desc()
    )
    further = paging.older_than(Subscription.created_at, Subscription.id, after)
    if further is not None:
        query = query.where(further)
    rows = db.session.execute(query.limit(PAGE + 1)).mappings()
    return paging.page_of([_followed(dict(row)) for row in rows], PAGE, "created_at")


def watched_places(viewer: Viewer) -> list[Followed]:
    """The topics, stages and exchanges that the viewer watches, by name, to a limit."""
    query = _what_is_followed(viewer).where(
        Subscription.level == Level.WATCH,
        Subscription.what.in_((What.TOPIC, What.STAGE, What.EXCHANGE)),
    )
    rows = db.session.execute(query.order_by(Subscription.id).limit(MOST_PLACES)).mappings()
    return sorted((_followed(dict(row)) for row in rows), key=lambda one: one.title)


def _what_is_followed(viewer: Viewer) -> Select[Any]:
    """The viewer's subscriptions to what they see, with the names and addresses of that."""
    topic, exchange = aliased(Topic), aliased(Exchange)

    def is_of(*whats: What) -> ColumnElement[bool]:
        return Subscription.what.in_(whats)

    columns: list[Any] = [
        Subscription.id,
        Subscription.what,
        Subscription.level,
        Subscription.created_at,
        Thread.public_id.label("thread_id"),
        topic.slug.label("topic_slug"),
        exchange.slug.label("exchange_slug"),
        Stage.number.label("stage_number"),
        func.coalesce(Thread.title, Stage.title, exchange.title, "").label("title"),
        func.coalesce(Thread.language, exchange.language).label("language"),
    ]
    return (
        select(*columns)
        .outerjoin(Thread, and_(is_of(What.THREAD), Thread.id == Subscription.thing_id))
        .outerjoin(topic, and_(is_of(What.TOPIC), topic.id == Subscription.thing_id))
        .outerjoin(Stage, and_(is_of(What.STAGE), Stage.id == Subscription.thing_id))
        .outerjoin(
            exchange,
            or_(
                exchange.id == Stage.exchange_id,
                and_(is_of(What.EXCHANGE), exchange.id == Subscription.thing_id),
            ),
        )
        .where(
            Subscription.person_id == viewer.person_id,
            or_(
                and_(Thread.id.is_not(None), Thread.removed_at.is_(None), reachable(viewer)),
                topic.id.is_not(None),
                exchange.id.is_not(None),
            ),
        )
    )


def level_here(_side: str, me: Any, _spaces: Any) -> Select[Any]:
    """The viewer's level for what this page is about, as its place in LEVELS; 0 for neither.

    A part of the viewer's statement; the page's thing is bound by the words of its address.
    """
    thread, topic, exchange = (bindparam(name, type_=String) for name in HERE[:3])
    stage = bindparam("stage", type_=Integer)
    the_exchange = select(Exchange.id).where(Exchange.slug == exchange)
    the_stage = select(Stage.id).where(
        Stage.exchange_id == the_exchange.scalar_subquery(), Stage.number == stage
    )
    things = {
        What.THREAD: select(Thread.id).where(Thread.public_id == thread),
        What.TOPIC: select(Topic.id).where(Topic.slug == topic),
        What.STAGE: the_stage,
        What.EXCHANGE: the_exchange.where(stage.is_(None)),
    }
    number = case(
        {level: place for place, level in enumerate(LEVELS) if level}, value=Subscription.level
    )
    return select(func.coalesce(func.max(number), 0)).where(
        Subscription.person_id == me,
        or_(
            *(
                and_(Subscription.what == what, Subscription.thing_id == ids.scalar_subquery())
                for what, ids in things.items()
            )
        ),
    )


def _followed(row: dict[str, Any]) -> Followed:
    if row["topic_slug"]:
        row["title"] = topic_label(row["topic_slug"])
    return Followed(**row)
