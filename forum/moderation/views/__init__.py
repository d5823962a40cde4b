"""The doors of this room, by theme."""

from forum.moderation.views import deciding, pieces, reporting, standing
from forum.moderation.views.blueprint import bp

__all__ = ["bp", "deciding", "pieces", "reporting", "standing"]
