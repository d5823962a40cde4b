"""Reporting a post, and what came of it."""

from flask import url_for
from werkzeug.wrappers import Response

from forum.discussions.queries import post_or_404
from forum.discussions.rows import PlacedPost
from forum.lib.permission import require
from forum.moderation import actions, policy
from forum.moderation.forms import ReportForm
from forum.moderation.kinds import Reason
from forum.moderation.queries import own
from forum.moderation.rows import OwnReport
from forum.moderation.views.blueprint import bp
from forum.moderation.wording import post_sentence
from forum.spaces import Viewer, current_viewer
from forum.web.answer import answer
from forum.web.guard import signed_in
from forum.web.locale import gettext as _


@bp.get("/posts/<id>/reports")
@signed_in
def report_form(id: str) -> Response:
    """The form to report a post, or what was decided about the viewer's report."""
    viewer = current_viewer()
    post = post_or_404(id, viewer)
    earlier = own.own_report(viewer, post.id)
    if not (earlier and earlier.decision):
        require(policy.can_report(viewer, post.thread, post))
    form = ReportForm()
    if earlier and not earlier.decision:
        form = ReportForm(reason=earlier.reason.value, note=earlier.note)
    return _page(viewer, post, form, earlier)


@bp.post("/posts/<id>/reports")
@signed_in
def report(id: str) -> Response:
    """Store the report, or change the one that waits."""
    form, viewer = ReportForm(), current_viewer()
    post = post_or_404(id, viewer)
    require(policy.can_report(viewer, post.thread, post))
    if form.accepts():
        actions.report(viewer, post, reason=Reason(form.reason.data), note=form.note.data or "")
        return answer(
            then=url_for("discussions.post", id=post.public_id),
            say=_(
                "Thank you. Who facilitates will look at it, and you will be told what came of it."
            ),
        )
    return _page(viewer, post, form, own.own_report(viewer, post.id))


def _page(
    viewer: Viewer, post: PlacedPost, form: ReportForm, earlier: OwnReport | None
) -> Response:
    decided = earlier.decision if earlier else None
    again = post.version != decided.post_version if decided else True
    return answer(
        "moderation/report.html",
        status=form.status,
        form=form,
        post=post,
        earlier=earlier,
        decided=decided,
        outcome=post_sentence,
        may_report=again and policy.can_report(viewer, post.thread, post),
    )
