"""Named places on the pages of sessions that higher rooms fill at start.

The arrow still points down: nothing here knows who registered.
"""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from forum.spaces import Viewer

# session -> a draft of its agenda in Markdown, for everyone to read; empty when there is none
agenda_drafts: list[Callable[[Any], str]] = []

# (viewer, session) -> a piece of HTML below each outcome, by the outcome's number
under_outcomes: list[Callable[[Viewer, Any], dict[int, Markup]]] = []

# (viewer, stage) -> a sentence on what the stage would leave open, where it is to be closed
before_closing: list[Callable[[Viewer, Any], str]] = []

# (viewer, session) -> a piece of HTML in the column beside the session, or None
beside_session: list[Callable[[Viewer, Any], Markup | None]] = []


def pieces_beside_session(viewer: Viewer, session: Any) -> list[Markup]:
    """What the rooms above show beside this session to this viewer."""
    made = (piece(viewer, session) for piece in beside_session)
    return [piece for piece in made if piece]


def said_before_closing(viewer: Viewer, stage: Any) -> list[str]:
    """What the rooms above say where the stage is to be closed."""
    return [said for say in before_closing if (said := say(viewer, stage))]


def drafted_agenda(session: Any) -> str:
    """What the rooms above propose for the session's agenda."""
    return "\n\n".join(draft for make in agenda_drafts if (draft := make(session)))


def pieces_under_outcomes(viewer: Viewer, session: Any) -> dict[int, list[Markup]]:
    """What the rooms above show below each outcome to this viewer."""
    made: dict[int, list[Markup]] = {}
    for pieces in under_outcomes:
        for number, piece in pieces(viewer, session).items():
            made.setdefault(number, []).append(piece)
    return made
