"""What is said of names that were called and are nobody's, before and after a text is posted."""

from forum.discussions import queries
from forum.lib.markup import Linked
from forum.web.forms import Markdown
from forum.web.locale import gettext as _


def show_called(field: Markdown, linked: Linked) -> None:
    """Let a preview show the names as they will be, and say which are nobody's."""
    field.html, field.note = linked.html, _not_met(linked)


def said_of_called(thread_id: int, body: str) -> str:
    """What is said of the names in a text just posted that are nobody's."""
    return _not_met(queries.as_answered(thread_id, body)) if "@" in body else ""


def _not_met(linked: Linked) -> str:
    if not linked.missed:
        return ""
    return _(
        "Nobody who reads this, or more than one, has this name: %(names)s. So they are not told.",
        names=", ".join(f"@{name}" for name in linked.missed),
    )
