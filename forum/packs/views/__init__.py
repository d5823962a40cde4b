"""The doors: texts for a chat, and files of a stage or a session."""

from forum.packs.views import files, texts
from forum.packs.views.blueprint import bp

__all__ = ["bp", "files", "texts"]
