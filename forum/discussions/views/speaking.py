"""Writing for somebody who cannot be online, and saying later whose words they were."""

from flask import request, url_for
from werkzeug.wrappers import Response

from forum.discussions import actions, queries
from forum.discussions.actions import Speaker
from forum.discussions.forms import (
    PostForSomebodyForm,
    SpeakerFields,
    ThreadForSomebodyForm,
)
from forum.discussions.kinds import Consent, PostKind
from forum.discussions.policy import speaking as policy
from forum.discussions.policy.writing import can_reply, can_start_thread
from forum.discussions.views import drafts
from forum.discussions.views.blueprint import bp
from forum.discussions.views.calling import show_called
from forum.discussions.views.posts import placed
from forum.discussions.views.threads import offered_to, space_of
from forum.exchanges.queries.stages import stage_or_404
from forum.files.forms import read_files
from forum.files.limits import takes_files
from forum.lib.permission import require
from forum.spaces import Viewer, current_viewer
from forum.spaces.kinds import SpaceKind
from forum.web.answer import answer, answer_with_form
from forum.web.forms import Form, choice
from forum.web.guard import signed_in
from forum.web.locale import gettext as _


@bp.route("/threads/<id>/posts/for-somebody", methods=["GET", "POST"])
@takes_files
@signed_in
def reply_for(id: str) -> Response:
    """Answer the thread, or the post of `?parent=`, with somebody's words, or show them first."""
    read_files()
    form, viewer = PostForSomebodyForm(parent=request.args.get("parent", "")), current_viewer()
    thread, parent = placed(viewer, queries.thread_or_404(id, viewer), form.parent.data)
    require(policy.can_write_for(viewer))
    require(can_reply(viewer, thread))
    projects = _offer(viewer, form)
    place = queries.reply_for_place(thread, parent)
    draft = drafts.fill(viewer, form, place) if request.method == "GET" else None
    preview = "preview" in request.form and form.validate()
    if preview:
        show_called(form.body, queries.as_answered(thread.id, form.body.data or ""))
    if "preview" not in request.form and form.accepts():
        made = actions.reply_for(
            viewer,
            thread,
            _speaker(form, projects),
            body=form.body.data or "",
            html=form.body.html,
            language=form.language.data,
            kind=PostKind.REPLY,
            parent=parent,
        )
        actions.attach(viewer, made, form.files, left_out=form.left_out)
        actions.drop_draft(viewer, place, request.form)
        return answer(then=url_for(".post", id=made.public_id), say=_("The words are posted."))
    return answer_with_form(
        "discussions/for_somebody.html",
        form,
        thread=thread,
        parent=parent,
        draft=draft,
        preview=preview,
    )


@bp.route("/exchanges/<slug>/stages/<int:n>/threads/for-somebody", methods=["GET", "POST"])
@takes_files
@signed_in
def start_thread_for(slug: str, n: int) -> Response:
    """Start a thread with somebody's words, or show it first."""
    read_files()
    viewer = current_viewer()
    form = ThreadForSomebodyForm(offered_to(viewer), visibility=SpaceKind.NETWORK.value)
    stage = stage_or_404(slug, n)
    require(policy.can_write_for(viewer))
    require(can_start_thread(viewer, stage))
    projects = _offer(viewer, form)
    place = queries.thread_for_place(stage.id)
    draft = drafts.fill(viewer, form, place) if request.method == "GET" else None
    preview = "preview" in request.form and form.validate()
    if preview:
        space_id = space_of(viewer, stage, form.visibility.data)
        show_called(form.body, queries.as_begun(space_id, form.body.data or ""))
    if "preview" not in request.form and form.accepts():
        made = actions.start_thread_for(
            viewer,
            _speaker(form, projects),
            stage=stage,
            space_id=space_of(viewer, stage, form.visibility.data),
            **form.details(),
        )
        actions.attach(viewer, actions.first_post(made), form.files, left_out=form.left_out)
        actions.drop_draft(viewer, place, request.form)
        return answer(then=url_for(".thread", id=made.public_id), say=_("Your thread is posted."))
    return answer_with_form(
        "discussions/thread_for_somebody.html", form, stage=stage, draft=draft, preview=preview
    )


@bp.post("/posts/<id>/speaker")
@signed_in
def claim_words(id: str) -> Response:
    """Say that the post holds one's own words."""
    viewer = current_viewer()
    Form()
    actions.claim_words(viewer, queries.post_or_404(id, viewer))
    return answer(
        then=url_for(".post", id=id),
        say=_("Who wrote them down, or who facilitates, will confirm that these are your words."),
    )


@bp.post("/posts/<id>/speaker/confirmation")
@signed_in
def confirm_speaker(id: str) -> Response:
    """Confirm whose words they are."""
    viewer = current_viewer()
    Form()
    actions.confirm_speaker(viewer, queries.post_or_404(id, viewer))
    return answer(then=url_for(".post", id=id), say=_("The post shows whose words they are."))


@bp.post("/posts/<id>/speaker/refusal")
@signed_in
def refuse_speaker(id: str) -> Response:
    """Say that it was somebody else."""
    viewer = current_viewer()
    Form()
    actions.refuse_speaker(viewer, queries.post_or_404(id, viewer))
    return answer(then=url_for(".post", id=id), say=_("The post stays as it was."))


def _offer(viewer: Viewer, form: SpeakerFields) -> dict[str, int]:
    projects = queries.projects_to_write_for(viewer)
    offered = [choice(slug, name) for slug, name, _id in projects]
    form.project.choices = offered if len(offered) == 1 else [choice("", ""), *offered]
    return {slug: project_id for slug, _name, project_id in projects}


def _speaker(form: SpeakerFields, projects: dict[str, int]) -> Speaker:
    return Speaker(
        name=form.on_behalf_of.data or "",
        project_id=projects[form.project.data],
        consent=Consent(form.consent.data),
    )
