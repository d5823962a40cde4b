"""Writing and changing a thread's summary."""

from flask import request, url_for
from werkzeug.wrappers import Response

from forum.discussions import actions, queries
from forum.discussions.actions.summarising import Parts, linked, whole
from forum.discussions.forms import SummaryForm
from forum.discussions.policy import writing as policy
from forum.discussions.views import drafts
from forum.discussions.views.blueprint import bp
from forum.lib import markup
from forum.lib.permission import require
from forum.spaces import current_viewer
from forum.web.answer import answer, answer_with_form
from forum.web.guard import signed_in
from forum.web.locale import gettext as _


@bp.route("/threads/<id>/summary", methods=["GET", "POST"])
@signed_in
def summary(id: str) -> Response:
    """The form in three parts, filled with the present summary; store it, or show it first."""
    viewer = current_viewer()
    thread = queries.thread_or_404(id, viewer)
    require(policy.can_summarise(viewer, thread))
    kept = queries.summary_of(thread)
    form = SummaryForm(obj=queries.as_typed(kept, thread)) if kept else SummaryForm()
    place = queries.summary_place(thread)
    draft = drafts.fill(viewer, form, place) if request.method == "GET" else None
    preview = ""
    if "preview" in request.form:
        if form.validate():
            parts = linked(thread.id, _parts(form))
            preview = markup.render(whole(parts, form.language.data))
        else:
            form.status = 422
    elif form.accepts():
        actions.summarise(
            viewer,
            thread,
            _parts(form),
            language=form.language.data,
            version=form.version.data or 0,
        )
        actions.drop_draft(viewer, place, request.form)
        return answer(
            then=url_for(".thread", id=thread.public_id, _anchor="summary"),
            say=_("The summary stands at the top of the thread."),
        )
    return answer_with_form(
        "discussions/summary.html", form, thread=thread, kept=kept, preview=preview, draft=draft
    )


def _parts(form: SummaryForm) -> Parts:
    return Parts(form.asked.data or "", form.answered.data or "", form.still_open.data or "")
