"""What this room shows on pages of the rooms below it."""

from typing import Any

from flask import has_request_context
from markupsafe import Markup

from forum.asks import policy, queries
from forum.directory import slots as directory_slots
from forum.discussions import slots as thread_slots
from forum.discussions.kinds import ThreadKind
from forum.discussions.rows import ThreadRow
from forum.spaces import Viewer, current_viewer
from forum.spaces.slots import know_of_viewer
from forum.web.fragments import piece
from forum.web.held import request_now


def register() -> None:
    """Fill the slots."""
    if of_challenge not in thread_slots.beside_thread:
        thread_slots.beside_thread.append(of_challenge)
    directory_slots.add(directory_slots.on_expert, of_expert)
    know_of_viewer("asks", queries.standing_here, thread_here)
    know_of_viewer("asked", queries.asked_by_name, at_home)
    know_of_viewer("offers", queries.offers_to_answer, at_home)


def thread_here() -> dict[str, Any] | None:
    """The thread whose page is asked for, as `standing_here` binds it; None on other pages."""
    if not has_request_context() or request_now().endpoint != "discussions.thread":
        return None
    return {"asks_of": (request_now().view_args or {})["id"]}


def at_home() -> dict[str, Any] | None:
    """Only the home page says how often an expert is asked by name, and how many offer."""
    return {} if has_request_context() and request_now().path == "/" else None


def of_challenge(viewer: Viewer, thread: ThreadRow) -> Markup | None:
    """Beside a challenge: whether an expert is asked, and the way to ask."""
    if thread.kind != ThreadKind.CHALLENGE or not policy.can_see_asks(viewer):
        return None
    known = viewer.facts.get("asks")
    place = queries.standing_of(viewer, thread.id) if known is None else known
    may_ask = bool(policy.can_ask(viewer, thread))
    if not place and not may_ask:
        return None
    status = queries.STANDING[place]
    return piece("asks/_beside.html", thread=thread, status=status, may_ask=may_ask)


def of_expert(_looker: directory_slots.Looker, expert: Any) -> Markup | None:
    """On an expert's page: in how many asks they helped, as far as the viewer reads them."""
    count = queries.helped_in(current_viewer(), expert.person_id)
    return piece("asks/_of_expert.html", count=count) if count else None
