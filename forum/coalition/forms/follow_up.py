"""What follows a submission: more time to answer, what the coalition thinks of the answer."""

from typing import Any

from wtforms import DateField, HiddenField, SelectField
from wtforms.validators import ValidationError

from forum.coalition import wording
from forum.coalition.forms.members import offer_projects
from forum.coalition.lifecycle import Verdict
from forum.coalition.models.proposals import LONGEST_REASON
from forum.coalition.rows import MemberName
from forum.lib import markup
from forum.web.forms import (
    CreatingForm,
    LanguageField,
    Markdown,
    OneOf,
    Text,
    at_most,
    choice,
    required,
)
from forum.web.locale import gettext as _
from forum.web.locale import lazy_gettext as _l


class ExtensionForm(CreatingForm):
    """Until when the certifier answers instead, and why."""

    until = DateField(
        _l("New last day for the answer"),
        [required(_l("Please choose a day, such as 2027-03-31."))],
    )
    reasons = Markdown(
        _l("Reasons"),
        [required(_l("Please write why more time is needed.")), at_most(markup.LONGEST)],
    )
    language = LanguageField(_l("You write in"))


class RatingForm(CreatingForm):
    """What a project thinks of an answer.

    `answers` names the answer the person read, `seen` marks what their projects said of it then.
    """

    project = SelectField(_l("For which project?"))
    verdict = OneOf(
        _l("What does your project think of it?"), [required(_l("Please choose one of them."))]
    )
    reason = Text(_l("In a word"), [at_most(LONGEST_REASON)])
    language = LanguageField(_l("You write in"))
    answers = HiddenField()
    seen = HiddenField()

    def __init__(self, projects: list[MemberName], *args: Any, **kwargs: Any) -> None:
        """`projects` are those the person speaks for here."""
        super().__init__(*args, **kwargs)
        self.verdict.choices = [choice(one.value, wording.verdict_word(one)) for one in Verdict]
        offer_projects(self, projects)

    def validate_reason(self, field: Text) -> None:
        """Who is not satisfied says what is missing."""
        if self.verdict.data in (Verdict.PARTLY, Verdict.NOT_SATISFIED) and not field.data:
            raise ValidationError(_("Please say in a word what is missing."))


class MarkForm(CreatingForm):
    """Whether a project takes a commitment for fulfilled. `seen` marks what it said until then."""

    project = SelectField(_l("For which project?"))
    fulfilled = OneOf(
        _l("Is it fulfilled?"),
        [required(_l("Please choose one of them."))],
        choices=[choice("yes", _l("Fulfilled")), choice("no", _l("Not fulfilled"))],
    )
    reason = Text(_l("In a word"), [at_most(LONGEST_REASON)])
    language = LanguageField(_l("You write in"))
    seen = HiddenField()

    def __init__(self, projects: list[MemberName], *args: Any, **kwargs: Any) -> None:
        """`projects` are those the person speaks for here."""
        super().__init__(*args, **kwargs)
        offer_projects(self, projects)

    def validate_reason(self, field: Text) -> None:
        """Who misses something says what."""
        if self.fulfilled.data == "no" and not field.data:
            raise ValidationError(_("Please say in a word what is missing."))


class ClosingForm(CreatingForm):
    """Why a proposal is closed."""

    reason = Text(
        _l("Why is it closed?"),
        [required(_l("Please say why it is closed.")), at_most(LONGEST_REASON)],
    )
