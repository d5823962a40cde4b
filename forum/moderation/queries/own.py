"""What a person reads of moderation that concerns themselves: their posts, reports, warnings."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from werkzeug.exceptions import NotFound

from forum.db import ME, db, made_once, rows_of
from forum.discussions.models import Post, SpokenFor, Thread
from forum.discussions.queries import reachable
from forum.moderation.kinds import ForAuthor, ForPost
from forum.moderation.models import Decision, FormalWarning, Report
from forum.moderation.policy import can_moderate
from forum.moderation.queries.deciding import DECISIONS, PAGE, reported_in
from forum.moderation.rows import DecisionLine, OwnDecision, OwnReport, WaitingAtHome, WarningPage
from forum.spaces import Viewer
from forum.spaces.models import Space
from forum.web import paging


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
        .where(reported_in(spaces, ME))
        .scalar_subquery()
        if moderates
        else literal(0)
    )
    unread = select(func.aggregate_strings(FormalWarning.public_id, ",")).where(
        FormalWarning.person_id == ME, FormalWarning.acknowledged_at.is_(None)
    )
    columns: list[Any] = [reported.label("reported"), unread.scalar_subquery().label("warnings")]
    return select(*columns)


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
        DECISIONS.where(_on_report(row.decision_id, post_id)).order_by(Decision.id.desc()).limit(1)
    ).one()
    return OwnReport(row.reason, row.note, DecisionLine(*decided))


def last_decision_for(viewer: Viewer, post_id: int) -> int | None:
    """The post's version when a report of the viewer on it was last decided about."""
    return db.session.execute(
        select(func.max(Decision.post_version))
        .join(Report, _on_report(Report.decision_id, Report.post_id))
        .where(Report.post_id == post_id, Report.reporter_id == viewer.person_id)
    ).scalar()


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


def _on_report(decision_id: Any, post_id: Any) -> ColumnElement[bool]:
    """The decision about a report, and whatever brought the post back after it."""
    back = and_(
        Decision.post_id == post_id,
        Decision.for_post == ForPost.RESTORED,
        Decision.id > decision_id,
    )
    return or_(Decision.id == decision_id, back)


def _spoken_by(person_id: int | None, post_id: Any) -> ColumnElement[bool]:
    spoken = select(SpokenFor.id).where(
        SpokenFor.post_id == post_id,
        SpokenFor.claimant_id == person_id,
        SpokenFor.confirmed_at.is_not(None),
    )
    return spoken.correlate(Decision).exists()
