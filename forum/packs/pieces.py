"""What this room adds to the pages of the rooms below: ways to pass them on."""

from typing import Any

from flask import url_for
from markupsafe import Markup

from forum.discussions import slots as thread_slots
from forum.discussions.kinds import PostKind
from forum.discussions.rows import PostRow, ThreadRow
from forum.exchanges import slots as exchange_slots
from forum.spaces import Viewer
from forum.web.fragments import kept_piece
from forum.web.locale import gettext as _


def register() -> None:
    """Fill the slots, once."""
    places: list[tuple[list[Any], Any]] = [
        (thread_slots.under_post, COPY),
        (thread_slots.beside_thread, of_thread),
        (thread_slots.beside_stage, of_stage),
        (exchange_slots.beside_session, of_session),
    ]
    for place, shown in places:
        if shown not in place:
            place.append(shown)


def of_thread(_viewer: Viewer, thread: ThreadRow) -> Markup | None:
    """Copy the thread, or its summary, as text."""
    if thread.removed_at is not None:
        return None
    links = [(url_for("packs.thread_text", id=thread.public_id), _("Copy as text"))]
    if thread.summary_id:
        summary = url_for("packs.post_text", id=thread.summary_id)
        links.append((summary, _("Copy the summary as text")))
    return _panel(links)


def is_copied(_viewer: Viewer, _thread: ThreadRow, post: PostRow) -> bool:
    """Whether the post is passed on as a text by itself: a solution is."""
    return post.kind == PostKind.SOLUTION and post.removed_at is None


COPY = thread_slots.UnderPost("packs/_copy_link.html", is_copied)


def of_stage(_viewer: Viewer, stage: Any) -> Markup | None:
    """Take the stage along as a file."""
    address = url_for("packs.stage_choice", slug=stage.exchange_slug, n=stage.number)
    return _panel([(address, _("Take this stage along as a file"))])


def of_session(_viewer: Viewer, session: Any) -> Markup | None:
    """Copy the session as text, or take it along as a file."""
    return _panel(
        [
            (url_for("packs.session_text", id=session.public_id), _("Copy as text")),
            (
                url_for("packs.session_choice", id=session.public_id),
                _("Take this session along as a file"),
            ),
        ]
    )


def _panel(links: list[tuple[str, str]]) -> Markup:
    return kept_piece("packs/_panel.html", links=tuple(links))
