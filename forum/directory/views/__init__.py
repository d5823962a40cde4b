"""The doors of the directory, by what is behind them."""

from forum.directory.views import invitations, people, projects
from forum.directory.views.blueprint import bp

__all__ = ["bp", "invitations", "people", "projects"]
