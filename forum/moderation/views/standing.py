"""What was decided about oneself and one's reports; a warning, for the one it is for."""

from flask import request, url_for
from werkzeug.wrappers import Response

from forum.moderation import actions
from forum.moderation.queries import own
from forum.moderation.views.blueprint import bp
from forum.moderation.wording import post_sentence
from forum.spaces import current_viewer
from forum.web.answer import answer
from forum.web.forms import Form
from forum.web.guard import signed_in
from forum.web.locale import gettext as _


@bp.get("/moderation/decisions")
@signed_in
def own_decisions() -> Response:
    """What was decided about the viewer's posts and the posts they reported, and why."""
    after = request.args.get("after")
    return answer(
        "moderation/own_decisions.html",
        page=own.own_decisions(current_viewer(), after),
        is_first=not after,
        outcome=post_sentence,
    )


@bp.get("/moderation/warnings/<id>")
@signed_in
def warning(id: str) -> Response:
    """A warning of one's own."""
    return _page(id, Form())


@bp.post("/moderation/warnings/<id>/acknowledgement")
@signed_in
def acknowledgement(id: str) -> Response:
    """Say that one has read it."""
    form = Form()
    if form.accepts():
        actions.acknowledge(current_viewer(), id)
        return answer(then=url_for("moderation.warning", id=id), say=_("Noted: you have read it."))
    return _page(id, form)


def _page(public_id: str, form: Form) -> Response:
    return answer(
        "moderation/warning.html",
        status=form.status,
        form=form,
        warning=own.warning_or_404(public_id, current_viewer()),
        outcome=post_sentence,
    )
