"""Tabling a proposal again, once, with new evidence."""

from flask import url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from forum.coalition.actions import again as actions
from forum.coalition.forms.again import AgainForm
from forum.coalition.policy import again as policy
from forum.coalition.policy import proposals as proposals_policy
from forum.coalition.queries import members
from forum.coalition.queries.again import tabled_again
from forum.coalition.rows import ProposalRow
from forum.coalition.views.blueprint import bp
from forum.coalition.views.evidence import answer_choosing
from forum.coalition.views.reach import project_chosen, standing_by_the_clock, standing_inside
from forum.lib.permission import require
from forum.web.answer import answer
from forum.web.guard import signed_in
from forum.web.locale import gettext as _


@bp.get("/proposals/<id>/again")
@signed_in
def again_form(id: str) -> Response:
    """The form to table a proposal again, and what it means."""
    viewer, proposal, _speaks_for = standing_by_the_clock(id)
    if not proposals_policy.can_see_versions(viewer, proposal):
        raise NotFound
    done = tabled_again(proposal.id) is not None
    require(policy.can_table_again(viewer, proposal, done=done))
    mine = members.members_among(proposal.coalition_id, viewer.projects)
    return _again(proposal, AgainForm(mine, language=proposal.language))


@bp.post("/proposals/<id>/again")
@signed_in
def again(id: str) -> Response:
    """Draft it again; its author goes on with the text."""
    viewer, proposal, _speaks_for = standing_inside(id)
    mine = members.members_among(proposal.coalition_id, viewer.projects)
    form = AgainForm(mine)
    require(policy.may_table_again(viewer, proposal))
    if not form.find.data and form.accepts():
        made = actions.table_again(
            viewer,
            proposal,
            new_evidence=form.new_evidence.data or "",
            language=form.language.data,
            evidence=form.named,
            project_id=project_chosen(form, mine),
        )
        return answer(
            then=url_for(".edit_proposal", id=made.public_id),
            say=_("A draft with the earlier text is stored. Change what should be said now."),
        )
    return _again(proposal, form)


def _again(proposal: ProposalRow, form: AgainForm) -> Response:
    return answer_choosing("coalition/again.html", form, proposal=proposal)
