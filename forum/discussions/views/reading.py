"""Reading: a stage's threads, the library, a thread, a permalink."""

from flask import request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from forum.discussions import queries, slots, topics
from forum.discussions.kinds import ThreadKind
from forum.discussions.policy import writing as policy
from forum.discussions.policy.speaking import can_write_for
from forum.discussions.queries import Filter
from forum.discussions.rows import PlacedPost, ThreadRow
from forum.discussions.views.blueprint import bp
from forum.discussions.views.showing import thread_page, wanted
from forum.exchanges.policy import can_run_exchange
from forum.exchanges.queries.stages import stage_or_404, stage_to_go_on
from forum.exchanges.rows import StageRow
from forum.exchanges.states import StageState
from forum.lib.permission import No
from forum.mail import Item, What
from forum.mail.addresses import reply_address
from forum.spaces import Viewer, current_viewer
from forum.web.answer import answer
from forum.web.guard import public, signed_in


@bp.get("/exchanges/<slug>/stages/<int:n>")
@public
def stage(slug: str, n: int) -> Response:
    """The stage's threads, newest activity first."""
    viewer, found, chosen = current_viewer(), stage_or_404(slug, n), wanted()
    pinned = [] if chosen.any else queries.pinned_threads(viewer, found.id)
    where = chosen.filter(stage_id=found.id, without=tuple(one.id for one in pinned))
    may_start, state = policy.can_start_thread(viewer, found), found.state
    tells_why = viewer.signed_in and state == StageState.OPEN
    return answer(
        "discussions/stage.html",
        block="list",
        stage=found,
        wanted=chosen,
        groups=topics.groups(),
        pinned=[] if request.args.get("after") else pinned,
        page=queries.threads(viewer, where, after=request.args.get("after")),
        state=state,
        may_write_for=bool(can_write_for(viewer)),
        may_run=bool(can_run_exchange(viewer)),
        may_start=bool(may_start),
        why_not=may_start.reason if isinstance(may_start, No) and tells_why else "",
        go_on=None if state == StageState.OPEN else stage_to_go_on(slug, n),
        by_mail=_by_mail(viewer, found) if may_start else None,
        beside=slots.pieces_beside_stage(viewer, found),
    )


def _by_mail(viewer: Viewer, stage: StageRow) -> str | None:
    """The viewer's own address to write to that stage by mail; None where no mail comes in."""
    return reply_address(viewer.person_id, Item(What.STAGE, stage.id)) if viewer.person_id else None


@bp.get("/challenges")
@public
def challenges() -> Response:
    """Every challenge one may see, over all stages."""
    chosen = wanted()
    where = chosen.filter(kind=ThreadKind.CHALLENGE)
    return answer(
        "discussions/challenges.html",
        block="list",
        wanted=chosen,
        groups=topics.groups(),
        page=queries.threads(current_viewer(), where, after=request.args.get("after")),
    )


@bp.get("/solutions")
@public
def solutions() -> Response:
    """Every solution one may see, over all stages."""
    viewer, chosen, after = current_viewer(), wanted(), request.args.get("after")
    newest = request.args.get("order") == "newest"
    own = queries.own_project(viewer)
    like = queries.for_project(viewer, own) if own and not newest and not chosen.any else []
    return answer(
        "discussions/solutions.html",
        block="list",
        wanted=chosen,
        newest=newest,
        groups=topics.groups(),
        own=own,
        like=[] if after else like,
        due=[] if after else queries.trials_due(viewer),
        tell_in=queries.stage_to_write_in(viewer),
        page=queries.library(
            viewer,
            topic=chosen.topic,
            solved=chosen.status == "solved",
            newest=newest,
            own=own,
            without=[one.id for one in like],
            after=after,
        ),
    )


@bp.get("/topics/<slug>")
@public
def topic(slug: str) -> Response:
    """What was written on a topic, or on any topic of a group."""
    known = topics.all_topics()
    if slug not in known:
        raise NotFound
    chosen = wanted()
    where = Filter(topics=(slug,), kind=ThreadKind(chosen.kind) if chosen.kind else None)
    return answer(
        "discussions/topic.html",
        block="list",
        topic=known[slug],
        group=next(one for one in topics.groups() if one.slug == known[slug].group),
        wanted=chosen,
        page=queries.threads(current_viewer(), where, after=request.args.get("after")),
        beside=slots.pieces_beside_topic(current_viewer(), known[slug]),
    )


@bp.get("/threads/<id>")
@public
def thread(id: str) -> Response:
    """One page of the thread; `?after=` continues after the post of that number."""
    viewer = current_viewer()
    found = queries.thread_or_404(id, viewer)
    after = request.args.get("after", type=int)
    if found.public_id != id:  # it was merged into this one
        return _after_a_merge(found, id)
    if after is not None and not 0 < after <= found.last_number:
        return _from_its_beginning(found)
    page = thread_page(viewer, found, after)
    if not (page.opening or page.posts):
        return _from_its_beginning(found)
    return answer("discussions/thread.html", page=page, thread=found)


def _after_a_merge(thread: ThreadRow, address: str) -> Response:
    """Lead to where the posts of that address begin now.

    An address copied with its #p2 would meet the second post of the others: a place named here
    takes the place of that.
    """
    first = queries.first_of_merged(thread, address)
    if first is None:
        return answer(then=url_for(".thread", id=thread.public_id, _anchor="main"))
    return answer(then=url_for(".post", id=first))


@bp.get("/threads/<id>/unread")
@signed_in
def unread(id: str) -> Response:
    """Lead to the first post not read yet."""
    viewer = current_viewer()
    found = queries.thread_or_404(id, viewer)
    first = queries.first_unread(viewer, found)
    if first is None:
        return answer(then=url_for(".thread", id=id))
    return answer(then=post_url(queries.post_or_404(first, viewer)))


@bp.get("/posts/<id>")
@public
def post(id: str) -> Response:
    """Lead to the page of the thread where the post stands, with a little before it."""
    return answer(then=post_url(queries.post_or_404(id, current_viewer())))


def _from_its_beginning(thread: ThreadRow) -> Response:
    """For a page of the thread that there is no more since a branch of it left; else NotFound."""
    if not thread.arranged:
        raise NotFound
    return answer(then=url_for(".thread", id=thread.public_id))


def post_url(found: PlacedPost) -> str:
    """The address of the post in its thread."""
    return url_for(
        "discussions.thread",
        id=found.thread.public_id,
        after=queries.page_with(found),
        _anchor=f"p{found.number}",
    )
