"""The list of what one is told, what one follows, and the buttons to follow."""

from flask import Blueprint, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from forum.coalition.queries.proposals import proposal_or_404
from forum.discussions.queries import thread_or_404
from forum.discussions.topics import all_topics
from forum.exchanges.queries import exchange_or_404, stage_or_404
from forum.notifications import actions, queries
from forum.notifications.forms import FollowForm
from forum.notifications.kinds import What
from forum.spaces import Viewer, current_viewer
from forum.web.answer import answer
from forum.web.guard import signed_in
from forum.web.paging import cursor

bp = Blueprint("notifications", __name__)


@bp.get("/notifications")
@signed_in
def notifications() -> Response:
    """What the viewer is told, read and unread, one entry a thread or proposal."""
    viewer = current_viewer()
    page = queries.entries(viewer, request.args.get("after"))
    newest = page.rows[0] if page.rows else None
    return answer(
        "notifications/notifications.html",
        page=page,
        unread=viewer.facts["unread"],
        until=cursor(newest.told_at, newest.id) if newest else "",
    )


@bp.post("/notifications/read")
@signed_in
def read() -> Response:
    """Mark all as read, or the entry of `thread` or `proposal`; nothing newer than `until`."""
    viewer, sent = current_viewer(), request.form
    thread, proposal = sent.get("thread"), sent.get("proposal")
    actions.read(
        viewer,
        thread_id=_told_of(viewer, thread) if thread else None,
        proposal_id=proposal_or_404(proposal, viewer).id if proposal else None,
        until=sent.get("until"),
    )
    return answer(then=url_for(".notifications"))


@bp.get("/notifications/following")
@signed_in
def following() -> Response:
    """What the viewer watches and mutes, each with the way to undo it."""
    page = queries.followed(current_viewer(), request.args.get("after"))
    return answer("notifications/following.html", page=page)


@bp.post("/threads/<id>/watch")
@signed_in
def watch_thread(id: str) -> Response:
    """Watch or mute the thread, or neither."""
    thread = thread_or_404(id, current_viewer())
    return _follow(What.THREAD, thread.id, url_for("discussions.thread", id=id))


@bp.post("/exchanges/<slug>/watch")
@signed_in
def watch_exchange(slug: str) -> Response:
    """Watch or mute all stages of the exchange, or neither."""
    exchange = exchange_or_404(slug)
    return _follow(What.EXCHANGE, exchange.id, f"/exchanges/{exchange.slug}")


@bp.post("/exchanges/<slug>/stages/<int:n>/watch")
@signed_in
def watch_stage(slug: str, n: int) -> Response:
    """Watch or mute the stage, or neither."""
    stage = stage_or_404(slug, n)
    return _follow(What.STAGE, stage.id, url_for("discussions.stage", slug=slug, n=n))


@bp.post("/topics/<slug>/watch")
@signed_in
def watch_topic(slug: str) -> Response:
    """Watch or mute the topic or group of topics, or neither."""
    topic = all_topics().get(slug)
    if topic is None:
        raise NotFound
    return _follow(What.TOPIC, topic.id, url_for("discussions.topic", slug=slug))


def _told_of(viewer: Viewer, thread: str) -> int:
    return queries.entry_of(viewer, thread) or thread_or_404(thread, viewer).id


def _follow(what: What, thing_id: int, page: str) -> Response:
    """Store the level and go back to where it was chosen: the thing's page or the list."""
    form, viewer = FollowForm(), current_viewer()
    if form.accepts():
        actions.follow(viewer, what, thing_id, form.chosen)
    back = url_for(".following") if request.form.get("from") == "following" else page
    return answer(
        "notifications/changed.html",
        block="button",
        then=None if form.errors else back,
        form=form,
        status=form.status,
        what=what,
        address=request.path,
        level=queries.level_of(viewer, what, thing_id),
        back=back,
    )
