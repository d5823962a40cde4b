"""The doors of the coalition room, a file a theme, on one blueprint."""

from forum.coalition.views import (
    assisted,
    commitments,
    extensions,
    follow_up,
    members,
    objections,
    pieces,
    proposals,
    responses,
    steps,
    votes,
)
from forum.coalition.views.blueprint import bp

__all__ = [
    "assisted",
    "bp",
    "commitments",
    "extensions",
    "follow_up",
    "members",
    "objections",
    "pieces",
    "proposals",
    "responses",
    "steps",
    "votes",
]
