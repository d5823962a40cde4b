"""Home, and an exchange as a whole."""

from datetime import UTC, datetime

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from forum.asks.policy import can_see_asks
from forum.discussions.kinds import ThreadKind, ThreadStatus
from forum.discussions.queries import Filter, threads
from forum.discussions.queries.guests import invited_to
from forum.exchanges.policy import can_hold_sessions, can_run_exchange
from forum.exchanges.queries.overviews import overview_or_404
from forum.exchanges.rows import Overview
from forum.feeds.pieces import in_head_of_region, of_region
from forum.lib import clock
from forum.lobby import actions
from forum.lobby.queries import overview, waiting
from forum.lobby.queries.missed import anything_new, last_visit, missed
from forum.notifications.pieces import of_exchange
from forum.spaces import current_viewer
from forum.web.answer import answer
from forum.web.forms import Form
from forum.web.guard import public, signed_in
from forum.web.locale import gettext as _

bp = Blueprint("lobby", __name__)

NEWEST = 8  # threads: two thumbs' lengths on a phone
OPEN_CHALLENGES = 5


@bp.get("/")
@public
def home() -> Response:
    """What waits for the one who looks, what is new, and where the exchange stands."""
    viewer, now = current_viewer(), clock.now()
    stages, visited = overview.stages_and_visit(viewer, now)
    newest = threads(viewer, Filter(), limit=NEWEST).rows
    if not viewer.signed_in:
        return answer("lobby/welcome.html", stages=stages, newest=newest)
    return answer(
        "lobby/home.html",
        stages=stages,
        newest=newest,
        waiting=waiting.waiting_for(viewer, now),
        invited=tuple(invited_to(viewer)),
        may_see_asks=bool(can_see_asks(viewer)),
        missed=anything_new(viewer, newest, visited),
    )


@bp.get("/missed")
@signed_in
def what_you_missed() -> Response:
    """What happened since one's last visit; looking at it does not move the mark."""
    viewer = current_viewer()
    return answer("lobby/missed.html", missed=missed(viewer, last_visit(viewer)), now=clock.now())


@bp.post("/missed/seen")
@signed_in
def seen() -> Response:
    """One has seen it, up to the moment when the page was made."""
    viewer = current_viewer()
    Form()
    actions.mark_seen(viewer, _moment(request.form.get("until", "")))
    return answer(
        then=url_for(".what_you_missed"), say=_("From now on only what comes after is shown.")
    )


def _moment(raw: str) -> datetime:
    """The moment that the page sent back; now, when it cannot be read."""
    try:
        read = datetime.fromisoformat(raw)
        return read.astimezone(UTC) if read.tzinfo else clock.now()
    except (ValueError, OverflowError):
        return clock.now()


@bp.get("/exchanges")
@public
def exchanges() -> Response:
    """Every exchange with its stages."""
    viewer = current_viewer()
    stages = overview.stage_lines(viewer, clock.now())
    return answer("lobby/exchanges.html", stages=stages, may_run=can_run_exchange(viewer))


@bp.get("/exchanges/<slug>")
@public
def exchange(slug: str) -> Response:
    """Purpose, four stages, sessions, outcomes, open challenges, proposals."""
    viewer = current_viewer()
    found, whole = overview_or_404(slug)
    challenges = Filter(exchange_id=found.id, kind=ThreadKind.CHALLENGE, status=ThreadStatus.OPEN)
    return answer(
        "lobby/exchange.html",
        exchange=found,
        overview=whole,
        today=_where_it_stands(whole),
        outcomes=tuple(overview.outcomes_of(found.id)),
        challenges=threads(viewer, challenges, limit=OPEN_CHALLENGES).rows,
        proposals=overview.proposals_of(viewer, found.region_id),
        may_run=can_run_exchange(viewer),
        may_hold=can_hold_sessions(viewer),
        follow=of_exchange(viewer, found),
        feed=of_region(found.region_slug, found.region_name),
        in_head=in_head_of_region(found.region_slug),
    )


def _where_it_stands(whole: Overview) -> int | None:
    """The number of the one stage where the exchange is now; None while several are open."""
    current = whole.current
    return current.number if current and len(whole.open_stages) < 2 else None
