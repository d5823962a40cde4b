"""Setting a proposal aside for a time and taking it up again; writing it with others."""

from flask import url_for
from werkzeug.wrappers import Response

from forum.coalition import step_words
from forum.coalition.actions import asides as actions
from forum.coalition.actions import coauthors as coauthor_actions
from forum.coalition.forms.discussion import CoAuthorForm, DeferralForm, EndCoAuthorForm
from forum.coalition.forms.members import PressForm
from forum.coalition.policy import discussion as policy
from forum.coalition.policy.proposals import is_proposer
from forum.coalition.queries import way as queries
from forum.coalition.rows import ProposalRow
from forum.coalition.views.blueprint import bp
from forum.coalition.views.reach import Standing, standing_inside
from forum.coalition.views.steps import step
from forum.lib.permission import require
from forum.web.answer import answer
from forum.web.guard import filled_at, signed_in
from forum.web.locale import gettext as _


@bp.get("/proposals/<id>/deferral")
@signed_in
def deferral_form(id: str) -> Response:
    """The form to set a proposal aside for a time."""
    standing = standing_inside(id)
    require(policy.can_defer(*standing))
    return _deferral(standing.proposal, DeferralForm())


@bp.post("/proposals/<id>/deferral")
@signed_in
def deferral(id: str) -> Response:
    """Set a proposal aside for a time, and say why."""
    form, standing = DeferralForm(), standing_inside(id)
    require(is_proposer(*standing))
    if form.accepts():
        actions.defer(standing.viewer, standing.proposal, reason=form.reason.data or "")
        say = _("The proposal is deferred. You can take it up again here.")
        return answer(then=url_for(".proposal", id=id), say=say)
    return _deferral(standing.proposal, form)


@bp.get("/proposals/<id>/deferral/end")
@signed_in
def resumption_form(id: str) -> Response:
    """What it means to take a proposal up again."""
    standing = standing_inside(id)
    require(policy.can_take_up(*standing))
    return _resumption(standing.proposal, PressForm())


@bp.post("/proposals/<id>/deferral/end")
@signed_in
def resumption(id: str) -> Response:
    """Take a proposal up again."""
    form, standing = PressForm(), standing_inside(id)
    require(is_proposer(*standing))
    if form.accepts():
        actions.take_up(standing.viewer, standing.proposal)
        return answer(then=url_for(".proposal", id=id), say=_("The proposal is taken up again."))
    return _resumption(standing.proposal, form)


@bp.get("/proposals/<id>/co-authors")
@signed_in
def coauthors(id: str) -> Response:
    """Who writes it; for the proposer the form to invite somebody."""
    standing = standing_inside(id)
    require(policy.can_see_coauthors(*standing))
    return _coauthors(standing, CoAuthorForm(queries.could_write(standing.proposal)))


@bp.post("/proposals/<id>/co-authors")
@signed_in
def invitation(id: str) -> Response:
    """Invite somebody of a member project to write it too."""
    standing = standing_inside(id)
    form = CoAuthorForm(queries.could_write(standing.proposal))
    require(is_proposer(*standing))
    if form.accepts():
        person = str(form.person.data)
        coauthor_actions.invite_coauthor(standing.viewer, standing.proposal, person=person)
        return answer(
            then=url_for(".coauthors", id=id),
            say=_("They can read and change the text from now on, and are told so."),
        )
    return _coauthors(standing, form)


@bp.post("/proposals/<id>/co-authors/departure")
@filled_at("coalition.coauthors")
@signed_in
def end_coauthor(id: str) -> Response:
    """Somebody writes it no more: by the proposer's word or their own."""
    form, standing = EndCoAuthorForm(), standing_inside(id)
    require(policy.can_see_coauthors(*standing))
    if form.accepts():
        person = form.person.data or ""
        coauthor_actions.end_coauthor(standing.viewer, standing.proposal, person=person)
        mine = standing.viewer.person is not None and standing.viewer.person.public_id == person
        if mine:
            board = url_for(".board", slug=standing.proposal.coalition_slug)
            return answer(then=board, say=_("You do not write that proposal any more."))
        return answer(then=url_for(".coauthors", id=id), say=_("It is stored who writes it."))
    return _coauthors(standing, CoAuthorForm(queries.could_write(standing.proposal)))


def _deferral(found: ProposalRow, form: DeferralForm) -> Response:
    return answer(
        "coalition/deferral.html", block="form", proposal=found, form=form, status=form.status
    )


def _resumption(found: ProposalRow, form: PressForm) -> Response:
    return step(found, form, step_words.taking_up(found), ".resumption")


def _coauthors(standing: Standing, form: CoAuthorForm) -> Response:
    viewer, found = standing.viewer, standing.proposal
    way, may_end = queries.way_of(found, viewer), policy.can_end_coauthors(*standing)
    own_id = viewer.person.public_id if viewer.person else ""  # "me" is the layout's
    return answer(
        "coalition/coauthors.html",
        proposal=found,
        coauthors=way.coauthors,
        left=way.left,
        own_id=own_id,
        may_invite=policy.can_invite_coauthors(*standing),
        form=form,
        ends={
            one.public_id: EndCoAuthorForm(formdata=None, person=one.public_id)
            for one in way.coauthors
            if may_end or one.public_id == own_id
        },
        status=form.status,
    )
