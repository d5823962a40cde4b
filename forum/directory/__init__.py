"""Who is where: regions, projects and their people, experts; a page each.

For: cards of projects and experts, and belonging to a project.
Not for: seats and delegates (coalition), what somebody may see (spaces).
"""

from flask import Flask


def init_app(app: Flask) -> None:
    """Views and commands."""
