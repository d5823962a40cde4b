"""Suspensions that run and those that were lifted, for who facilitates."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased
from werkzeug.exceptions import NotFound

from forum.accounts.models import Person
from forum.db import db
from forum.discussions.models import Post, Thread
from forum.lib import clock
from forum.moderation.kinds import ForPost
from forum.moderation.models import Decision, Lifting
from forum.moderation.rows import Author, LiftedLine, Suspension
from forum.spaces import Viewer
from forum.spaces.models import Space
from forum.spaces.queries import seen_by

MOST_RUNNING = 40  # suspensions listed, the latest

_Decider = aliased(Person)


def running(viewer: Viewer) -> list[Suspension]:
    """The suspensions that run for posts the viewer may read, the latest first."""
    query = _running(viewer).order_by(Decision.id.desc()).limit(MOST_RUNNING)
    return [_suspension(row) for row in db.session.execute(query)]


def running_of(viewer: Viewer, person: str) -> Suspension | None:
    """The one that runs for the person of that public id, as far as the viewer may read."""
    query = _running(viewer).where(Person.public_id == person).order_by(Decision.id.desc())
    row = db.session.execute(query).first()
    return _suspension(row) if row else None


def running_or_404(viewer: Viewer, person: str) -> Suspension:
    """The same. Raises NotFound when there is none."""
    found = running_of(viewer, person)
    if found is None:
        raise NotFound
    return found


def lifted_on(post_id: int) -> list[LiftedLine]:
    """The suspensions for a post that were lifted. The caller asks who may read it."""
    rows = db.session.execute(
        select(Person.name, Lifting.reason, Lifting.created_at)
        .join(Person, Person.id == Lifting.person_id)
        .join(Decision, Decision.id == Lifting.decision_id)
        .where(Decision.post_id == post_id)
        .order_by(Lifting.id.desc())
    )
    return [LiftedLine(*row) for row in rows]


def _running(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    """A decision's suspension runs while the account is closed until the very time it said."""
    return (
        select(
            Decision.id,
            Person.id,
            Person.side,
            Person.is_operator,
            Person.public_id,
            Person.name,
            Decision.explanation,
            Decision.until,
            Decision.created_at,
            _Decider.name,
            Space.id,
            Space.kind,
            Post.public_id,
            (Decision.for_post == ForPost.REMOVED) & Post.removed_at.is_(None),
        )
        .join(Person, Person.id == Decision.author_id)
        .join(_Decider, _Decider.id == Decision.decided_by_id)
        .join(Post, Post.id == Decision.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Space, Space.id == Thread.space_id)
        .where(
            Person.suspended_until == Decision.until,
            Person.suspended_until > clock.now(),
            seen_by(viewer, Thread.space_id),
        )
    )


def _suspension(row: Any) -> Suspension:
    decision_id, person_id, side, is_operator, *rest = row
    return Suspension(decision_id, Author(person_id, side, is_operator), *rest)
