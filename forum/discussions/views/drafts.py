"""Drafts: saved as one types or by a button, given back by the form, listed for their writer."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from forum.discussions import actions, queries
from forum.discussions.kinds import PostKind
from forum.discussions.models import DraftOf
from forum.discussions.policy import writing as policy
from forum.discussions.queries import DraftRow, KeptDraft, Place
from forum.discussions.queries.drafts import IN_STAGES
from forum.discussions.rows import PlacedPost, ThreadRow
from forum.discussions.views.blueprint import bp
from forum.exchanges.queries.stages import stage_or_404
from forum.files.limits import takes_files
from forum.lib.permission import require
from forum.spaces import Viewer, current_viewer
from forum.web.answer import answer, is_htmx, local_path
from forum.web.forms import ButtonForm, Form
from forum.web.guard import filled_at, sent_unasked, signed_in
from forum.web.locale import gettext as _
from forum.web.locale import lazy_gettext as _l
from forum.web.locale import ngettext, timezone

LABELS = {
    DraftOf.THREAD: _l("A new thread"),
    DraftOf.REPLY: _l("An answer"),
    DraftOf.SOLUTION: _l("A solution"),
    DraftOf.EDIT: _l("A change to your post"),
    DraftOf.CASE: _l("A case"),
    DraftOf.SUMMARY: _l("A summary"),
    DraftOf.THREAD_FOR: _l("A new thread for somebody"),
    DraftOf.REPLY_FOR: _l("An answer for somebody"),
}
FORMS = {  # where each is written on
    DraftOf.THREAD: "discussions.new_thread",
    DraftOf.REPLY: "discussions.new_post",
    DraftOf.SOLUTION: "discussions.new_post",
    DraftOf.EDIT: "discussions.edit_form",
    DraftOf.CASE: "discussions.new_case",
    DraftOf.SUMMARY: "discussions.summary",
    DraftOf.THREAD_FOR: "discussions.start_thread_for",
    DraftOf.REPLY_FOR: "discussions.reply_for",
}
LONGEST_QUOTE = 500  # characters of a post, where no passage of it was selected


@bp.get("/drafts")
@signed_in
def drafts() -> Response:
    """One's own drafts, the latest first."""
    viewer = current_viewer()
    require(policy.can_keep_drafts(viewer))
    found = [(draft, address_of(draft), LABELS[draft.what]) for draft in queries.drafts(viewer)]
    return answer("discussions/drafts.html", drafts=found)


@bp.get("/drafts/<id>")
@signed_in
def draft(id: str) -> Response:
    """One's own draft as it was typed, to copy it: also where it cannot be posted any more."""
    kept = queries.draft_or_404(current_viewer(), id)
    return answer(
        "discussions/draft.html", draft=kept, address=address_of(kept), label=LABELS[kept.what]
    )


@bp.post("/drafts/<id>/removal")
@signed_in
def throw_away(id: str) -> Response:
    """Let go of a draft; back to the form it filled, or to the list."""
    viewer = current_viewer()
    ButtonForm()
    draft = queries.draft_or_404(viewer, id)
    actions.throw_away(viewer, draft.public_id)
    there = local_path(request.form.get("next"), url_for(".drafts"))
    return answer(then=there, say=_("The draft is thrown away."))


@bp.post("/exchanges/<slug>/stages/<int:n>/threads/draft")
@takes_files
@sent_unasked
@filled_at("discussions.new_thread")
@signed_in
def draft_thread(slug: str, n: int) -> Response:
    """Keep a thread that is not posted yet."""
    viewer, stage = current_viewer(), stage_or_404(slug, n)
    Form()
    return _saved(viewer, queries.thread_place(stage.id, _challenge(viewer)))


@bp.post("/exchanges/<slug>/stages/<int:n>/cases/draft")
@takes_files
@sent_unasked
@filled_at("discussions.new_case")
@signed_in
def draft_case(slug: str, n: int) -> Response:
    """Keep a case that is not posted yet."""
    viewer, stage = current_viewer(), stage_or_404(slug, n)
    Form()
    return _saved(viewer, queries.case_place(stage.id, _challenge(viewer)))


@bp.post("/exchanges/<slug>/stages/<int:n>/threads/for-somebody/draft")
@takes_files
@sent_unasked
@filled_at("discussions.start_thread_for")
@signed_in
def draft_thread_for(slug: str, n: int) -> Response:
    """Keep a thread with somebody's words that is not posted yet."""
    viewer, stage = current_viewer(), stage_or_404(slug, n)
    Form()
    return _saved(viewer, queries.thread_for_place(stage.id))


@bp.post("/threads/<id>/posts/draft")
@takes_files
@sent_unasked
@filled_at("discussions.new_post")
@signed_in
def draft_post(id: str) -> Response:
    """Keep an answer that is not posted yet."""
    viewer = current_viewer()
    Form()
    thread, parent = _answered(viewer, id)
    solution = request.form.get("kind") == PostKind.SOLUTION
    return _saved(viewer, queries.answer_place(thread, parent, solution=solution))


