"""Deciding about reports, and what comes of it for the post and who wrote it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from forum import activity
from forum.accounts import actions as accounts
from forum.activity.models import Event
from forum.db import db
from forum.discussions import actions as discussions
from forum.discussions.actions.holding import hold_post
from forum.discussions.models import Post
from forum.discussions.rows import PlacedPost
from forum.lib import clock
from forum.lib.permission import WrongState, require
from forum.moderation import policy
from forum.moderation.actions import telling
from forum.moderation.kinds import ForAuthor, ForPost, Reason
from forum.moderation.models import Decision, FormalWarning, Report
from forum.moderation.queries import deciding, own
from forum.spaces import Viewer
from forum.web.locale import gettext as _
from forum.web.locale import when

_deciding: ContextVar[bool] = ContextVar("deciding", default=False)


@dataclass(frozen=True)
class Verdict:
    """What is decided, and why. `days` only matters for a suspension."""

    for_post: ForPost
    for_author: ForAuthor
    reason: Reason
    explanation: str
    days: int = 0


def decide(viewer: Viewer, post: PlacedPost, verdict: Verdict, *, upto: int) -> Decision:
    """Decide about the first `upto` reports on the post, those the viewer has read.

    The reporters and the author are told. Raises Forbidden, NotFound, Refused for a suspension
    out of bounds, and WrongState when somebody decided meanwhile, or the post is not in the
    state for it any more.
    """
    held, now_post = hold_post(viewer, post)
    require(policy.can_decide(viewer, now_post))
    reports = _open(held.id, upto)
    if not reports:
        raise WrongState(_decided_already(held.id))
    until = clock.now() + timedelta(days=verdict.days)
    act_id = _act(viewer, now_post, verdict)
    decision = Decision(
        post_id=held.id,
        post_version=held.version,
        author_id=held.author_id,
        decided_by_id=viewer.person_id,
        reason=verdict.reason,
        for_post=verdict.for_post,
        for_author=verdict.for_author,
        explanation=verdict.explanation,
        until=until if verdict.for_author is ForAuthor.SUSPENDED else None,
        act_id=act_id,
    )
    _close(reports, decision)
    space_id = now_post.thread.space_id
    if verdict.for_author is ForAuthor.WARNED:
        _warn(viewer, decision, space_id)
    elif verdict.for_author is ForAuthor.SUSPENDED:
        accounts.suspend_until(
            viewer, held.author_id, until=until, reason=verdict.explanation, space_id=space_id
        )
    _record(viewer.person_id, decision, space_id, len(reports))
    _tell(decision, reports)
    return decision


def settle_removed(event: Event, post: Post) -> None:
    """Who facilitates removed a post straight from its thread: that decides its reports too."""
    if _is_elsewhere(event, post):
        return
    reports = _open(post.id)
    decision = _straight(
        event,
        post,
        ForPost.REMOVED,
        reason=reports[0].reason if reports else Reason.OTHER,
        explanation=post.removal_reason,
        act_id=event.id if reports else None,
    )
    if reports:
        _close(reports, decision)
        _record(event.actor_id, decision, event.space_id, len(reports))
    _tell(decision, reports)


def settle_restored(event: Event, post: Post) -> None:
    """Who facilitates brought it back straight in its thread: whom it concerns is told of it.

    Reports that wait are left waiting: they may be about what is read again.
    """
    if not _is_elsewhere(event, post):
        _tell(_straight(event, post, ForPost.RESTORED), ())


def _is_elsewhere(event: Event, post: Post) -> bool:
    """Whether it is told already: as part of a decision, or done by the author's own hand."""
    return _deciding.get() or event.actor_id is None or event.actor_id == post.author_id


def _straight(event: Event, post: Post, for_post: ForPost, **more: Any) -> Decision:
    """What was done in the thread itself, as a decision like any other."""
    values = {"reason": Reason.OTHER, "explanation": ""} | more
    decision = Decision(
        post_id=post.id,
        post_version=post.version,
        author_id=post.author_id,
        decided_by_id=event.actor_id,
        for_post=for_post,
        for_author=ForAuthor.NOTHING,
        **values,
    )
    db.session.add(decision)
    db.session.flush()
    return decision


def _tell(decision: Decision, reports: Sequence[Report]) -> None:
    telling.tell_reporters(decision, reports)
    telling.tell_author(decision)


def acknowledge(viewer: Viewer, public_id: str) -> FormalWarning:
    """Say that one has read a warning of one's own. Twice is harmless. Raises NotFound."""
    page = own.warning_or_404(public_id, viewer)
    held = db.session.get_one(FormalWarning, page.id, with_for_update=True, populate_existing=True)
    if held.acknowledged_at is None:
        held.acknowledged_at = clock.now()
        activity.record(viewer.person_id, "warning.acknowledged", held)
    return held


def _open(post_id: int, upto: int | None = None) -> list[Report]:
    """The open reports among the first `upto` on the post."""
    shown = db.session.scalars(
        select(Report)
        .where(Report.post_id == post_id)
        .order_by(Report.id)
        .limit(upto)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return [report for report in shown if report.decision_id is None]


def _decided_already(post_id: int) -> str:
    decided = deciding.decisions_on(post_id)
    if not decided:
        return str(_("There is no report on this post that waits for a decision."))
    last = decided[0]
    return str(
        _(
            "%(name)s already decided about this on %(when)s. What was decided is shown below.",
            name=last.decided_by,
            when=when(last.created_at),
        )
    )


def _act(viewer: Viewer, post: PlacedPost, verdict: Verdict) -> int | None:
    """Remove or restore the post; returns the ledger's id of it, None when nothing was done."""
    if verdict.for_post is ForPost.KEPT:
        return None
    with _in_hand():
        if verdict.for_post is ForPost.REMOVED:
            discussions.remove(viewer, post, reason=verdict.explanation)
        else:
            discussions.restore(viewer, post)
    done = select(func.max(Event.id)).where(
        Event.object_type == Post.__name__, Event.object_id == post.id
    )
    return db.session.execute(done).scalar_one()


@contextmanager
def _in_hand() -> Iterator[None]:
    """What happens inside is part of a decision that is told as one."""
    token = _deciding.set(True)
    try:
        yield
    finally:
        _deciding.reset(token)


def _warn(viewer: Viewer, decision: Decision, space_id: int) -> None:
    warning = FormalWarning(person_id=decision.author_id, decision_id=decision.id)
    db.session.add(warning)
    activity.record(
        viewer.person_id,
        "person.warned",
        warning,
        space_id=space_id,
        person=decision.author_id,
        decision=decision.id,
    )


def _record(actor_id: int | None, decision: Decision, space_id: int | None, reports: int) -> None:
    activity.record(
        actor_id,
        "report.decided",
        decision,
        space_id=space_id,
        post=decision.post_id,
        for_post=decision.for_post.value,
        for_author=decision.for_author.value,
        reason=decision.reason.value,
        reports=reports,
    )


def _close(reports: Sequence[Report], decision: Decision) -> None:
    """Store the decision; the reports are decided about by it."""
    db.session.add(decision)
    db.session.flush()
    for report in reports:
        report.decision_id = decision.id
    db.session.flush()
