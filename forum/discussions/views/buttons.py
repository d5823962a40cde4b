"""One press each: what solved a challenge, who faces it, up to where one has read."""

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from forum.discussions import actions, queries
from forum.discussions.forms import ChallengeForm
from forum.discussions.policy import solutions as policy
from forum.discussions.policy.sides import speaks_for_any
from forum.discussions.rows import PlacedPost, ThreadRow
from forum.discussions.views.blueprint import bp
from forum.discussions.views.shown import in_place
from forum.lib.permission import Refused, require
from forum.spaces import Viewer, current_viewer
from forum.web.answer import answer, answer_with_form
from forum.web.guard import sent_unasked, signed_in
from forum.web.locale import gettext as _


@bp.post("/posts/<id>/solution")
@signed_in
def mark_solution(id: str) -> Response:
    """Say that the post solved its thread's challenge, or the one of `challenge`."""
    return _mark(id, actions.mark_solution, _("Marked as what solved the challenge."))


@bp.post("/posts/<id>/solution/withdrawal")
@signed_in
def unmark_solution(id: str) -> Response:
    """Take that back."""
    return _mark(id, actions.unmark_solution, _("No longer marked as what solved the challenge."))


@bp.get("/threads/<id>/solves")
@signed_in
def solves_form(id: str) -> Response:
    """The form to offer a solution thread for a challenge."""
    viewer = current_viewer()
    thread = queries.thread_or_404(id, viewer)
    require(policy.can_offer_thread(viewer, thread))
    return _form(ChallengeForm(), thread)


@bp.post("/threads/<id>/solves")
@signed_in
def solves(id: str) -> Response:
    """Offer the thread's first post as a solution of a challenge."""
    form, viewer = ChallengeForm(), current_viewer()
    thread = queries.thread_or_404(id, viewer)
    if form.accepts():
        first = queries.post_rows(thread, posts=1).posts[0]
        post = queries.post_or_404(first.public_id, viewer)
        challenge = _named(viewer, form.challenge.data or "")
        actions.link_solution(viewer, post, challenge)
        return answer(
            then=url_for(".thread", id=id), say=_("Offered as a solution of the challenge.")
        )
    return _form(form, thread)


@bp.post("/threads/<id>/faced-by")
@signed_in
def face(id: str) -> Response:
    """Say that one's project (or the project of `project`) faces the challenge too."""
    return _list(id, actions.face, _("Your project is listed among those that face this."))


@bp.post("/threads/<id>/faced-by/withdrawal")
@signed_in
def unface(id: str) -> Response:
    """Take that back."""
    return _list(id, actions.unface, _("Your project is no longer listed."))


@bp.post("/threads/<id>/read")
@sent_unasked
@signed_in
def read(id: str) -> Response:
    """Everything up to `number` was read."""
    viewer = current_viewer()
    thread = queries.thread_or_404(id, viewer)
    number = request.form.get("number", thread.last_number, type=int)
    actions.mark_read(viewer, thread, number)
    return answer(
        "discussions/read.html", block="read", then=url_for(".thread", id=id), thread=thread
    )


def _form(form: ChallengeForm, thread: ThreadRow) -> Response:
    return answer_with_form("discussions/solves.html", form, thread=thread)


def _mark(id: str, act: Callable[[Viewer, PlacedPost, ThreadRow], object], say: str) -> Response:
    """Mark the post or take that back, as `act` does, and show it as it is now."""
    viewer = current_viewer()
    post = queries.post_or_404(id, viewer)
    act(viewer, post, _challenge(viewer, post))
    return in_place(viewer, post, say)


def _list(id: str, act: Callable[[Viewer, ThreadRow, int], object], say: str) -> Response:
    """List the project or take it off, as `act` does, and show who faces the challenge now."""
    viewer = current_viewer()
    act(viewer, queries.thread_or_404(id, viewer), _project(viewer))
    now = queries.thread_or_404(id, viewer)
    return answer(
        "discussions/faced.html",
        block="faced",
        then=url_for(".thread", id=now.public_id, _anchor="faced"),
        say=say,
        thread=now,
        facing=queries.facing(viewer, now),
        may_face=policy.can_face(viewer, now),
        may_face_any=speaks_for_any(viewer),
        announce=say,
    )


def _challenge(viewer: Viewer, post: PlacedPost) -> ThreadRow:
    named = request.form.get("challenge", "")
    return queries.thread_or_404(named, viewer) if named else post.thread


def _named(viewer: Viewer, address: str) -> ThreadRow:
    public_id = urlsplit(address).path.rstrip("/").rsplit("/", maxsplit=1)[-1]
    try:
        return queries.thread_or_404(public_id, viewer)
    except NotFound:
        raise Refused(
            _("There is no challenge at that address that you may read."), "challenge"
        ) from None


def _project(viewer: Viewer) -> int:
    slug = request.form.get("project", "")
    if slug:
        return queries.project_id_of(slug)
    own = min(viewer.projects, default=None)
    if own is None:
        raise Refused(_("Please choose a project."), "project")
    return own
