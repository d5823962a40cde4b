"""Who is where: regions, projects and their people, experts; a page each.

For: cards of projects and experts, and belonging to a project.
Not for: seats and delegates (coalition), what somebody may see (spaces).
"""

from flask import Flask

from forum.accounts.slots import locate_projects_with, name_projects_with
from forum.directory import actions, cli, views
from forum.directory.forms import LIFECYCLE, ROLES
from forum.directory.queries import project_country, project_name

__all__ = ["cli", "init_app"]


def init_app(app: Flask) -> None:
    """Views, and what templates show of a project; topics get their labels from a room above."""
    app.register_blueprint(views.bp)
    app.jinja_env.globals.setdefault("topic_label", str)
    app.jinja_env.globals.update(lifecycle_word=LIFECYCLE.get, role_word=ROLES.get)
    name_projects_with(project_name)
    locate_projects_with(project_country)
    actions.listen()
