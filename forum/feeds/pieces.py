"""What this room shows on the pages of the rooms below."""

from typing import Any

from flask import has_request_context, request, url_for
from markupsafe import Markup

from forum.accounts.slots import on_own_page
from forum.discussions import slots
from forum.spaces import Viewer
from forum.web.fragments import kept_piece, piece
from forum.web.templating import in_head


def register() -> None:
    """Fill the slots."""
    places: list[tuple[list[Any], Any]] = [
        (on_own_page, of_feeds),
        (slots.beside_stage, of_stage),
        (slots.beside_topic, of_topic),
        (in_head, feed_here),
    ]
    for place, shown in places:
        if shown not in place:  # every app that is made comes by here
            place.append(shown)


# endpoint of a page -> that of its feed, whose address names the same
_FEEDS = {
    "discussions.stage": "feeds.stage",
    "discussions.topic": "feeds.topic",
    "discussions.solutions": "feeds.library",
}


def feed_here() -> Markup | None:
    """The feed of the page asked for, where programs look for it."""
    feed = _FEEDS.get(request.endpoint or "") if has_request_context() else None
    if feed is None:
        return None
    return kept_piece("feeds/_head.html", address=url_for(feed, **(request.view_args or {})))


def of_region(slug: str, name: str) -> Markup:
    """The address of a region's feed, on the pages of its exchange; those are in a higher room."""
    return kept_piece("feeds/_region.html", address=url_for("feeds.region", slug=slug), name=name)


def in_head_of_region(slug: str) -> Markup:
    """The same, where programs look for it."""
    return kept_piece("feeds/_head.html", address=url_for("feeds.region", slug=slug))


def of_stage(_viewer: Viewer, stage: Any) -> Markup:
    """The address of the stage's feed."""
    address = url_for("feeds.stage", slug=stage.exchange_slug, n=stage.number)
    return kept_piece("feeds/_feed.html", address=address)


def of_topic(_viewer: Viewer, topic: Any) -> Markup:
    """The address of the topic's feed."""
    return kept_piece("feeds/_feed.html", address=url_for("feeds.topic", slug=topic.slug))


def of_feeds(_person_id: int) -> Markup | None:
    """The way to one's own addresses, on the page of one's own account."""
    return piece("feeds/_own.html")
