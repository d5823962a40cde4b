"""Projects: their cards, and who belongs to them."""

from typing import Any

from flask import url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from forum.accounts import policy as joining
from forum.accounts.sides import Side
from forum.directory import actions, forms, policy, queries, slots
from forum.directory.models import ProjectRole
from forum.directory.slots import current_viewer
from forum.directory.views.blueprint import bp
from forum.lib.permission import require
from forum.lib.slugs import fold
from forum.web.answer import answer, form_page
from forum.web.forms import ButtonForm
from forum.web.guard import public, signed_in
from forum.web.locale import gettext as _
from forum.web.templating import country


@bp.get("/projects")
@public
def projects() -> Response:
    """Every project, by country; those of a demonstration apart."""
    cards = queries.project_cards()
    return answer(
        "directory/projects.html",
        real=_by_country([card for card in cards if not card.is_demo]),
        demo=_by_country([card for card in cards if card.is_demo]),
        may_add=policy.can_add_project(current_viewer()),
        may_invite=bool(joining.invitable_sides(current_viewer())),
    )


@bp.get("/projects/<slug>")
@public
def project(slug: str) -> Response:
    """A project's card; its people for those who may see them."""
    viewer, found = current_viewer(), queries.project_or_404(slug)
    return answer(
        "directory/project.html",
        project=found,
        members=queries.members_of(viewer, found.id),
        may_see_people=policy.can_see_people(viewer),
        may_edit=policy.can_edit_project(viewer, found),
        may_manage=policy.can_manage_members(viewer, found),
        may_invite=joining.can_invite(viewer, Side.MEMBER, into=found.id),
        pieces=slots.pieces(slots.on_project, viewer, found),
    )


@bp.route("/projects/new", methods=["GET", "POST"])
@signed_in
def new_project() -> Response:
    """Add a project."""
    form = forms.NewProjectForm()
    form.offer()
    form.region.choices = queries.region_choices()
    require(policy.can_add_project(current_viewer()))
    if form.accepts():
        made = actions.add_project(current_viewer(), region=str(form.region.data), **form.card())
        return answer(then=url_for(".project", slug=made.slug))
    return form_page(form, _("Add a project"), url_for(".projects"), button=_("Add the project"))


@bp.route("/projects/<slug>/edit", methods=["GET", "POST"])
@signed_in
def edit_project(slug: str) -> Response:
    """Change a project's card."""
    found = queries.project_or_404(slug)
    form = forms.ProjectForm(data={**vars(found), "aliases": ", ".join(found.aliases)})
    form.offer()
    require(policy.can_edit_project(current_viewer(), found))
    if form.accepts():
        actions.edit_project(current_viewer(), found, version=form.version.data or 0, **form.card())
        return answer(then=found.url)
    return form_page(
        form, _("Edit the project's card"), found.url, crumbs=[(found.name, found.url)]
    )


@bp.get("/projects/<slug>/members")
@signed_in
def members(slug: str) -> Response:
    """Who belongs to the project, with what its coordinators can change."""
    viewer, found = current_viewer(), queries.project_or_404(slug)
    if not policy.can_see_people(viewer):
        raise NotFound
    require(policy.can_manage_members(viewer, found))
    return _members_page(found, ButtonForm())


@bp.post("/projects/<slug>/members/<id>/role")
@signed_in
def role(slug: str, id: str) -> Response:
    """Make a member coordinator, or the other way round."""
    viewer, form = current_viewer(), forms.RoleForm()
    found, person = queries.project_or_404(slug), queries.person_or_404(id, viewer)
    require(policy.can_manage_members(viewer, found))
    if form.accepts():
        actions.set_role(viewer, found, person.id, ProjectRole(form.role.data))
        return answer(then=url_for(".members", slug=slug), say=_("The role is changed."))
    return _members_page(found, form)


@bp.post("/projects/<slug>/members/<id>/departure")
@signed_in
def departure(slug: str, id: str) -> Response:
    """Somebody belongs to the project no more."""
    viewer, form = current_viewer(), ButtonForm()
    found, person = queries.project_or_404(slug), queries.person_or_404(id, viewer)
    require(policy.can_end_membership(viewer, found, person.id))
    if form.accepts():
        actions.end_membership(viewer, found, person.id)
        if viewer.person_id == person.id:
            left = _("You do not belong to %(name)s any more.", name=found.name)
            return answer(then=found.url, say=left)
        return answer(
            then=url_for(".members", slug=slug),
            say=_("%(name)s does not belong to the project any more.", name=person.name),
        )
    return _members_page(found, form)


def _by_country(cards: list[queries.ProjectCard]) -> list[queries.ProjectCard]:
    return sorted(cards, key=lambda card: (fold(country(card.country)), fold(card.name)))


def _members_page(found: queries.ProjectCard, form: Any) -> Response:
    viewer = current_viewer()
    return answer(
        "directory/members.html",
        status=form.status,
        form=form,
        project=found,
        members=queries.members_of(viewer, found.id),
        may_invite=joining.can_invite(viewer, Side.MEMBER, into=found.id),
    )
