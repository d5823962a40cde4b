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
from forum.discussions.rows import PlacedPost, ThreadRow
from forum.discussions.views.blueprint import bp
from forum.exchanges.queries import stage_or_404
from forum.files.limits import takes_files
from forum.lib.permission import require
from forum.spaces import Viewer, current_viewer
from forum.web.answer import answer, is_htmx, local_path
from forum.web.forms import ButtonForm, Form
from forum.web.guard import filled_at, sent_unasked, signed_in
from forum.web.locale import gettext as _
from forum.web.locale import ngettext, timezone

LONGEST_QUOTE = 500  # characters of a post, where no passage of it was selected


@bp.get("/drafts")
@signed_in
def drafts() -> Response:
    """One's own drafts, the latest first."""
    viewer = current_viewer()
    require(policy.can_keep_drafts(viewer))
    found = [(draft, address_of(draft)) for draft in queries.drafts(viewer)]
    return answer("discussions/drafts.html", drafts=found)


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
    solves = request.form.get("solves")
    challenge = queries.thread_or_404(solves, viewer) if solves else None
    return _saved(viewer, queries.thread_place(stage.id, challenge))


@bp.post("/threads/<id>/posts/draft")
@takes_files
@sent_unasked
@filled_at("discussions.new_post")
@signed_in
def draft_post(id: str) -> Response:
    """Keep an answer that is not posted yet."""
    viewer = current_viewer()
    Form()
    thread = queries.thread_or_404(id, viewer)
    answered = request.form.get("parent")
    parent = queries.post_or_404(answered, viewer) if answered else None
    solution = request.form.get("kind") == PostKind.SOLUTION
    return _saved(viewer, queries.answer_place(thread, parent, solution=solution))


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
    said = _("Your draft is kept. Only you see it.")
    if any(sent.filename for sent in request.files.values()):
        said += " " + _("Files are not kept with it: choose them again before you post.")
    return answer(then=url_for(".drafts"), say=said)


def fill(viewer: Viewer, form: Any, place: Place) -> KeptDraft | None:
    """Fill the form with the viewer's draft of that place, if they have one.

    What came back after signing in again is newer than any draft: it stays.
    """
    if request.args.get("kept"):
        return None
    kept = queries.draft_at(viewer, place)
    if kept is not None:
        form.process(kept.form)
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
    if draft.what == DraftOf.THREAD:
        return url_for(
            ".new_thread",
            slug=draft.exchange_slug,
            n=draft.stage_number,
            solves=draft.thread_id,
        )
    if draft.what == DraftOf.EDIT:
        return url_for(".edit_form", id=draft.post_id)
    kind = PostKind.SOLUTION.value if draft.what == DraftOf.SOLUTION else None
    return url_for(".new_post", id=draft.thread_id, parent=draft.post_id, kind=kind)


def on_own_page(person_id: int) -> Markup | None:
    """That there are drafts, on the page of one's own account."""
    count = queries.draft_count(person_id)
    if not count:
        return None
    said = ngettext("You have %(num)d draft.", "You have %(num)d drafts.", count)
    return Markup('<p class="notice"><a href="{}">{}</a></p>').format(
        url_for("discussions.drafts"), said
    )
