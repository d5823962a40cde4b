"""Admitting a project, naming who speaks for one, taking one out."""

from collections.abc import Collection
from typing import Any

from wtforms import DateField, HiddenField, SelectField
from wtforms.validators import Optional

from forum.coalition.queries.members import Speaker
from forum.coalition.rows import MemberName
from forum.web.forms import CreatingForm, OneOf, choice, required
from forum.web.locale import gettext as _
from forum.web.locale import lazy_gettext as _l

ALTERNATE = "alternate"


def offer_projects(form: Any, projects: Collection[MemberName]) -> None:
    """Ask for which project one speaks in `form`; of a single one that is not asked."""
    if len(projects) > 1:
        form.project.choices = [choice(one.slug, one.name) for one in projects]
    else:
        del form.project


class AdmissionForm(CreatingForm):
    """A project to admit."""

    project = SelectField(_l("Project"), [required()])

    def __init__(self, projects: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        """`projects` are (slug, name) of those that may be admitted."""
        super().__init__(*args, **kwargs)
        self.project.choices = [choice(slug, name) for slug, name in projects]


class DelegateForm(CreatingForm):
    """Who speaks for a member project, and as what."""

    project = HiddenField()
    role = OneOf(
        _l("What for?"),
        choices=[
            choice("delegate", _l("Delegate: casts the project’s ballot")),
            choice(ALTERNATE, _l("Alternate: stands in for the delegate")),
        ],
        default="delegate",
    )
    person = SelectField(_l("Who?"))
    last_day = DateField(_l("Last day of the term"), [Optional()])

    def __init__(self, people: list[Speaker], *args: Any, **kwargs: Any) -> None:
        """`people` are those of the project."""
        super().__init__(*args, **kwargs)
        nobody = choice("", _("Nobody for now"))
        self.person.choices = [*(choice(one.public_id, one.name) for one in people), nobody]


class PressForm(CreatingForm):
    """A press of a button: only the token and the key."""
