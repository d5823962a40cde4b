"""The check of a proposal's form, and the merges that come of it."""

from flask import url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from forum.coalition.actions import form_check as actions
from forum.coalition.actions import merging
from forum.coalition.forms.discussion import (
    ACCEPT,
    MERGE,
    PASSED,
    RETURNED,
    FormCheckForm,
    MergeForm,
)
from forum.coalition.lifecycle import TALKED_ABOUT, MoveKind, ProposalStatus
from forum.coalition.policy import discussion as policy
from forum.coalition.queries import way as queries
from forum.coalition.queries.proposals import proposal_now, proposal_or_404
from forum.coalition.queries.way import MergeRow
from forum.coalition.views.blueprint import bp
from forum.coalition.views.reach import Standing, standing_inside
from forum.lib.permission import require
from forum.web.answer import answer
from forum.web.guard import signed_in
from forum.web.locale import gettext as _


@bp.get("/proposals/<id>/form-check")
@signed_in
def form_check_form(id: str) -> Response:
    """What is looked at, and the form to say what was found."""
    standing = standing_inside(id)
    require(policy.can_check_form(standing.viewer, standing.proposal))
    return _check(standing, _check_form(standing, version=standing.proposal.version))


@bp.post("/proposals/<id>/form-check")
@signed_in
def form_check(id: str) -> Response:
    """The form is in order, or comes back with reasons, or a merge is suggested."""
    standing = standing_inside(id)
    form = _check_form(standing)
    require(policy.is_checker(standing.viewer, standing.proposal))
    if form.accepts():
        return answer(
            then=url_for(".board", slug=standing.proposal.coalition_slug), say=_say(standing, form)
        )
    return _check(standing, form)


@bp.get("/proposals/<id>/merge")
@signed_in
def merge_form(id: str) -> Response:
    """Whether two proposals become one: what it means, and what each side said so far."""
    standing, merge = _merge_or_404(id)
    target = proposal_now(merge.inner_target_id, standing.viewer)
    require(
        policy.can_settle_merge(standing.viewer, standing.proposal, target, standing.speaks_for)
    )
    return _merge(standing, merge, MergeForm())


@bp.post("/proposals/<id>/merge")
@signed_in
def merge(id: str) -> Response:
    """A side agrees to the merge, or does not."""
    form = MergeForm()
    standing, found = _merge_or_404(id)
    target = proposal_now(found.inner_target_id, standing.viewer)
    require(
        policy.can_settle_merge(standing.viewer, standing.proposal, target, standing.speaks_for)
    )
    if form.accepts():
        then = url_for(".proposal", id=id)
        if form.choice.data != ACCEPT:
            merging.decline_merge(
                standing.viewer,
                standing.proposal,
                reason=form.reason.data or "",
                language=form.language.data,
            )
            return answer(then=then, say=_("It is stored that your side does not agree."))
        done = merging.accept_merge(standing.viewer, standing.proposal)
        if done.settled_at is None:
            say = _("It is stored that your side agrees. The other side decides now.")
            return answer(then=then, say=say)
        return answer(
            then=url_for(".proposal", id=found.target.public_id),
            say=_("The two proposals are one now; the other stays to be read."),
        )
    return _merge(standing, found, form)


def _say(standing: Standing, form: FormCheckForm) -> str:
    viewer, found = standing.viewer, standing.proposal
    reasons = {"reason": form.reason.data or "", "language": form.language.data}
    if form.outcome.data == MERGE:
        target = proposal_or_404(form.target.data, viewer)
        actions.suggest_merge(viewer, found, target=target, **reasons)
        return str(_("The merge is suggested. Both proposers decide about it."))
    version = form.version.data or 0
    if form.outcome.data == RETURNED:
        actions.return_to_authors(viewer, found, version=version, **reasons)
        return str(_("The text is back with its authors, with your reasons."))
    made = actions.pass_form(viewer, found, version=version)
    if made.status is ProposalStatus.IN_DISCUSSION:
        return str(_("The form is in order, and the coalition discusses the proposal now."))
    return str(_("The form is in order. The proposal still looks for projects that back it."))


def _check_form(standing: Standing, **values: object) -> FormCheckForm:
    found = standing.proposal
    targets = queries.targets_for(found, standing.viewer)
    unchecked = found.form_passed_version != found.version
    outcomes = [PASSED, RETURNED] if unchecked and found.status in TALKED_ABOUT else []
    if targets:
        outcomes.append(MERGE)
    return FormCheckForm(outcomes, targets, **values)


def _check(standing: Standing, form: FormCheckForm) -> Response:
    return answer(
        "coalition/form_check.html",
        block="form",
        proposal=standing.proposal,
        form=form,
        status=form.status,
    )


def _merge_or_404(id: str) -> tuple[Standing, MergeRow]:
    standing = standing_inside(id)
    found = queries.merge_of(standing.proposal)
    if found is None:
        raise NotFound
    return standing, found


def _merge(standing: Standing, found: MergeRow, form: MergeForm) -> Response:
    moves = queries.way_of(standing.proposal, standing.viewer).moves
    suggested = [one for one in moves if one.what is MoveKind.MERGE_SUGGESTED]
    return answer(
        "coalition/merge.html",
        block="form",
        proposal=standing.proposal,
        suggested=suggested[-1] if suggested else None,
        merge=found,
        form=form,
        status=form.status,
    )
