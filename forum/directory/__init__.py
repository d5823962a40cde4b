"""Who is where: regions, projects and their people, experts; a page each.

For: cards of projects and experts, and belonging to a project.
Not for: seats and delegates (coalition), what somebody may see (spaces).
"""

from flask import Flask

from forum.directory import views
from forum.directory.forms import LIFECYCLE


def init_app(app: Flask) -> None:
    """Views, and what templates show of a project; topics get their labels from a room above."""
    app.register_blueprint(views.bp)
    app.jinja_env.globals.setdefault("topic_label", str)
    app.jinja_env.globals["lifecycle_word"] = LIFECYCLE.get
