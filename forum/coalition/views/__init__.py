"""The doors of the coalition room, a file a theme, on one blueprint."""

from forum.coalition.views import members, pieces, proposals, responses, steps, votes
from forum.coalition.views.blueprint import bp

__all__ = ["bp", "members", "pieces", "proposals", "responses", "steps", "votes"]
