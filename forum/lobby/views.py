"""Home, and an exchange as a whole."""

from flask import Blueprint
from werkzeug.wrappers import Response

from forum.coalition.queries import responses, votes
from forum.discussions.kinds import ThreadKind, ThreadStatus
from forum.discussions.queries import Filter, threads
from forum.discussions.queries.guests import invited_to
from forum.exchanges.policy import can_hold_sessions, can_run_exchange
from forum.exchanges.queries import overview_or_404
from forum.lib import clock
from forum.lobby import queries
from forum.moderation import queries as moderation
from forum.notifications.pieces import of_exchange
from forum.spaces import current_viewer
from forum.web.answer import answer
from forum.web.guard import public

bp = Blueprint("lobby", __name__)

NEWEST = 8  # threads: two thumbs' lengths on a phone
OPEN_CHALLENGES = 5


@bp.get("/")
@public
def home() -> Response:
    """What waits for the one who looks, what is new, and where the exchange stands."""
    viewer, now = current_viewer(), clock.now()
    stages = queries.stage_lines(now)
    newest = threads(viewer, Filter(), limit=NEWEST).rows
    if not viewer.signed_in:
        return answer("lobby/welcome.html", stages=stages, newest=newest)
    return answer(
        "lobby/home.html",
        stages=stages,
        newest=newest,
        votes=votes.waiting_for(viewer) if viewer.projects else [],
        steps=queries.steps_waiting(viewer, now),
        answers=responses.waiting_for(viewer),
        challenges=queries.challenges_waiting(viewer),
        invited=invited_to(viewer),
        order=moderation.waiting_at_home(viewer),
    )


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
        outcomes=queries.outcomes_of(found.id),
        challenges=threads(viewer, challenges, limit=OPEN_CHALLENGES).rows,
        proposals=queries.proposals_of(viewer, found.region_id),
        may_run=can_run_exchange(viewer),
        may_hold=can_hold_sessions(viewer),
        follow=of_exchange(viewer, found),
    )
