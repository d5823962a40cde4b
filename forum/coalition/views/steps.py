"""Moving a proposal on: opening its discussion, standing behind it, withdrawing, submitting it.

Each step has a page that says what it means, with one button. The page asks whether it may be
done now; the press asks who does it, and the action, which holds the proposal, whether it still
may: so what came too late says so and keeps what was typed.
"""

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from forum.coalition import step_words
from forum.coalition.actions import discussion as discussion_actions
from forum.coalition.actions import proposals as actions
from forum.coalition.actions import support as support_actions
from forum.coalition.forms.members import PressForm
from forum.coalition.forms.proposals import SupportForm, WithdrawalForm
from forum.coalition.lifecycle import ProposalStatus
from forum.coalition.policy import proposals as policy
from forum.coalition.queries.around import Around, around_it
from forum.coalition.queries.proposals import proposal_or_404
from forum.coalition.rows import ProposalRow
from forum.coalition.step_words import StepWords
from forum.coalition.views.blueprint import bp
from forum.coalition.views.reach import (
    Standing,
    project_chosen,
    standing_before,
    standing_by_the_clock,
)
from forum.lib.permission import Answer, require
from forum.spaces import Viewer, current_viewer
from forum.web.answer import answer, answer_with_form
from forum.web.guard import signed_in
from forum.web.locale import gettext as _


@bp.get("/proposals/<id>/discussion")
@signed_in
def discussion_form(id: str) -> Response:
    """What it means to show a draft to the coalition, or to begin its discussion."""
    standing = standing_before(id)
    require(policy.can_start_discussion(*standing))
    return _discussion(standing.proposal, PressForm())


@bp.post("/proposals/<id>/discussion")
@signed_in
def discussion(id: str) -> Response:
    """Show a draft to the coalition, or begin the discussion of what is backed."""
    form, standing = PressForm(), standing_before(id)
    require(policy.is_proposer(*standing))
    if form.accepts():
        return _done(id, _into_discussion(standing))
    return _discussion(standing.proposal, form)


@bp.get("/proposals/<id>/co-sponsors")
@signed_in
def support_form(id: str) -> Response:
    """What it means to co-sponsor, and to stop."""
    viewer, found, around = _with_supporters(id)
    require(may_support(viewer, found, around))
    choice = around.could_support(found.project_id) or around.supporting
    return _support(found, around, SupportForm(choice))


@bp.post("/proposals/<id>/co-sponsors")
@signed_in
def support(id: str) -> Response:
    """A project stands behind the proposal."""
    viewer, found, around = _with_supporters(id)
    form = SupportForm(around.could_support(found.project_id))
    require(policy.is_supporter(viewer, found, around.speaks_for))
    if form.accepts():
        support_actions.cosponsor(viewer, found, project_id=project_chosen(form, around.mine))
        return _done(id, _("Your project stands behind this proposal now."))
    return _support(found, around, form)


@bp.post("/proposals/<id>/co-sponsors/withdrawal")
@signed_in
def stop_support(id: str) -> Response:
    """A project stands behind the proposal no more."""
    viewer, found, around = _with_supporters(id)
    form = SupportForm(around.supporting)
    require(policy.is_supporter(viewer, found, around.speaks_for))
    if form.accepts():
        project_id = project_chosen(form, around.mine)
        support_actions.stop_cosponsoring(viewer, found, project_id=project_id)
        return _done(id, _("Your project does not stand behind this proposal any more."))
    return _support(found, around, form)


@bp.get("/proposals/<id>/withdrawal")
@signed_in
def withdrawal_form(id: str) -> Response:
    """The form to take a proposal back."""
    standing = standing_by_the_clock(id)
    require(policy.can_withdraw(*standing))
    return _withdrawal(standing.proposal, WithdrawalForm())


@bp.post("/proposals/<id>/withdrawal")
@signed_in
def withdrawal(id: str) -> Response:
    """Take a proposal back, and say why."""
    form, standing = WithdrawalForm(), standing_before(id)
    require(policy.is_proposer(*standing))
    if form.accepts():
        actions.withdraw(standing.viewer, standing.proposal, reason=form.reason.data or "")
        return _done(id, _("The proposal is withdrawn."))
    return _withdrawal(standing.proposal, form)


@bp.get("/proposals/<id>/submission")
@signed_in
def submission_form(id: str) -> Response:
    """What the certifier and others will read, and what stays with the coalition."""
    standing = standing_by_the_clock(id)
    require(policy.can_submit(*standing))
    return _submission(standing.proposal, PressForm())


@bp.post("/proposals/<id>/submission")
@signed_in
def submission(id: str) -> Response:
    """Hand the adopted proposal to the certifier."""
    form, standing = PressForm(), standing_before(id)
    require(policy.is_submitter(*standing))
    if form.accepts():
        made = actions.submit(standing.viewer, standing.proposal)
        say = _(
            "The proposal is submitted with the number %(number)s. The days to answer it are "
            "counted from today.",
            number=made.number,
        )
        return _done(id, say)
    return _submission(standing.proposal, form)


def may_support(viewer: Viewer, found: ProposalRow, around: Around) -> Answer:
    """Whether the viewer may let a project of theirs co-sponsor it, or stop one that does."""
    if around.supporting and not around.could_support(found.project_id):
        return policy.can_stop_cosponsoring(viewer, found, around.speaks_for)
    return policy.can_cosponsor(viewer, found, around.speaks_for)


def _into_discussion(standing: Standing) -> str:
    viewer, found = standing.viewer, standing.proposal
    if found.status is not ProposalStatus.DRAFT:
        discussion_actions.start_discussion(viewer, found)
        return str(_("The coalition discusses the proposal now."))
    made = discussion_actions.share(viewer, found)
    if made.status is ProposalStatus.IN_DISCUSSION:
        return str(_("The coalition reads the proposal now and discusses it."))
    return str(_("The coalition reads the proposal now. It looks for projects that back it."))


def _with_supporters(id: str) -> tuple[Viewer, ProposalRow, Around]:
    viewer = current_viewer()
    found = proposal_or_404(id, viewer)
    return viewer, found, around_it(found, viewer)


def _done(id: str, say: str) -> Response:
    return answer(then=url_for(".proposal", id=id), say=say)


def step(found: ProposalRow, form: PressForm, words: StepWords, to: str, **more: Any) -> Response:
    """The page of a step: what it means, and the one button that posts to the view `to`."""
    return answer_with_form(
        "coalition/step.html",
        form,
        proposal=found,
        **vars(words),
        to=url_for(to, id=found.public_id),
        **more,
    )


def _discussion(found: ProposalRow, form: PressForm) -> Response:
    draft = found.status is ProposalStatus.DRAFT
    words = step_words.sharing() if draft else step_words.discussing(found)
    return step(found, form, words, ".discussion")


def _submission(found: ProposalRow, form: PressForm) -> Response:
    words = step_words.submitting(found)
    return step(found, form, words, ".submission", readers=found.visibility_after)


def _support(found: ProposalRow, around: Around, form: SupportForm) -> Response:
    return answer_with_form(
        "coalition/support.html",
        form,
        proposal=found,
        around=around,
        stopping=not around.could_support(found.project_id),
    )


def _withdrawal(found: ProposalRow, form: WithdrawalForm) -> Response:
    return answer_with_form("coalition/withdrawal.html", form, proposal=found)
