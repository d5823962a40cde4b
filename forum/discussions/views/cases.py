"""Telling a solution as a case: a form that asks for its parts."""

from flask import request, url_for
from werkzeug.wrappers import Response

from forum.discussions import actions, queries
from forum.discussions.actions.cases import as_text
from forum.discussions.forms.cases import PARTS, CaseEditForm, CaseFields, CaseForm
from forum.discussions.models import Case
from forum.discussions.policy import writing as policy
from forum.discussions.rows import PlacedPost, ThreadRow
from forum.discussions.views import drafts
from forum.discussions.views.blueprint import bp
from forum.discussions.views.threads import offered_to, space_of
from forum.exchanges.queries.stages import stage_or_404
from forum.exchanges.rows import StageRow
from forum.files.forms import read_files
from forum.files.limits import takes_files
from forum.lib import markup
from forum.lib.permission import Refused, require
from forum.spaces import Viewer, current_viewer
from forum.spaces.kinds import SpaceKind
from forum.web.answer import answer
from forum.web.errors import lead_back
from forum.web.forms import choice
from forum.web.guard import signed_in
from forum.web.locale import gettext as _


@bp.get("/exchanges/<slug>/stages/<int:n>/cases/new")
@signed_in
def new_case(slug: str, n: int) -> Response:
    """The form to tell a solution as a case; `?solves=` names the challenge it is for."""
    viewer, stage = current_viewer(), stage_or_404(slug, n)
    solves = _solves(viewer, request.args.get("solves", ""))
    _lead_back(stage, solves)
    require(policy.can_start_thread(viewer, stage))
    form = CaseForm(
        offered_to(viewer),
        country=queries.country_of(viewer),
        visibility=(solves.space_kind if solves else SpaceKind.NETWORK).value,
        solves=solves.public_id if solves else "",
    )
    draft = drafts.fill(viewer, form, queries.case_place(stage.id, solves))
    return _form(form, stage, solves, draft=draft)


@bp.post("/exchanges/<slug>/stages/<int:n>/cases")
@takes_files
@signed_in
def start_case(slug: str, n: int) -> Response:
    """Start the thread with the case, or show it first."""
    read_files()
    viewer = current_viewer()
    form = CaseForm(offered_to(viewer))
    stage = stage_or_404(slug, n)
    solves = _solves(viewer, form.solves.data)
    _lead_back(stage, solves)
    require(policy.can_start_thread(viewer, stage))
    if "preview" in request.form:
        return _form(form, stage, solves, preview=_preview(form))
    if form.accepts():
        made = actions.start_case(
            viewer,
            form.parts,
            stage=stage,
            space_id=space_of(viewer, stage, form.visibility.data),
            title=form.title.data or "",
            language=form.language.data,
            topics=form.topics.data or [],
            solves=solves,
        )
        actions.attach(viewer, actions.first_post(made), form.files, left_out=form.left_out)
        actions.drop_draft(viewer, queries.case_place(stage.id, solves), request.form)
        return answer(then=url_for(".thread", id=made.public_id), say=_("Your case is posted."))
    return _form(form, stage, solves)


def edit_case_form(viewer: Viewer, post: PlacedPost, case: Case) -> Response:
    """The form to change one's own case, filled with its parts. The caller asked who may."""
    parts = {name: getattr(case, name) for name in PARTS}
    form = _edit_form(
        post, title=post.thread.title, language=post.language, version=post.version, **parts
    )
    draft = drafts.fill(viewer, form, queries.edit_place(post))
    return answer("discussions/edit_case.html", block="form", form=form, post=post, draft=draft)


def edit_case(viewer: Viewer, post: PlacedPost) -> Response | None:
    """Show what was sent of the changed case; None once it is stored."""
    form = _edit_form(post)
    preview = ""
    if "preview" in request.form:
        preview = _preview(form)
    elif form.accepts():
        actions.change_case(
            viewer,
            post,
            form.parts,
            version=form.version.data or 0,
            language=form.language.data,
            title=form.title.data or "" if post.is_first else "",
        )
        actions.change_files(
            viewer, post, add=form.files, remove=form.gone_files.data or (), left_out=form.left_out
        )
        actions.drop_draft(viewer, queries.edit_place(post), request.form)
        return None
    return answer(
        "discussions/edit_case.html",
        block="form",
        form=form,
        post=post,
        preview=preview,
        status=form.status,
    )


def _edit_form(post: PlacedPost, **values: object) -> CaseEditForm:
    form = CaseEditForm(**values)
    if not post.is_first:
        del form.title
    files = queries.files_of([post.id])[post.id] if post.file_count else []
    form.gone_files.choices = [choice(file.public_id, file.alt or file.name) for file in files]
    return form


def _preview(form: CaseFields) -> str:
    """The case as it will look; empty, with what is wrong on the form, when it is not valid."""
    if not form.validate():
        form.status = 422
        return ""
    try:
        return markup.render(as_text(form.parts, form.language.data))
    except Refused as why:
        form.refuse(why.message, why.field)
        return ""


def _form(
    form: CaseForm,
    stage: StageRow,
    solves: ThreadRow | None,
    *,
    preview: str = "",
    draft: queries.KeptDraft | None = None,
) -> Response:
    return answer(
        "discussions/new_case.html",
        block="form",
        form=form,
        stage=stage,
        solves=solves,
        preview=preview,
        draft=draft,
        status=form.status,
    )


def _lead_back(stage: StageRow, solves: ThreadRow | None) -> None:
    """To the challenge, which says where solutions are told now; else to the stage."""
    if solves is None:
        lead_back(stage.url, _("Back to the stage"))
    else:
        lead_back(url_for(".thread", id=solves.public_id), _("Back to the challenge"))


def _solves(viewer: Viewer, public_id: str | None) -> ThreadRow | None:
    return queries.thread_or_404(public_id, viewer) if public_id else None
