"""What this room adds to the pages of projects, people and experts below it."""

from typing import Any

from flask import has_request_context
from markupsafe import Markup

from forum.directory import slots
from forum.discussions import queries
from forum.discussions.queries import Filter
from forum.discussions.queries.drafts import kept_by_viewer
from forum.discussions.queries.trials import due_at_home
from forum.discussions.views.trials import asked_at_home
from forum.spaces import current_viewer
from forum.spaces.slots import know_of_viewer
from forum.web.fragments import piece
from forum.web.held import request_now
from forum.web.locale import gettext as _

MOST_SHOWN = 5  # newest threads on a project's or a person's page


def register() -> None:
    """Fill the slots that the directory offers."""
    slots.add(slots.on_project, of_project)
    know_of_viewer("trials", due_at_home, asked_at_home)
    know_of_viewer("drafts", kept_by_viewer, at_home)
    slots.add(slots.on_person, of_person)
    slots.add(slots.on_expert, of_expert)


def at_home() -> dict[str, Any] | None:
    """Only the home page says that somebody began to write."""
    return {} if has_request_context() and request_now().path == "/" else None


def of_project(_looker: slots.Looker, project: Any) -> Markup | None:
    """The newest threads that people of the project started."""
    return _newest(Filter(project_id=project.id), _("Conversations this project started"))


def of_person(_looker: slots.Looker, person: Any) -> Markup | None:
    """The newest threads that the person started."""
    return _newest(Filter(author_id=person.id), _("Conversations they started"))


def of_expert(_looker: slots.Looker, expert: Any) -> Markup | None:
    """The newest threads that the expert started."""
    return _newest(Filter(author_id=expert.person_id), _("Conversations they started"))


def _newest(where: Filter, title: str) -> Markup | None:
    threads = queries.threads(current_viewer(), where, limit=MOST_SHOWN).rows
    return piece("discussions/_theirs.html", threads=threads, title=title) if threads else None
