"""Reports, decisions and warnings, as far as the viewer sees the posts they are about.

Visibility is the thread's of today: when it gets narrower, its reports and decisions go with it.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import aliased
from werkzeug.exceptions import NotFound

from forum.accounts.models import Person
from forum.activity.models import Event
from forum.db import ME, db, made_once, rows_of
from forum.discussions.models import Post, SpokenFor, Thread
from forum.discussions.queries import reachable
from forum.moderation.kinds import ForAuthor, ForPost, Reason
from forum.moderation.models import Decision, FormalWarning, Report
from forum.moderation.policy import can_moderate
from forum.moderation.rows import (
    Author,
    DecisionLine,
    OwnDecision,
    OwnReport,
    Queued,
    RecordLine,
    Reported,
    ReportLine,
    Standing,
    WaitingAtHome,
    WarningPage,
)
from forum.spaces import Viewer
from forum.spaces.models import Space
from forum.spaces.queries import seen_by
from forum.web import paging

PAGE = 20  # posts in the queue, or lines of the record
MOST_OF_PERSON = 10  # decisions shown on somebody's page

_STRAIGHT = ("post.removed", "post.restored")  # what is done from a thread, without a report

_Act = aliased(Decision)
_Decider = aliased(Person)
_DECISIONS = (
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


def _reported_to(viewer: Viewer) -> Any:
    return _reported_in(viewer.space_ids, viewer.person_id)


def _reported_in(spaces: tuple[int, ...], me: Any) -> Any:
    return and_(
        Report.decision_id.is_(None),
        Thread.space_id.in_(spaces),
        Post.author_id != me,  # somebody else decides about those
    )


def waiting_count(viewer: Viewer) -> int:
    """How many posts wait for a decision by the viewer, who facilitates."""
    return db.session.execute(
        select(func.count(func.distinct(Report.post_id)))
        .join(Post, Post.id == Report.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(_reported_to(viewer))
    ).scalar_one()


def waiting_at_home(viewer: Viewer) -> WaitingAtHome:
    """What waits for the viewer, in one statement: posts to decide about, warnings to read."""
    query = _at_home(viewer.space_ids, moderates=bool(can_moderate(viewer)))
    count, warnings = rows_of(query, {"me": viewer.me})[0]
    return WaitingAtHome(count, tuple(warnings.split(",")) if warnings else ())


@made_once
def _at_home(spaces: tuple[int, ...], *, moderates: bool) -> Select[*tuple[Any, ...]]:
    reported = (
        select(func.count(func.distinct(Report.post_id)))
        .join(Post, Post.id == Report.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(_reported_in(spaces, ME))
        .scalar_subquery()
        if moderates
        else literal(0)
    )
    unread = select(func.aggregate_strings(FormalWarning.public_id, ",")).where(
        FormalWarning.person_id == ME, FormalWarning.acknowledged_at.is_(None)
    )
    columns: list[Any] = [reported.label("reported"), unread.scalar_subquery().label("warnings")]
    return select(*columns)


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
    query = _DECISIONS.where(Decision.post_id == post_id).order_by(Decision.id.desc())
    return [DecisionLine(*row) for row in db.session.execute(query)]


def own_report(viewer: Viewer, post_id: int) -> OwnReport | None:
    """What the viewer said of the post last, and what was decided about it."""
    row = db.session.execute(
        select(Report.reason, Report.note, Report.decision_id)
        .where(Report.post_id == post_id, Report.reporter_id == viewer.person_id)
        .order_by(Report.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    if row.decision_id is None:
        return OwnReport(row.reason, row.note, None)
    decided = db.session.execute(
        _DECISIONS.where(_on_report(row.decision_id, post_id)).order_by(Decision.id.desc()).limit(1)
    ).one()
    return OwnReport(row.reason, row.note, DecisionLine(*decided))


def _on_report(decision_id: Any, post_id: Any) -> ColumnElement[bool]:
    """The decision about a report, and whatever brought the post back after it."""
    back = and_(
        Decision.post_id == post_id,
        Decision.for_post == ForPost.RESTORED,
        Decision.id > decision_id,
    )
    return or_(Decision.id == decision_id, back)


def record(viewer: Viewer, after: str | None = None) -> paging.Page[RecordLine]:
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
        .where(seen_by(viewer, Thread.space_id), or_(Event.verb == "report.decided", straight))
        .where(Event.verb.in_(("report.decided", *_STRAIGHT)))
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
    )


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
        _DECISIONS.where(Decision.author_id == person_id, seen_by(viewer, Thread.space_id))
        .order_by(Decision.id.desc())
        .limit(MOST_OF_PERSON)
    )
    return Standing(waiting_now, [DecisionLine(*row) for row in decided])


def unread_warnings(person_id: int) -> list[str]:
    """The public ids of the warnings that the person has not acknowledged, newest first."""
    return list(
        db.session.scalars(
            select(FormalWarning.public_id)
            .where(FormalWarning.person_id == person_id, FormalWarning.acknowledged_at.is_(None))
            .order_by(FormalWarning.id.desc())
        )
    )


def warning_or_404(public_id: str, viewer: Viewer) -> WarningPage:
    """A warning of the viewer's own. Raises NotFound for everybody else's."""
    row = db.session.execute(
        select(
            FormalWarning.id,
            FormalWarning.public_id,
            FormalWarning.created_at,
            FormalWarning.acknowledged_at,
            Decision.reason,
            Decision.explanation,
            Decision.for_post,
            case((reachable(viewer), Post.public_id), else_=None),
        )
        .join(Decision, Decision.id == FormalWarning.decision_id)
        .join(Post, Post.id == Decision.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(FormalWarning.public_id == public_id, FormalWarning.person_id == viewer.person_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return WarningPage(*row)


def own_decisions(viewer: Viewer, after: str | None = None) -> paging.Page[OwnDecision]:
    """What was decided about the viewer's posts and about their reports, newest first.

    It is theirs to read whatever became of the post; of the thread they are told nothing once
    they do not read it any more, and of their reports there neither.
    """
    done = or_(Decision.for_post != ForPost.KEPT, Decision.for_author != ForAuthor.NOTHING)
    by_hand = Decision.author_id == viewer.person_id
    said = and_(_spoken_by(viewer.person_id, Decision.post_id), Decision.for_post != ForPost.KEPT)
    wrote = or_(by_hand, said)
    reports = select(Report.id).where(
        Report.reporter_id == viewer.person_id, _on_report(Report.decision_id, Report.post_id)
    )
    reads = reachable(viewer)

    def if_read(column: Any) -> Any:
        return case((reads, column))

    def if_wrote(column: Any, otherwise: str | None = None) -> Any:
        return case((by_hand, column), else_=otherwise)

    query = (
        select(
            Decision.id,
            Decision.created_at,
            Decision.reason,
            Decision.for_post,
            if_wrote(Decision.for_author, ForAuthor.NOTHING),
            Decision.explanation,
            if_wrote(Decision.until),
            wrote,
            if_read(Thread.title),
            if_read(Thread.language),
            if_read(Post.public_id),
            if_read(Space.kind),
            if_wrote(FormalWarning.public_id),
        )
        .join(Post, Post.id == Decision.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Space, Space.id == Thread.space_id)
        .outerjoin(FormalWarning, FormalWarning.decision_id == Decision.id)
        .where(or_(and_(wrote, done), and_(reads, reports.correlate(Decision).exists())))
        .order_by(Decision.created_at.desc(), Decision.id.desc())
        .limit(PAGE + 1)
    )
    place = paging.older_than(Decision.created_at, Decision.id, after)
    if place is not None:
        query = query.where(place)
    rows = [OwnDecision(*row) for row in db.session.execute(query)]
    return paging.page_of(rows, PAGE, "created_at")


def last_decision_for(viewer: Viewer, post_id: int) -> int | None:
    """The post's version when a report of the viewer on it was last decided about."""
    return db.session.execute(
        select(func.max(Decision.post_version))
        .join(Report, _on_report(Report.decision_id, Report.post_id))
        .where(Report.post_id == post_id, Report.reporter_id == viewer.person_id)
    ).scalar()


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


def _spoken_by(person_id: int | None, post_id: Any) -> ColumnElement[bool]:
    spoken = select(SpokenFor.id).where(
        SpokenFor.post_id == post_id,
        SpokenFor.claimant_id == person_id,
        SpokenFor.confirmed_at.is_not(None),
    )
    return spoken.correlate(Decision).exists()


def people_of(ids: Iterable[int], *which: ColumnElement[bool]) -> list[Person]:
    """These people, as far as they are such; not all of them have an address."""
    wanted = select(Person).where(Person.id.in_(list(ids)), *which)
    return list(db.session.scalars(wanted.order_by(Person.id)))
