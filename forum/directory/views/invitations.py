"""Inviting people: into a project, or to another task; taking back; confirming."""

from typing import Any

from flask import url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from forum.accounts import actions as accounts
from forum.accounts import policy as joining
from forum.accounts import queries as people
from forum.accounts.actions import Invited
from forum.accounts.sides import Side
from forum.directory import forms, queries
from forum.directory.models import ProjectRole
from forum.directory.slots import current_viewer
from forum.directory.views.blueprint import bp
from forum.lib.permission import Forbidden, require
from forum.web.answer import answer, answer_with_form
from forum.web.guard import signed_in
from forum.web.locale import gettext as _


@bp.route("/invitations/new", methods=["GET", "POST"])
@signed_in
def invite() -> Response:
    """Invite somebody to any task the viewer may invite to."""
    viewer = current_viewer()
    sides = joining.invitable_sides(viewer)
    if not sides:
        raise Forbidden(
            _("You invite people on the page of your project, under “Projects”.")
            if viewer.projects
            else _("Inviting people is for projects, facilitators and staff.")
        )
    form = forms.InvitationForm()
    form.offer(sides, queries.project_choices() if any(map(joining.is_of_projects, sides)) else [])
    if form.accepts():
        invited = accounts.invite(viewer, **form.invitation(), **_place(form))
        return _invited(invited, url_for(".invite"))
    sent = people.open_invitations(sent_by=viewer.person_id)
    waiting = [one for one in sent if _may_revoke(one)]
    return answer_with_form(
        "directory/invite.html",
        form,
        waiting=waiting,
        projects=queries.project_names(one.project_id for one in waiting),
        back="/",
    )


@bp.route("/projects/<slug>/invitations", methods=["GET", "POST"])
@signed_in
def invite_to_project(slug: str) -> Response:
    """Invite somebody into a project; who is invited; who waits to be confirmed."""
    viewer, found = current_viewer(), queries.project_or_404(slug)
    form = forms.ProjectInvitationForm()
    require(joining.can_invite(viewer, Side.MEMBER, into=found.id))
    form.offer(_roles(found.id))
    if form.accepts():
        invited = accounts.invite(
            viewer,
            side=Side.MEMBER,
            project_id=found.id,
            role=str(form.role.data),
            **form.invitation(),
        )
        return _invited(invited, url_for(".invite_to_project", slug=slug))
    return answer_with_form(
        "directory/project_invitations.html",
        form,
        project=found,
        waiting=people.open_invitations(found.id),
        projects={},
        unconfirmed=people.unconfirmed(found.id),
        may_confirm=joining.can_confirm_joining(viewer, found.id),
        back=found.url,
    )


@bp.post("/invitations/<id>/revocation")
@signed_in
def revoke(id: str) -> Response:
    """Take an invitation back."""
    found = queries.invitation_or_404(id)
    if not _may_revoke(found):
        raise NotFound
    accounts.revoke_invitation(current_viewer(), found.id)
    return answer(then=_list_of(found), say=_("The invitation is taken back."))


@bp.post("/invitations/<id>/renewal")
@signed_in
def renew(id: str) -> Response:
    """Send an invitation again, by letter or as a new link to hand over."""
    viewer, found = current_viewer(), queries.invitation_or_404(id)
    if not _may_revoke(found):
        raise NotFound
    return _invited(accounts.renew_invitation(viewer, found.id), _list_of(found))


@bp.post("/invitations/<id>/confirmation")
@signed_in
def confirm(id: str) -> Response:
    """Say that somebody whom an operator invited belongs to the project."""
    found, viewer = queries.invitation_or_404(id), current_viewer()
    if found.project_id is None or not joining.can_confirm_joining(viewer, found.project_id):
        raise NotFound
    accounts.confirm_joining(viewer, found.id)
    there = url_for(".invite_to_project", slug=queries.project_slug(found.project_id))
    return answer(then=there, say=_("This person belongs to the project now."))


def _place(form: forms.InvitationForm) -> dict[str, Any]:
    """Into which project, for somebody of a project."""
    if not joining.is_of_projects(form.side.data) or not form.project.data:
        return {}
    found = queries.project_or_404(form.project.data)
    return {"project_id": found.id, "role": form.role.data}


def _roles(project_id: int) -> list[ProjectRole]:
    viewer = current_viewer()
    return [
        role
        for role in (ProjectRole.MEMBER, ProjectRole.COORDINATOR)
        if joining.can_invite(viewer, Side.MEMBER, into=project_id, role=role)
    ]


def _invited(invited: Invited, here: str) -> Response:
    """Go on after a letter; without an address show the link, this once."""
    if email := invited.invitation.email:
        return answer(then=here, say=_("The invitation goes by e-mail to %(email)s.", email=email))
    return answer(
        "directory/handed.html",
        block="form",
        heading=_("An invitation to hand over"),
        url=invited.url,
        expires_at=invited.invitation.expires_at,
        back=here,
    )


def _may_revoke(row: Any) -> bool:
    return bool(
        joining.can_revoke_invitation(
            current_viewer(),
            invited_by_id=row.invited_by_id,
            side=row.side,
            project_id=row.project_id,
        )
    )


def _list_of(row: Any) -> str:
    """The page that lists it: who sent it finds it where they sent it."""
    viewer = current_viewer()
    sent = viewer.person_id == row.invited_by_id and joining.invitable_sides(viewer)
    if row.project_id is None or sent:
        return url_for(".invite")
    return url_for(".invite_to_project", slug=queries.project_slug(row.project_id))
