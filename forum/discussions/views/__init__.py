"""The doors: pages to read, forms to write with, buttons."""

from forum.discussions.views import attachments, buttons, care, pieces, posts, reading, threads
from forum.discussions.views.blueprint import bp

__all__ = ["attachments", "bp", "buttons", "care", "pieces", "posts", "reading", "threads"]
