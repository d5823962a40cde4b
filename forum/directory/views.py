"""The doors of projects, their people, and experts."""

from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from forum.directory import actions, forms, policy, queries, slots
from forum.directory.models import ProjectRole
from forum.directory.slots import current_viewer
from forum.lib.permission import require
from forum.lib.slugs import fold
from forum.web.answer import answer
from forum.web.guard import public, signed_in
from forum.web.locale import gettext as _
from forum.web.templating import country, language

bp = Blueprint("directory", __name__)


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
        may_invite=False,
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
    return _page(form, _("Add a project"), url_for(".projects"), button=_("Add the project"))


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
    return _page(form, _("Edit the project's card"), found.url, crumbs=[(found.name, found.url)])


@bp.get("/projects/<slug>/members")
@signed_in
def members(slug: str) -> Response:
    """Who belongs to the project, with what its coordinators can change."""
    viewer, found = current_viewer(), queries.project_or_404(slug)
    if not policy.can_see_people(viewer):
        raise NotFound
    require(policy.can_manage_members(viewer, found))
    return _members_page(found, forms.PlainForm())


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
    viewer, form = current_viewer(), forms.PlainForm()
    found, person = queries.project_or_404(slug), queries.person_or_404(id, viewer)
    require(policy.can_manage_members(viewer, found))
    if form.accepts():
        actions.end_membership(viewer, found, person.id)
        return answer(
            then=url_for(".members", slug=slug),
            say=_("%(name)s does not belong to the project any more.", name=person.name),
        )
    return _members_page(found, form)


@bp.get("/experts")
@public
def experts() -> Response:
    """Experts, to be found by need."""
    viewer = current_viewer()
    rows = queries.experts(viewer)
    asked = {name: request.args.get(name, "")[:60] for name in ("topic", "language", "country")}
    return answer(
        "directory/experts.html",
        experts=queries.matching(rows, **asked),
        any_experts=bool(rows),
        asked=asked,
        choices=_filters(rows),
        may_keep=policy.can_keep_profile(viewer),
    )


@bp.get("/experts/<id>")
@public
def expert(id: str) -> Response:
    """What an expert knows, and where."""
    viewer = current_viewer()
    found = queries.expert_or_404(id, viewer)
    return answer(
        "directory/expert.html",
        expert=found,
        is_own=found.person_id == viewer.person_id,
        pieces=slots.pieces(slots.on_expert, viewer, found),
    )


@bp.route("/experts/mine", methods=["GET", "POST"])
@signed_in
def own_profile() -> Response:
    """An expert's own profile, written here for the first time or again."""
    viewer = current_viewer()
    require(policy.can_keep_profile(viewer))
    profile = queries.own_profile(viewer)
    form = forms.ProfileForm(obj=profile, data={"version": 0, "available": True})
    form.offer(slots.topics(), queries.known_countries())
    if form.accepts():
        kept = actions.keep_profile(viewer, version=form.version.data or 0, **form.profile())
        return answer(then=url_for(".expert", id=kept.public_id), say=_("Your profile is saved."))
    back = url_for(".expert", id=profile.public_id) if profile else url_for(".experts")
    return _page(form, _("Your profile as an expert"), back)


@bp.get("/people/<id>")
@public
def person(id: str) -> Response:
    """What others of the network see of somebody."""
    viewer = current_viewer()
    found = queries.person_or_404(id, viewer)
    return answer(
        "directory/person.html",
        person=found,
        pieces=slots.pieces(slots.on_person, viewer, found),
    )


def _by_country(cards: list[queries.ProjectCard]) -> list[queries.ProjectCard]:
    return sorted(cards, key=lambda card: (fold(country(card.country)), fold(card.name)))


def _filters(rows: list[queries.ExpertRow]) -> dict[str, list[tuple[str, str]]]:
    """What can be asked for: only what somebody offers, each with its word."""
    labels = {slug: label for some in slots.topics().values() for slug, label in some}
    words = {
        "topic": {slug: labels.get(slug, slug) for row in rows for slug in row.topics},
        "language": {code: language(code) for row in rows for code in row.languages},
        "country": {code: country(code) for row in rows for code in row.countries},
    }
    return {
        name: sorted(pairs.items(), key=lambda pair: fold(pair[1])) for name, pairs in words.items()
    }


def _members_page(found: queries.ProjectCard, form: Any) -> Response:
    return answer(
        "directory/members.html",
        status=form.status,
        form=form,
        project=found,
        members=queries.members_of(current_viewer(), found.id),
        may_invite=False,
    )


def _page(
    form: Any,
    heading: str,
    back: str,
    *,
    button: str = "",
    crumbs: list[tuple[str, str]] | None = None,
) -> Response:
    """The one page all these forms are shown on."""
    return answer(
        "directory/form.html",
        block="form",
        status=form.status,
        form=form,
        heading=heading,
        button=button or _("Save"),
        back=back,
        crumbs=crumbs or [],
    )
