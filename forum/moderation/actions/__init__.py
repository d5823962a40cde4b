"""The verbs of this room, by theme. They never commit."""

from forum.moderation.actions.deciding import Verdict, acknowledge, decide
from forum.moderation.actions.lifting import lift
from forum.moderation.actions.listening import listen
from forum.moderation.actions.reporting import report

__all__ = ["Verdict", "acknowledge", "decide", "lift", "listen", "report"]
