"""The doors: pages to read, forms to write with, buttons."""

from forum.discussions.views import (
    arranging,
    attachments,
    bridge,
    buttons,
    care,
    cases,
    drafts,
    handing_over,
    pieces,
    posts,
    reading,
    speaking,
    summaries,
    threads,
    trials,
)
from forum.discussions.views.blueprint import bp

__all__ = [
    "arranging",
    "attachments",
    "bp",
    "bridge",
    "buttons",
    "care",
    "cases",
    "drafts",
    "handing_over",
    "pieces",
    "posts",
    "reading",
    "speaking",
    "summaries",
    "threads",
    "trials",
]
