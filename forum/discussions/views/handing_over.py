"""A closed stage hands on what it left open."""

from flask import request, url_for
from werkzeug.wrappers import Response

from forum.discussions import actions, queries
from forum.discussions.forms import HandOverForm
from forum.discussions.policy import arranging as policy
from forum.discussions.views.blueprint import bp
from forum.exchanges.queries.stages import stage_or_404
from forum.exchanges.rows import StageRow
from forum.lib.permission import Refused, require
from forum.spaces import current_viewer
from forum.web.answer import answer
from forum.web.guard import signed_in
from forum.web.locale import gettext as _
from forum.web.locale import ngettext


@bp.route("/exchanges/<slug>/stages/<int:n>/hand-over", methods=["GET", "POST"])
@signed_in
def hand_over(slug: str, n: int) -> Response:
    """What stays open in the stage, and where each of it is carried on."""
    form, viewer, stage = HandOverForm(), current_viewer(), stage_or_404(slug, n)
    require(policy.can_hand_over(viewer, stage))
    ahead = queries.stages_ahead(stage)
    if form.accepts():
        carried = actions.carry_on(viewer, stage, _chosen(ahead))
        say = (
            ngettext(
                "%(num)d thread was carried on.", "%(num)d threads were carried on.", len(carried)
            )
            if carried
            else _("Nothing was carried on.")
        )
        return answer(then=url_for(".hand_over", slug=slug, n=n), say=say)
    return answer(
        "discussions/hand_over.html",
        form=form,
        stage=stage,
        ahead=ahead,
        page=queries.left_open(viewer, stage, after=request.args.get("after")),
        ticked=set(request.form.getlist("carry")),
        status=form.status,
    )


def _chosen(ahead: list[StageRow]) -> dict[str, StageRow]:
    """The stage chosen for each thread that was ticked, by the thread's public id."""
    by_number = {str(stage.number): stage for stage in ahead}
    chosen = {}
    for public_id in request.form.getlist("carry")[: queries.MOST_LEFT_OPEN]:
        stage = by_number.get(request.form.get(f"to-{public_id}", ""))
        if stage is None:
            raise Refused(_("Please choose a stage that is open or comes."))
        chosen[public_id] = stage
    return chosen
