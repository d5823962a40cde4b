"""The list of what one is told, what one follows, the buttons to follow, and how letters come."""

from flask import Blueprint, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from forum.accounts.queries import own_account
from forum.coalition.policy.members import can_see_inside
from forum.coalition.queries.members import coalition_or_404, speaks_for
from forum.coalition.queries.proposals import proposal_or_404
from forum.discussions.queries import thread_or_404
from forum.discussions.topics import all_topics
from forum.exchanges.queries.stages import exchange_or_404, stage_or_404
from forum.lib.permission import require
from forum.notifications import actions, policy, queries
from forum.notifications.forms import FollowForm, LettersForm, PrivateLettersForm
from forum.notifications.kinds import What
from forum.notifications.stopping import read_stop_token
from forum.spaces import Viewer, current_viewer
from forum.web.answer import answer, answer_with_form, form_page
from forum.web.csrf import csrf
from forum.web.guard import public, signed_in
from forum.web.locale import gettext as _
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


@bp.route("/me/letters", methods=["GET", "POST"])
@signed_in
def letters() -> Response:
    """How soon the viewer hears of what by letter, and on which days."""
    viewer = current_viewer()
    plan = queries.plan_of(viewer)
    shown = {str(matter): str(pace) for matter, pace in actions.paces_of(viewer.side, plan).items()}
    form = LettersForm(
        data={
            **shown,
            "quiet_days": list(plan.quiet_days) if plan else [],
            "notice_only": bool(plan and plan.notice_only),
            "version": plan.version if plan else 1,
        }
    )
    if form.accepts():
        actions.choose_letters(
            viewer,
            version=form.version.data or 0,
            paces=form.paces,
            quiet_days="".join(sorted(form.quiet_days.data or [])),
            notice_only=form.notice_only.data,
        )
        return answer(then=url_for(".letters"), say=_("It is stored."))
    account = own_account(viewer.person_id or 0)
    return answer_with_form(
        "notifications/letters.html",
        form,
        heading=_("Letters"),
        lead=_lead(account.email),
        button=_("Save"),
        back=url_for("accounts.me"),
        crumbs=[],
        coalitions=queries.coalitions_of(viewer),
    )


def _lead(address: str | None) -> str:
    if address is None:
        return _("You have no e-mail address here, so no letters come. You can add one.")
    return _(
        "They go to %(address)s. What is new comes gathered, in the morning, one letter a day at "
        "most; only what is meant for you, and votes, come besides.",
        address=address,
    )


@bp.route("/coalitions/<slug>/letters", methods=["GET", "POST"])
@signed_in
def private_letters(slug: str) -> Response:
    """Whether letters to the coalition's people name what only it sees."""
    viewer, coalition = current_viewer(), coalition_or_404(slug)
    if not can_see_inside(viewer, coalition):
        raise NotFound
    speaking = speaks_for(viewer, coalition.id)
    require(policy.can_choose_private_letters(viewer, coalition, speaking))
    form = PrivateLettersForm(
        data={"withheld": not queries.names_private_things(coalition.space_id)}
    )
    if form.accepts():
        actions.choose_private_letters(
            viewer, coalition, named=not form.withheld.data, speaks_for=speaking
        )
        return answer(then=coalition.url, say=_("It is stored."))
    crumbs = [(coalition.name, coalition.url)]
    return form_page(form, _("Letters of the coalition"), coalition.url, crumbs=crumbs)


@bp.get("/letters/stop/<token>")
@public
def stop(token: str) -> Response:
    """A button: mail programs open links by themselves, and looking changes nothing."""
    found = read_stop_token(token)
    if found is None:
        raise NotFound
    return _stop_page(found[1], done=False)


@bp.post("/letters/stop/<token>")
@public
def stop_now(token: str) -> Response:
    """No more such letters, signed in or not: one press in a mail program (RFC 8058)."""
    found = read_stop_token(token)
    if found is None or actions.stop_letters(*found) is None:
        raise NotFound
    return _stop_page(found[1], done=True)


csrf.exempt(stop_now)  # mail programs post it; the token in the address says who and what


def _stop_page(kind: str, *, done: bool) -> Response:
    return answer("notifications/stop.html", done=done, kind=kind, address=request.path)


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
