"""What this room shows on the pages of the rooms below: the buttons to follow."""

from typing import Any

from flask import has_request_context, url_for
from markupsafe import Markup

from forum.accounts.slots import on_own_page
from forum.discussions import slots
from forum.notifications import actions, queries
from forum.notifications.kinds import What
from forum.spaces import Viewer
from forum.web.fragments import kept_piece, piece
from forum.web.held import request_now


def register() -> None:
    """Fill the slots that discussions offers."""
    places: list[tuple[list[Any], Any]] = [
        (slots.beside_thread, of_thread),
        (slots.when_written, of_thread_now),
        (slots.beside_stage, of_stage),
        (slots.beside_topic, of_topic),
        (slots.when_read, actions.read_thread),
        (on_own_page, of_letters),
    ]
    for place, shown in places:
        if shown not in place:  # every app that is made comes by here
            place.append(shown)


# endpoint of a page with the button -> what its address names, by the names in it
_PAGES = {
    "discussions.thread": {"thread": "id"},
    "discussions.topic": {"topic": "slug"},
    "discussions.stage": {"exchange": "slug", "stage": "n"},
    "lobby.exchange": {"exchange": "slug"},
}


def thing_here() -> dict[str, Any] | None:
    """What the page asked for is about, as `level_here` binds it; None on all other pages."""
    names = _PAGES.get(request_now().endpoint or "") if has_request_context() else None
    if names is None:
        return None
    found = request_now().view_args or {}
    return dict.fromkeys(queries.HERE) | {one: found[name] for one, name in names.items()}


def of_letters(_person_id: int) -> Markup | None:
    """The way to how one is written to, on the page of one's own account."""
    return piece("notifications/_letters.html")


def of_thread(viewer: Viewer, thread: Any) -> Markup | None:
    """Follow this thread."""
    address = url_for("notifications.watch_thread", id=thread.public_id)
    return _button(viewer, What.THREAD, thread.id, address)


def of_thread_now(viewer: Viewer, thread: Any) -> Markup:
    """Whoever writes follows: what stands beside the thread says so at once."""
    address = url_for("notifications.watch_thread", id=thread.public_id)
    level = queries.level_of(viewer, What.THREAD, thread.id)
    return piece("notifications/_now.html", what=What.THREAD, address=address, level=level)


def of_exchange(viewer: Viewer, exchange: Any) -> Markup | None:
    """Follow all stages of this exchange; its page is in a higher room."""
    address = url_for("notifications.watch_exchange", slug=exchange.slug)
    return _button(viewer, What.EXCHANGE, exchange.id, address)


def of_stage(viewer: Viewer, stage: Any) -> Markup | None:
    """Follow this stage."""
    address = url_for("notifications.watch_stage", slug=stage.exchange_slug, n=stage.number)
    return _button(viewer, What.STAGE, stage.id, address)


def of_topic(viewer: Viewer, topic: Any) -> Markup | None:
    """Follow this topic."""
    address = url_for("notifications.watch_topic", slug=topic.slug)
    return _button(viewer, What.TOPIC, topic.id, address)


def _button(viewer: Viewer, what: What, thing_id: int, address: str) -> Markup | None:
    if not viewer.signed_in:
        return None
    known = viewer.facts.get("follows")
    level = queries.level_of(viewer, what, thing_id) if known is None else queries.LEVELS[known]
    return kept_piece("notifications/_button.html", what=what, address=address, level=level)
