"""The doors of this room, by theme."""

from forum.asks.views import asking, offering, pieces
from forum.asks.views.blueprint import bp

__all__ = ["asking", "bp", "offering", "pieces"]
