"""What came of a solution where others tried it: read it, record it, take it back."""

from dataclasses import asdict
from functools import partial
from typing import Any

from flask import has_request_context, request, url_for
from werkzeug.wrappers import Response

from forum.discussions import actions, queries
from forum.discussions.actions.trials import USUAL_WAIT
from forum.discussions.forms.cases import TrialForm
from forum.discussions.kinds import Verdict
from forum.discussions.policy import trials as policy
from forum.discussions.policy.writing import can_see_revisions
from forum.discussions.queries import TrialRow
from forum.discussions.rows import PlacedPost
from forum.discussions.views.blueprint import bp
from forum.lib import clock
from forum.lib.permission import Refused, require
from forum.spaces import Viewer, current_viewer
from forum.web.answer import answer, answer_with_form
from forum.web.forms import Form, choice
from forum.web.guard import filled_at, public, signed_in
from forum.web.held import request_now
from forum.web.locale import gettext as _


@bp.get("/posts/<id>/trials")
@public
def trials(id: str) -> Response:
    """What projects say of the solution that they tried, each in its context."""
    viewer = current_viewer()
    post = queries.post_or_404(id, viewer)
    require(can_see_revisions(viewer, post))
    told = queries.trials_of([post.id])[post.id]
    withdraws = partial(policy.can_withdraw_trial, viewer, post, post.thread)
    return answer(
        "discussions/trials.html",
        post=post,
        thread=post.thread,
        trials=told,
        may_withdraw=[trial for trial in told if withdraws(trial.project_id)],
        may_try=policy.can_try(viewer, post, post.thread),
    )


@bp.get("/posts/<id>/trials/new")
@signed_in
def new_trial(id: str) -> Response:
    """The form to say what came of it; `?project=` is the project, `?verdict=` fills it in."""
    viewer = current_viewer()
    post = queries.post_or_404(id, viewer)
    require(policy.can_try(viewer, post, post.thread))
    projects = queries.projects_to_try(viewer, post)
    kept = {trial.project_slug: trial for trial in queries.trials_of([post.id])[post.id]}
    slug = _chosen(viewer, projects)
    form = _filled(projects, slug, kept.get(slug))
    form.project.choices = [choice(one, name) for one, name, _id, _country in projects]
    return _form(form, post, kept.get(slug))


@bp.post("/posts/<id>/trials")
@filled_at("discussions.new_trial")
@signed_in
def record_trial(id: str) -> Response:
    """Record what came of it, or change what was recorded."""
    form, viewer = TrialForm(), current_viewer()
    post = queries.post_or_404(id, viewer)
    require(policy.can_try(viewer, post, post.thread))
    projects = queries.projects_to_try(viewer, post)
    form.project.choices = [choice(one, name) for one, name, _id, _country in projects]
    if form.accepts():
        actions.record_trial(
            viewer,
            post,
            next(id_ for slug, _name, id_, _country in projects if slug == form.project.data),
            form.said,
            version=form.version.data or 0,
        )
        return answer(
            then=url_for(".trials", id=id),
            say=_("What your project says stands here. You can change it when you know more."),
        )
    return _form(form, post, None)


@bp.post("/posts/<id>/trials/withdrawal")
@signed_in
def withdraw_trial(id: str) -> Response:
    """Take back what the project of `project` said."""
    viewer = current_viewer()
    Form()
    post = queries.post_or_404(id, viewer)
    slug = request.form.get("project", "")
    if not slug:
        raise Refused(_("Please choose a project."), "project")
    actions.withdraw_trial(viewer, post, queries.project_id_of(slug))
    return answer(then=url_for(".trials", id=id), say=_("What the project said is taken back."))


def asked_at_home() -> dict[str, Any] | None:
    """Only the home page asks what came of what was planned until today."""
    at_home = has_request_context() and request_now().path == "/"
    return {"trials_by": clock.now().date()} if at_home else None


def _chosen(viewer: Viewer, projects: list[tuple[str, str, int, str]]) -> str:
    slugs = [slug for slug, _name, _id, _country in projects]
    asked = request.args.get("project", "")
    if asked in slugs:
        return asked
    own = [slug for slug, _name, id_, _country in projects if id_ in viewer.projects]
    return (own or slugs or [""])[0]


def _filled(
    projects: list[tuple[str, str, int, str]], slug: str, kept: TrialRow | None
) -> TrialForm:
    asked = request.args.get("verdict", "")
    verdict = asked if asked in set(Verdict) else kept.verdict.value if kept else None
    if kept:
        return TrialForm(**asdict(kept) | {"project": slug, "verdict": verdict})
    country = next((country for one, _name, _id, country in projects if one == slug), "")
    return TrialForm(project=slug, verdict=verdict, country=country)


def _form(form: TrialForm, post: PlacedPost, kept: TrialRow | None) -> Response:
    return answer_with_form(
        "discussions/trial.html",
        form,
        post=post,
        thread=post.thread,
        kept=kept,
        usual=clock.now().date() + USUAL_WAIT,
    )
