"""What who facilitates decides about: posts with open reports, and what is known of them."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, select
from sqlalchemy.orm import aliased

from forum.accounts.models import Person
from forum.db import db
from forum.discussions.models import Post, SpokenFor, Thread
from forum.moderation.kinds import Reason
from forum.moderation.models import Decision, Report
from forum.moderation.rows import Author, DecisionLine, Queued, Reported, ReportLine, Standing
from forum.spaces import Viewer
from forum.spaces.models import Space
from forum.spaces.queries import seen_by
from forum.web import paging

PAGE = 20  # posts in the queue, or lines of the record
MOST_OF_PERSON = 10  # decisions shown on somebody's page


def waiting_count(viewer: Viewer) -> int:
    """How many posts wait for a decision by the viewer, who facilitates."""
    return db.session.execute(
        select(func.count(func.distinct(Report.post_id)))
        .join(Post, Post.id == Report.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(_reported_to(viewer))
    ).scalar_one()


def waiting(viewer: Viewer, after: str | None = None) -> paging.Page[Queued]:
    """Posts with open reports that the viewer may decide about, the newest report first."""
    grouped = (
        select(
            Report.post_id,
            func.count().label("count"),
            func.max(Report.created_at).label("latest"),
            func.aggregate_strings(cast(Report.reason, String), ",").label("reasons"),
        )
        .join(Post, Post.id == Report.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(_reported_to(viewer))
        .group_by(Report.post_id)
        .subquery()
    )
    query = (
        select(
            Post.id,
            Post.public_id,
            Post.number,
            Thread.title,
            Thread.language,
            Space.kind,
            Person.name,
            Post.removed_at.is_not(None),
            grouped.c.count,
            grouped.c.latest,
            grouped.c.reasons,
        )
        .join(grouped, grouped.c.post_id == Post.id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Space, Space.id == Thread.space_id)
        .join(Person, Person.id == Post.author_id)
        .order_by(grouped.c.latest.desc(), Post.id.desc())
        .limit(PAGE + 1)
    )
    place = paging.older_than(grouped.c.latest, Post.id, after)
    if place is not None:
        query = query.where(place)
    rows = [_queued(*row) for row in db.session.execute(query)]
    return paging.page_of(rows, PAGE, "latest")


def _queued(*columns: Any) -> Queued:
    *plain, reasons = columns
    said = tuple(Reason(one) for one in sorted(set(reasons.split(","))))
    return Queued(*(*plain, said))


def reports_on(post_id: int) -> list[ReportLine]:
    """The open reports on a post, oldest first. The caller asks who may read them."""
    rows = db.session.execute(
        select(Person.name, Person.public_id, Report.reason, Report.note, Report.created_at)
        .join(Person, Person.id == Report.reporter_id)
        .where(Report.post_id == post_id, Report.decision_id.is_(None))
        .order_by(Report.id)
    )
    return [ReportLine(*row) for row in rows]


def reported(post_id: int) -> Reported:
    """What deciding about the post needs; its words also where it was removed.

    The caller asks who may read it.
    """
    ever = select(func.count()).where(Report.post_id == post_id).scalar_subquery()
    words, reports, *author = db.session.execute(
        select(Post.html, ever, Person.id, Person.side, Person.is_operator)
        .join(Person, Person.id == Post.author_id)
        .where(Post.id == post_id)
    ).one()
    return Reported(words, reports, Author(*author))


def decisions_on(post_id: int) -> list[DecisionLine]:
    """What was decided about a post, the newest first. The caller asks who may read it."""
    query = DECISIONS.where(Decision.post_id == post_id).order_by(Decision.id.desc())
    return [DecisionLine(*row) for row in db.session.execute(query)]


def standing(viewer: Viewer, person_id: int) -> Standing:
    """What is known of somebody from the spaces the viewer, who facilitates, sees."""
    waiting_now = db.session.execute(
        select(func.count())
        .select_from(Report)
        .join(Post, Post.id == Report.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(Post.author_id == person_id, _reported_to(viewer))
    ).scalar_one()
    decided = db.session.execute(
        DECISIONS.where(Decision.author_id == person_id, seen_by(viewer, Thread.space_id))
        .order_by(Decision.id.desc())
        .limit(MOST_OF_PERSON)
    )
    return Standing(waiting_now, [DecisionLine(*row) for row in decided])


def reporters_before(decision: Decision) -> set[int]:
    """Who reported the post and was told something else of it before this decision."""
    earlier = select(Report.reporter_id).where(
        Report.post_id == decision.post_id, Report.decision_id < decision.id
    )
    return set(db.session.scalars(earlier))


def speakers_of(post_id: int) -> set[int]:
    """The person whose words a post holds that somebody else wrote down, if it is known."""
    return set(
        db.session.scalars(
            select(SpokenFor.claimant_id).where(
                SpokenFor.post_id == post_id, SpokenFor.confirmed_at.is_not(None)
            )
        )
    )


def people_of(ids: Iterable[int], *which: ColumnElement[bool]) -> list[Person]:
    """These people, as far as they are such; not all of them have an address."""
    wanted = select(Person).where(Person.id.in_(list(ids)), *which)
    return list(db.session.scalars(wanted.order_by(Person.id)))


def _reported_to(viewer: Viewer) -> ColumnElement[bool]:
    return reported_in(viewer.space_ids, viewer.person_id)


def reported_in(spaces: tuple[int, ...], me: Any) -> ColumnElement[bool]:
    """Joined to Post and Thread: a report is open, and that person may decide about it there."""
    return and_(
        Report.decision_id.is_(None),
        Thread.space_id.in_(spaces),
        Post.author_id != me,  # somebody else decides about those
    )


_Decider = aliased(Person)
DECISIONS = (
    select(
        Decision.id,
        Decision.reason,
        Decision.for_post,
        Decision.for_author,
        Decision.explanation,
        Decision.until,
        Decision.created_at,
        _Decider.name,
        Space.kind,
        Post.public_id,
        Decision.post_version,
    )
    .join(_Decider, _Decider.id == Decision.decided_by_id)
    .join(Post, Post.id == Decision.post_id)
    .join(Thread, Thread.id == Post.thread_id)
    .join(Space, Space.id == Thread.space_id)
)
