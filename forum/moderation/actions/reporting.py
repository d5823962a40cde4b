"""Saying that a post should be looked at."""

from sqlalchemy import select

from forum import activity
from forum.db import db
from forum.discussions.actions.holding import hold_post
from forum.discussions.rows import PlacedPost
from forum.lib.permission import WrongState, require
from forum.moderation import policy
from forum.moderation.kinds import Reason
from forum.moderation.models import Report
from forum.moderation.queries import own
from forum.spaces import Viewer
from forum.web.locale import gettext as _


def report(viewer: Viewer, post: PlacedPost, *, reason: Reason, note: str) -> Report:
    """Report a post; said again while it waits, the reason and the note are changed.

    Raises Forbidden, NotFound when the post left the viewer's sight, and WrongState when what
    they reported was decided about and the post has not changed since.
    """
    held, now_post = hold_post(viewer, post)
    require(policy.can_report(viewer, now_post.thread, now_post))
    assert viewer.person_id is not None
    waiting = db.session.scalars(
        select(Report).where(
            Report.post_id == held.id,
            Report.reporter_id == viewer.person_id,
            Report.decision_id.is_(None),
        )
    ).one_or_none()
    if waiting is not None:
        waiting.reason, waiting.note = reason, note
        return waiting
    if own.last_decision_for(viewer, held.id) == held.version:
        raise WrongState(
            _("Who facilitates already decided about your report, and the post is as it was.")
        )
    made = Report(post_id=held.id, reporter_id=viewer.person_id, reason=reason, note=note)
    db.session.add(made)
    activity.record(
        viewer.person_id,
        "report.made",
        made,
        space_id=now_post.thread.space_id,
        post=held.id,
        reason=reason.value,
    )
    return made
