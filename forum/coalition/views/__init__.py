"""The doors of the coalition room, a file a theme, on one blueprint."""

from forum.coalition.views import (
    again,
    amendments,
    arguments,
    asides,
    assisted,
    commitments,
    extensions,
    follow_up,
    form_check,
    members,
    objections,
    pieces,
    proposals,
    responses,
    rules,
    steps,
    votes,
)
from forum.coalition.views.blueprint import bp

__all__ = [
    "again",
    "amendments",
    "arguments",
    "asides",
    "assisted",
    "bp",
    "commitments",
    "extensions",
    "follow_up",
    "form_check",
    "members",
    "objections",
    "pieces",
    "proposals",
    "responses",
    "rules",
    "steps",
    "votes",
]
