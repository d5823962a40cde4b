"""The doors of this room, by theme."""

from forum.moderation.views import deciding, lifting, pieces, reporting, standing
from forum.moderation.views.blueprint import bp

__all__ = ["bp", "deciding", "lifting", "pieces", "reporting", "standing"]
