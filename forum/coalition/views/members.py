"""A coalition's page; admitting members, naming delegates, leaving."""

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from forum.coalition.actions import members as actions
from forum.coalition.forms.members import ALTERNATE, AdmissionForm, DelegateForm, PressForm
from forum.coalition.policy import members as policy
from forum.coalition.policy import proposals as proposals_policy
from forum.coalition.queries import ledger
from forum.coalition.queries import members as queries
from forum.coalition.queries.members import MemberProject
from forum.coalition.rows import CoalitionRow
from forum.coalition.tally import quorum_needed
from forum.coalition.views.blueprint import bp
from forum.coalition.views.reach import inside_or_404
from forum.lib.permission import require
from forum.spaces import Viewer, current_viewer
from forum.web.answer import answer, answer_with_form
from forum.web.guard import public, signed_in
from forum.web.locale import gettext as _


@bp.get("/coalitions/<slug>")
@public
def coalition(slug: str) -> Response:
    """Members and rules; inside the coalition also who speaks for each, and what changed."""
    viewer, found = current_viewer(), queries.coalition_or_404(slug)
    members = queries.members_of(viewer, found)
    speaks_for = {m.project_id for m in members if m.is_spoken_for_by(viewer.person_id)}
    return answer(
        "coalition/coalition.html",
        coalition=found,
        members=members,
        former=queries.former_members(found),
        quorum=quorum_needed(found.rules, len(members)),
        inside=bool(policy.can_see_inside(viewer, found)),
        mine=speaks_for,
        facilitators=queries.facilitators_of(viewer, found),
        ledger=ledger.ledger_of(viewer, found),
        may_admit=policy.can_admit(viewer, found, speaks_for),
        may_draft=proposals_policy.can_draft(viewer, found.space_id),
        may_name={
            m.project_id: policy.can_name_delegates(viewer, found, m.project_id) for m in members
        },
        may_leave={m.project_id: policy.can_take_out(viewer, found, m.project_id) for m in members},
    )


@bp.get("/coalitions/<slug>/members")
@signed_in
def admission_form(slug: str) -> Response:
    """The form to confirm a new member."""
    viewer, found = inside_or_404(slug)
    require(policy.can_admit(viewer, found, queries.speaks_for(viewer, found.id)))
    return _admission(found, AdmissionForm(queries.projects_outside(found)))


@bp.post("/coalitions/<slug>/members")
@signed_in
def admission(slug: str) -> Response:
    """Confirm a new member."""
    viewer, found = inside_or_404(slug)
    form = AdmissionForm(queries.projects_outside(found))
    require(policy.can_admit(viewer, found, queries.speaks_for(viewer, found.id)))
    if form.accepts():
        actions.admit_project(viewer, found, str(form.project.data))
        return answer(
            then=found.url, say=_("The project is a member of the coalition from now on.")
        )
    return _admission(found, form)


@bp.get("/coalitions/<slug>/members/<project>/departure")
@signed_in
def departure_form(slug: str, project: str) -> Response:
    """What it means when a project leaves."""
    viewer, found = inside_or_404(slug)
    member = _member_or_404(viewer, found, project)
    require(policy.can_take_out(viewer, found, member.project_id))
    return _departure(found, member, PressForm())


@bp.post("/coalitions/<slug>/members/<project>/departure")
@signed_in
def departure(slug: str, project: str) -> Response:
    """A project leaves the coalition."""
    viewer, found = inside_or_404(slug)
    member = _member_or_404(viewer, found, project)
    form = PressForm()
    require(policy.can_take_out(viewer, found, member.project_id))
    if form.accepts():
        actions.take_project_out(viewer, found, member.project_id)
        say = _("%(project)s has left the coalition.", project=member.name)
        return answer(then=found.url, say=say)
    return _departure(found, member, form)


@bp.get("/coalitions/<slug>/delegates")
@signed_in
def delegate_form(slug: str) -> Response:
    """The form to name who speaks for the member project of `?project=`."""
    viewer, found = inside_or_404(slug)
    if not request.args.get("project"):
        return redirect(found.url)
    member = _member_or_404(viewer, found, request.args["project"])
    require(policy.can_name_delegates(viewer, found, member.project_id))
    form = DelegateForm(queries.people_of(member.project_id), project=member.slug)
    return _delegate(found, member, form)


@bp.post("/coalitions/<slug>/delegates")
@signed_in
def delegate(slug: str) -> Response:
    """Name who speaks for a member project; whoever did before speaks no more."""
    viewer, found = inside_or_404(slug)
    member = _member_or_404(viewer, found, request.form.get("project", ""))
    form = DelegateForm(queries.people_of(member.project_id))
    require(policy.can_name_delegates(viewer, found, member.project_id))
    if form.accepts():
        actions.name_delegate(
            viewer,
            found,
            member.project_id,
            person=form.person.data or "",
            alternate=form.role.data == ALTERNATE,
            last_day=form.last_day.data,
        )
        return answer(then=found.url, say=_("It is recorded who speaks for the project."))
    return _delegate(found, member, form)


def _member_or_404(viewer: Viewer, found: CoalitionRow, slug: str) -> MemberProject:
    for member in queries.members_of(viewer, found):
        if member.slug == slug:
            return member
    raise NotFound


def _admission(found: CoalitionRow, form: AdmissionForm) -> Response:
    return answer_with_form("coalition/admission.html", form, coalition=found)


def _departure(found: CoalitionRow, member: MemberProject, form: PressForm) -> Response:
    return answer(
        "coalition/departure.html", coalition=found, member=member, form=form, status=form.status
    )


def _delegate(found: CoalitionRow, member: MemberProject, form: DelegateForm) -> Response:
    return answer_with_form("coalition/delegate.html", form, coalition=found, member=member)
