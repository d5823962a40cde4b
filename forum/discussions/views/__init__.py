"""The doors: pages to read, forms to write with, buttons."""

from forum.discussions.views import buttons, care, pieces, posts, reading, threads
from forum.discussions.views.blueprint import bp

__all__ = ["bp", "buttons", "care", "pieces", "posts", "reading", "threads"]
