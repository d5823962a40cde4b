"""Tabling a proposal again: what is new."""

from typing import Any

from wtforms import SelectField

from forum.coalition.forms.members import offer_projects
from forum.coalition.forms.proposals import LONGEST_PART, RestingForm
from forum.coalition.rows import MemberName
from forum.web.forms import LanguageField, Text, at_most, required
from forum.web.locale import lazy_gettext as _l

_LONGEST_NEW = LONGEST_PART // 2


class AgainForm(RestingForm):
    """What is new since the earlier proposal; its text is changed afterwards."""

    project = SelectField(_l("Which of your projects proposes it?"))
    new_evidence = Text(_l("What is new since then?"), [required(), at_most(_LONGEST_NEW)])
    language = LanguageField(_l("You write in"))

    def __init__(self, projects: list[MemberName], *args: Any, **kwargs: Any) -> None:
        """`projects` are those the person may draft for; a single one is not asked for."""
        super().__init__(*args, **kwargs)
        offer_projects(self, projects)
