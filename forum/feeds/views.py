"""The addresses that programs look at, and the page with one's own."""

from contextlib import ExitStack

from flask import Blueprint, current_app, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from forum.discussions.models import Thread
from forum.discussions.queries.lists import about_any
from forum.discussions.topics import all_topics, topic_label
from forum.exchanges.models import Stage
from forum.exchanges.policy import can_join_sessions
from forum.exchanges.queries.stages import exchange_or_404, stage_or_404
from forum.feeds import actions, queries
from forum.feeds.slots import Place, places_of
from forum.feeds.writing import atom
from forum.feeds.writing import calendar as written
from forum.spaces import Viewer, current_viewer
from forum.web.answer import answer
from forum.web.forms import ButtonForm
from forum.web.guard import public, signed_in
from forum.web.locale import force_locale, timezone_of
from forum.web.locale import gettext as _
from forum.web.settings import settings

bp = Blueprint("feeds", __name__)


@bp.get("/exchanges/<slug>/stages/<int:n>.atom")
@public
def stage(slug: str, n: int) -> Response:
    """A stage's newest threads."""
    found = stage_or_404(slug, n)
    rows = queries.threads(_asks(), Thread.stage_id == found.id)
    return _feed(
        _("%(exchange)s: %(stage)s", exchange=found.exchange_title, stage=found.title),
        found.url,
        rows,
    )


@bp.get("/topics/<slug>.atom")
@public
def topic(slug: str) -> Response:
    """A topic's newest threads, or a group's."""
    if slug not in all_topics():
        raise NotFound
    rows = queries.threads(_asks(), about_any((slug,)))
    return _feed(str(topic_label(slug)), f"/topics/{slug}", rows)


@bp.get("/solutions.atom")
@public
def library() -> Response:
    """The library's newest solutions."""
    return _feed(_("Solutions"), "/solutions", queries.solutions(_asks()))


@bp.get("/regions/<slug>.atom")
@public
def region(slug: str) -> Response:
    """A region's newest threads and proposals."""
    found = queries.region_or_404(slug)
    return _feed(found.name, "/exchanges", queries.of_region(_asks(), found))


@bp.get("/exchanges/<slug>.ics")
@public
def exchange(slug: str) -> Response:
    """An exchange's sessions and when its stages close: what everybody sees."""
    found = exchange_or_404(slug)
    events = [
        *queries.sessions(Stage.exchange_id == found.id, with_link=False),
        *queries.stages(found.id),
    ]
    return _calendar(found.title, events)


@bp.get("/calendar.ics")
@public
def own() -> Response:
    """By somebody's own token: sessions, votes that close, answers and commitments due."""
    viewer = _asks()
    if viewer.person is None:
        raise NotFound
    with ExitStack() as theirs:
        theirs.enter_context(force_locale(viewer.person.locale))
        theirs.enter_context(timezone_of(viewer.person.timezone))
        events = [
            *queries.sessions(with_link=bool(can_join_sessions(viewer))),
            *queries.own(viewer),
        ]
        return _calendar(settings().app_name, events)


@bp.get("/me/feeds")
@signed_in
def mine() -> Response:
    """One's own addresses, if one wants any."""
    viewer = current_viewer()
    token = queries.own_token(viewer)
    return answer(
        "feeds/mine.html",
        addresses=_addresses(viewer, token) if token else [],
        public=_public(),
        form=ButtonForm(),
    )


@bp.post("/me/feeds")
@signed_in
def begin() -> Response:
    """Have addresses of one's own; those before end."""
    if ButtonForm().accepts():
        actions.begin_addresses(current_viewer())
    return answer(then=url_for(".mine"))


@bp.post("/me/feeds/end")
@signed_in
def end() -> Response:
    """End them."""
    if ButtonForm().accepts():
        actions.end_addresses(current_viewer())
    return answer(then=url_for(".mine"), say=_("Your addresses lead nowhere any more."))


def _addresses(viewer: Viewer, token: str) -> list[tuple[str, str]]:
    """Name and address, whole, of all that the viewer may look at by their token."""
    found = [
        (_("Your calendar: sessions, votes that close, answers that are due"), url_for(".own")),
        (_("New solutions"), url_for(".library")),
    ]
    found += [(place.title, _feed_of(place)) for place in places_of(viewer)]
    return [(name, f"{settings().base_url}{path}?token={token}") for name, path in found]


def _public() -> list[tuple[str, str]]:
    """The same of what everybody may look at, whatever they follow."""
    found = [(_("New solutions"), url_for(".library"))]
    found += [(name, url_for(".region", slug=slug)) for slug, name in queries.regions()]
    return [(name, settings().base_url + path) for name, path in found]


def _feed_of(place: Place) -> str:
    if place.topic:
        return url_for(".topic", slug=place.topic)
    if place.stage:
        return url_for(".stage", slug=place.exchange, n=place.stage)
    return url_for(".exchange", slug=place.exchange)


def _asks() -> Viewer:
    return queries.viewer_by(request.args.get("token"))


def _feed(title: str, page: str, entries: list[queries.Entry]) -> Response:
    here = settings()
    name = _("%(app)s: %(title)s", app=here.app_name, title=title)
    body = atom(name, page, request.path, entries, base_url=here.base_url)
    return _told(body, "application/atom+xml")


def _calendar(name: str, events: list[queries.CalendarEvent]) -> Response:
    return _told(written(name, events, base_url=settings().base_url), "text/calendar")


def _told(body: bytes, kind: str) -> Response:
    response = current_app.make_response(body)
    response.mimetype = kind
    if "token" in request.args:
        response.headers["Cache-Control"] = "private, no-store"
    return response
