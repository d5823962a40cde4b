"""The public record of what was done, from the ledger."""

from typing import Any

from sqlalchemy import and_, case, or_, select
from sqlalchemy.orm import aliased

from forum.accounts.models import Person
from forum.activity.models import Event
from forum.db import db
from forum.discussions.models import Post, Thread
from forum.moderation.kinds import ForAuthor, ForPost
from forum.moderation.models import Decision
from forum.moderation.queries.deciding import PAGE
from forum.moderation.rows import RecordLine
from forum.spaces import Viewer
from forum.spaces.models import Space
from forum.spaces.queries import seen_by
from forum.web import paging

_STRAIGHT = ("post.removed", "post.restored")  # what is done from a thread, without a report

_LIFTED = "suspension.lifted"
_DECIDED = ("report.decided", _LIFTED)  # what is done with a decision


def what_was_done(viewer: Viewer, after: str | None = None) -> paging.Page[RecordLine]:
    """What was done in the spaces the viewer sees, newest first, without words, titles or names.

    It is read from the ledger: decisions about reports, and what was removed or restored of
    somebody else's straight from a thread.
    """
    decided = Event.object_type == Decision.__name__
    with_a_decision = select(_Act.id).where(_Act.act_id == Event.id).correlate(Event).exists()
    straight = and_(Event.verb.in_(_STRAIGHT), Event.actor_id != Post.author_id, ~with_a_decision)
    query = (
        select(
            Event.id,
            Event.created_at,
            Space.kind,
            Event.verb,
            Person.side,
            Decision.reason,
            Decision.for_post,
            Decision.for_author,
            Decision.until,
        )
        .outerjoin(Decision, and_(decided, Decision.id == Event.object_id))
        .join(Post, Post.id == case((decided, Decision.post_id), else_=Event.object_id))
        .join(Thread, Thread.id == Post.thread_id)
        .join(Space, Space.id == Thread.space_id)
        .join(Person, Person.id == Event.actor_id)
        .where(seen_by(viewer, Thread.space_id), or_(Event.verb.in_(_DECIDED), straight))
        .where(Event.verb.in_((*_DECIDED, *_STRAIGHT)))
        .order_by(Event.created_at.desc(), Event.id.desc())
        .limit(PAGE + 1)
    )
    place = paging.older_than(Event.created_at, Event.id, after)
    if place is not None:
        query = query.where(place)
    return paging.page_of([_line(row) for row in db.session.execute(query)], PAGE, "created_at")


def _line(row: Any) -> RecordLine:
    straight = ForPost.REMOVED if row.verb == "post.removed" else ForPost.RESTORED
    return RecordLine(
        id=row.id,
        created_at=row.created_at,
        space_kind=row.kind,
        by=str(row.side),
        reason=row.reason,
        for_post=row.for_post or straight,
        for_author=row.for_author or ForAuthor.NOTHING,
        until=row.until,
        lifted=row.verb == _LIFTED,
    )


_Act = aliased(Decision)