@bp.post("/threads/<id>/posts/for-somebody/draft")
@takes_files
@sent_unasked
@filled_at("discussions.reply_for")
@signed_in
def draft_post_for(id: str) -> Response:
    """Keep an answer with somebody's words that is not posted yet."""
    viewer = current_viewer()
    Form()
    return _saved(viewer, queries.reply_for_place(*_answered(viewer, id)))


@bp.post("/threads/<id>/summary/draft")
@sent_unasked
@filled_at("discussions.summary")
@signed_in
def draft_summary(id: str) -> Response:
    """Keep a thread's summary that is not stored yet."""
    viewer = current_viewer()
    Form()
    return _saved(viewer, queries.summary_place(queries.thread_or_404(id, viewer)))


@bp.post("/posts/<id>/edit/draft")
@takes_files
@sent_unasked
@filled_at("discussions.edit_form")
@signed_in
def draft_edit(id: str) -> Response:
    """Keep what one's own post shall say."""
    viewer = current_viewer()
    Form()
    post = queries.post_or_404(id, viewer)
    require(policy.can_draft_edit(viewer, post))
    return _saved(viewer, queries.edit_place(post))


def _challenge(viewer: Viewer) -> ThreadRow | None:
    solves = request.form.get("solves")
    return queries.thread_or_404(solves, viewer) if solves else None


def _answered(viewer: Viewer, id: str) -> tuple[ThreadRow, PlacedPost | None]:
    thread = queries.thread_or_404(id, viewer)
    answered = request.form.get("parent")
    return thread, queries.post_or_404(answered, viewer) if answered else None


def _saved(viewer: Viewer, place: Place) -> Response:
    """A small line in the form when it is saved by itself; the list when a button was pressed."""
    kept = actions.save_draft(viewer, place, request.form)
    if is_htmx() and "pressed" not in request.form:
        at = kept.saved_at.astimezone(ZoneInfo(timezone())).strftime("%H:%M") if kept else ""
        return answer("discussions/draft_saved.html", block="saved", at=at)
    if kept is None:
        return answer(
            then=url_for(".drafts"), say=_("There is nothing to keep: the form is empty.")
        )
    if any(sent.filename for sent in request.files.values()):
        said = _(
            "Your draft is kept. Only you see it. Files are not kept with it: choose them again "
            "before you post."
        )
    else:
        said = _("Your draft is kept. Only you see it.")
    return answer(then=url_for(".drafts"), say=said)


def fill(viewer: Viewer, form: Any, place: Place) -> KeptDraft | None:
    """Fill the form with the viewer's draft of that place (the one of `?draft=`), if any.

    What came back after signing in again is newer than any draft: it stays.
    """
    if request.args.get("kept"):
        return None
    kept = queries.draft_at(viewer, place, request.args.get("draft", ""))
    if kept is not None:
        form.process(kept.form)
        form.draft.data = kept.shown_as
    return kept


def place_of(thread: ThreadRow, parent: PlacedPost | None, kind: PostKind) -> Place:
    """Where a draft of that answer is kept."""
    return queries.answer_place(thread, parent, solution=kind == PostKind.SOLUTION)


def quoted(form: Any, post: PlacedPost | None) -> None:
    """Put the beginning of the post as a quote into the form, below what it holds."""
    if post is None or post.removed_at is not None:
        return
    words = post.body[:LONGEST_QUOTE].rstrip()
    if len(post.body) > LONGEST_QUOTE:
        words = words.rsplit(" ", 1)[0] + " …"
    who = _("%(name)s wrote:", name=post.on_behalf_of or post.author_name)
    quote = "\n".join(f"> {line}".rstrip() for line in (who, "", *words.split("\n")))
    form.body.data = "\n\n".join(filter(None, (form.body.data, quote))) + "\n\n"


def address_of(draft: DraftRow) -> str | None:
    """Where the writer goes on with a draft; None where they see that no more."""
    if not draft.in_sight:
        return None
    names: dict[str, Any] = {"draft": draft.public_id if draft.is_beside else None}
    if draft.what in IN_STAGES:
        names |= {"slug": draft.exchange_slug, "solves": draft.thread_id}
        return url_for(FORMS[draft.what], n=draft.stage_number, **names)
    if draft.what == DraftOf.EDIT:
        return url_for(FORMS[draft.what], id=draft.post_id, **names)
    if draft.what == DraftOf.SOLUTION:
        names["kind"] = PostKind.SOLUTION.value
    return url_for(FORMS[draft.what], id=draft.thread_id, parent=draft.post_id, **names)


def on_own_page(person_id: int) -> Markup | None:
    """That there are drafts, on the page of one's own account."""
    count = queries.draft_count(person_id)
    if not count:
        return None
    said = ngettext("You have %(num)d draft.", "You have %(num)d drafts.", count)
    return Markup('<p class="notice"><a href="{}">{}</a></p>').format(
        url_for("discussions.drafts"), said
    )
