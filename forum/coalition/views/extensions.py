"""The certifier's door to more time, which it may ask for once."""

from flask import url_for
from werkzeug.wrappers import Response

from forum.coalition.actions import extensions as actions
from forum.coalition.forms.follow_up import ExtensionForm
from forum.coalition.policy import responses as policy
from forum.coalition.queries import responses as queries
from forum.coalition.queries.answer_clock import clock_of
from forum.coalition.rows import ProposalRow
from forum.coalition.views.blueprint import bp
from forum.coalition.views.reach import submitted_or_404
from forum.lib.permission import require
from forum.spaces import current_viewer
from forum.web.answer import answer, answer_with_form
from forum.web.guard import signed_in
from forum.web.locale import gettext as _


@bp.get("/proposals/<id>/extension")
@signed_in
def extension_form(id: str) -> Response:
    """The form for more time, and what it means."""
    viewer = current_viewer()
    proposal = submitted_or_404(id, viewer)
    now = clock_of(proposal, queries.rules_held_under(proposal), proposal.timezone)
    require(policy.can_extend(viewer, proposal, now))
    return _extension(proposal, ExtensionForm())


@bp.post("/proposals/<id>/extension")
@signed_in
def extension(id: str) -> Response:
    """Extend the time to answer."""
    form, viewer = ExtensionForm(), current_viewer()
    proposal = submitted_or_404(id, viewer)
    require(policy.can_answer_officially(viewer))
    if form.accepts():
        assert form.until.data is not None
        actions.extend(
            viewer,
            proposal,
            until=form.until.data,
            reasons=form.reasons.data or "",
            reasons_html=form.reasons.html,
            language=form.language.data,
        )
        then = url_for("coalition.proposal", id=id, _anchor="response")
        return answer(then=then, say=_("The time to answer is extended, and everyone sees it."))
    return _extension(proposal, form)


def _extension(proposal: ProposalRow, form: ExtensionForm) -> Response:
    return answer_with_form(
        "coalition/extension.html",
        form,
        proposal=proposal,
        clock=clock_of(proposal, queries.rules_held_under(proposal), proposal.timezone),
    )
