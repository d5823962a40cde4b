"""What this room shows on the pages of the rooms below."""

from typing import Any

from flask import url_for
from markupsafe import Markup

from forum.accounts.slots import on_own_page
from forum.discussions import slots
from forum.spaces import Viewer
from forum.web.fragments import kept_piece, piece


def register() -> None:
    """Fill the slots."""
    places: list[tuple[list[Any], Any]] = [
        (on_own_page, of_feeds),
        (slots.beside_stage, of_stage),
        (slots.beside_topic, of_topic),
    ]
    for place, shown in places:
        if shown not in place:  # every app that is made comes by here
            place.append(shown)


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
