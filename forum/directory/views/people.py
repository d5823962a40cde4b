"""Experts and people, for those who see the network."""

from collections.abc import Callable

from flask import request, url_for
from werkzeug.wrappers import Response

from forum.accounts import actions as accounts
from forum.accounts import policy as joining
from forum.directory import actions, finding, forms, policy, queries, slots
from forum.directory.slots import current_viewer
from forum.directory.views.blueprint import bp
from forum.lib.permission import require
from forum.lib.slugs import fold
from forum.web.answer import answer, form_page
from forum.web.forms import ButtonForm
from forum.web.guard import public, signed_in
from forum.web.locale import gettext as _
from forum.web.templating import country, language


@bp.get("/experts")
@public
def experts() -> Response:
    """Experts, to be found by need."""
    viewer = current_viewer()
    asked = {name: request.args.get(name, "")[:60] for name in ("topic", "language", "country")}
    wanted = finding.Wanted(**asked, available=request.args.get("available") == "1")
    page = finding.experts(viewer, wanted, after=request.args.get("after", "")[:32])
    known = finding.what_experts_know()
    return answer(
        "directory/experts.html",
        page=page,
        wanted=wanted,
        asked={name: value for name, value in asked.items() if value},
        any_experts=bool(page.count) or any(known.values()),
        choices=_filters(known),
        may_keep=policy.can_keep_profile(viewer),
        may_invite=bool(joining.invitable_sides(viewer)),
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
    audited = queries.audited_slugs(profile.person_id) if profile else []
    form = forms.ProfileForm(
        obj=profile, data={"version": 0, "available": True, "audited": audited}
    )
    form.offer(slots.topics(), queries.known_countries(), queries.project_choices())
    if form.accepts():
        kept = actions.keep_profile(viewer, version=form.version.data or 0, **form.profile())
        return answer(then=url_for(".expert", id=kept.public_id), say=_("Your profile is saved."))
    back = url_for(".expert", id=profile.public_id) if profile else url_for(".experts")
    return form_page(form, _("Your profile as an expert"), back)


@bp.get("/people/<id>")
@public
def person(id: str) -> Response:
    """What others of the network see of somebody."""
    viewer = current_viewer()
    found = queries.person_or_404(id, viewer)
    return answer(
        "directory/person.html",
        person=found,
        form=ButtonForm(),
        may_hand_link=joining.can_issue_reset_link(
            viewer, found, in_own_project=queries.coordinates(viewer, found)
        ),
        pieces=slots.pieces(slots.on_person, viewer, found),
    )


@bp.post("/people/<id>/reset-link")
@signed_in
def reset_link(id: str) -> Response:
    """A link to a new password for somebody without e-mail at hand, shown once."""
    viewer, form = current_viewer(), ButtonForm()
    found = queries.person_or_404(id, viewer)
    own = queries.coordinates(viewer, found)
    require(joining.can_issue_reset_link(viewer, found, in_own_project=own))
    if form.accepts():
        issued = accounts.issue_reset_link(viewer, found.id, in_own_project=own)
        return answer(
            "directory/handed.html",
            block="form",
            heading=_("A link to a new password for %(name)s", name=found.name),
            url=issued.url,
            expires_at=issued.expires_at,
            back=found.url,
        )
    return answer(
        "directory/person.html",
        status=form.status,
        person=found,
        form=form,
        may_hand_link=joining.can_issue_reset_link(viewer, found, in_own_project=own),
        pieces=slots.pieces(slots.on_person, viewer, found),
    )


def _filters(known: dict[str, set[str]]) -> dict[str, list[tuple[str, str]]]:
    """What can be asked for: only what somebody offers, each with its word."""
    labels = {slug: label for some in slots.topics().values() for slug, label in some}
    words: dict[str, Callable[[str], str]] = {
        "topic": lambda slug: labels.get(slug, slug),
        "language": language,
        "country": country,
    }
    return {
        name: sorted(((one, words[name](one)) for one in codes), key=lambda pair: fold(pair[1]))
        for name, codes in known.items()
    }
