"""The pages of accounts, by theme."""

from forum.accounts.views import joining, own, resets, signing
from forum.accounts.views.blueprint import bp

__all__ = ["bp", "joining", "own", "resets", "signing"]
