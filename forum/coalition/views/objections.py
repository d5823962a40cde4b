"""Serious objections: the proposer's answers, and whether a project is named with its own."""

from flask import url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from forum.coalition.actions import objections as actions
from forum.coalition.forms.votes import ConsentForm, ObjectionAnswerForm
from forum.coalition.policy import proposals as policy
from forum.coalition.policy import votes as votes_policy
from forum.coalition.queries.objections import ObjectionRow, objections_to
from forum.coalition.queries.votes import vote_panel
from forum.coalition.views.blueprint import bp
from forum.coalition.views.reach import Standing, by_the_clock, standing_inside
from forum.lib.permission import require
from forum.web.answer import answer as reply
from forum.web.guard import signed_in
from forum.web.locale import gettext as _


@bp.get("/proposals/<id>/objections")
@signed_in
def objections(id: str) -> Response:
    """The serious objections, for the coalition: to be answered, to be named or not."""
    standing, found = _found(id)
    return _page(standing, found)


@bp.post("/proposals/<id>/objections")
@signed_in
def answer_objection(id: str) -> Response:
    """The proposer answers one of them."""
    form = ObjectionAnswerForm()
    standing, found = _found(id)
    require(policy.is_proposer(*standing))
    one = _of_project(found, form.project.data)
    if form.accepts():
        actions.answer_objection(
            standing.viewer,
            standing.proposal,
            project_id=one.project_id or 0,
            answer=form.answer.data or "",
            language=form.language.data,
            seen=form.seen.data or "",
        )
        return reply(then=_url(id), say=_("The answer is stored. It travels with the proposal."))
    return _page(standing, found, form)


@bp.post("/proposals/<id>/objections/consent")
@signed_in
def consent(id: str) -> Response:
    """A project says whether it is named with its objection."""
    form = ConsentForm()
    standing, found = _found(id)
    mine = [one for one in found if one.mine]
    require(votes_policy.can_speak(standing.viewer, mine))
    one = _of_project(mine, form.project.data)
    if form.accepts():
        actions.say_whether_named(
            standing.viewer,
            standing.proposal,
            project_id=one.project_id or 0,
            named=form.named.data,
        )
        return reply(then=_url(id), say=_("It is stored how your objection travels."))
    return _page(standing, found, status=form.status)


def _found(id: str) -> tuple[Standing, list[ObjectionRow]]:
    standing = standing_inside(id)
    found = objections_to(standing.proposal, standing.viewer)
    if not found:
        raise NotFound
    return standing, found


def _of_project(found: list[ObjectionRow], slug: str | None) -> ObjectionRow:
    for one in found:
        if one.project_slug == slug:
            return one
    raise NotFound


def _page(
    standing: Standing,
    found: list[ObjectionRow],
    form: ObjectionAnswerForm | None = None,
    status: int = 200,
) -> Response:
    proposal = by_the_clock(standing.proposal, vote_panel(standing.proposal, standing.viewer))
    may_answer = proposal.status == "adopted" and bool(policy.is_proposer(*standing))
    forms = {one.project_slug: _answer_form(one, form) for one in found} if may_answer else {}
    return reply(
        "coalition/objections.html",
        block="objections",
        proposal=proposal,
        objections=found,
        forms=forms,
        consents={
            one.project_slug: ConsentForm(formdata=None, project=one.project_slug)
            for one in found
            if one.mine and proposal.submitted_at is None
        },
        status=form.status if form else status,
    )


def _answer_form(one: ObjectionRow, sent: ObjectionAnswerForm | None) -> ObjectionAnswerForm:
    if sent is not None and sent.project.data == one.project_slug:
        form = sent
        form.seen.data = one.seen if form.theirs else form.seen.data
    else:
        values = {"answer": one.answer, "language": one.answer_language} if one.answer else {}
        form = ObjectionAnswerForm(formdata=None, project=one.project_slug, seen=one.seen, **values)
    for field in (form.answer, form.language):  # several forms on one page
        field.id = field.label.field_id = f"{field.name}-{one.project_slug}"
    return form


def _url(id: str) -> str:
    return url_for("coalition.objections", id=id)
