"""Lifting a suspension before its end."""

from flask import url_for
from werkzeug.wrappers import Response

from forum.accounts.policy import can_suspend_for_a_time
from forum.lib.permission import require
from forum.moderation import actions, policy
from forum.moderation.forms import LiftingForm
from forum.moderation.queries import suspensions
from forum.moderation.views.blueprint import bp
from forum.spaces import current_viewer
from forum.web.answer import answer, answer_with_form
from forum.web.guard import signed_in
from forum.web.locale import gettext as _


@bp.route("/moderation/suspensions/<id>/lifting", methods=["GET", "POST"])
@signed_in
def lifting(id: str) -> Response:
    """End the suspension of the person of that public id, with a reason."""
    viewer = current_viewer()
    require(policy.can_moderate(viewer))
    one = suspensions.running_or_404(viewer, id)
    require(can_suspend_for_a_time(viewer, one.author))
    form = LiftingForm()
    if form.accepts():
        actions.lift(viewer, one, reason=form.reason.data or "")
        return answer(
            then=url_for("moderation.queue"),
            say=_("The suspension is lifted: %(name)s can sign in again.", name=one.name),
        )
    return answer_with_form("moderation/lifting.html", form, one=one)
