"""A thread, a post or a session as a text to paste into a chat."""

from flask import current_app, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from forum.discussions.kinds import PostKind
from forum.discussions.queries import post_or_404, summary_of, thread_or_404
from forum.exchanges.queries.sessions import session_or_404
from forum.packs import queries, wording
from forum.packs.policy import as_sharer, may_leave
from forum.packs.views.blueprint import bp
from forum.spaces import current_viewer
from forum.spaces.kinds import SpaceKind
from forum.web.answer import answer
from forum.web.guard import public


@bp.get("/threads/<id>/text")
@public
def thread_text(id: str) -> Response:
    """What is asked, what solved it, where it stands; of a private thread the address alone."""
    viewer = current_viewer()
    thread = thread_or_404(id, viewer)
    if thread.removed_at is not None:
        raise NotFound
    back = url_for("discussions.thread", id=thread.public_id)
    if may_leave(thread.space_kind):
        opening = queries.opening_of(viewer, thread)
        sharer = as_sharer(viewer, network=True)  # what solved it may stand where fewer read
        solver = queries.solver_of(sharer, thread) if thread.status == "solved" else None
        said = wording.thread_text(thread, opening, solver)
    else:
        said = wording.closed_text(thread.space_kind, f"/threads/{thread.public_id}")
    return _given(said, back, thread.space_kind)


@bp.get("/posts/<id>/text")
@public
def post_text(id: str) -> Response:
    """A solution, a summary or another post, with the conversation that it belongs to."""
    viewer = current_viewer()
    post = post_or_404(id, viewer)
    if post.removed_at is not None or post.thread.removed_at is not None:
        raise NotFound
    back = url_for("discussions.post", id=post.public_id)
    if not may_leave(post.thread.space_kind):
        said = wording.closed_text(post.thread.space_kind, f"/posts/{post.public_id}")
    elif post.kind == PostKind.SUMMARY and (summary := summary_of(post.thread)):
        said = wording.summary_text(post.thread, summary)
    else:
        said = wording.post_text(post, queries.words_at(viewer, post))
    return _given(said, back, post.thread.space_kind)


@bp.get("/sessions/<id>/text")
@public
def session_text(id: str) -> Response:
    """When it is and who takes part; afterwards what came of it. Never the link to join it."""
    session = session_or_404(id)
    said = wording.session_text(session, queries.outcomes_said(session.id))
    return _given(said, session.url, SpaceKind.PUBLIC)


def _given(said: str, back: str, kind: SpaceKind) -> Response:
    if "plain" in request.args:
        response = current_app.make_response(said + "\n")
        response.mimetype = "text/plain"
        return response
    return answer("packs/text.html", said=said, back=back, kind=kind)
