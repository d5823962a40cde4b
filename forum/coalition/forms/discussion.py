"""The check of a proposal's form, merges, setting aside, co-authors."""

from typing import Any

from wtforms import HiddenField, SelectField
from wtforms.validators import ValidationError

from forum.coalition.models.proposals import LONGEST_REASON
from forum.coalition.queries.members import Speaker
from forum.coalition.queries.way import Other
from forum.web.forms import (
    CreatingForm,
    LanguageField,
    OneOf,
    Text,
    VersionField,
    at_most,
    choice,
    required,
)
from forum.web.locale import gettext as _
from forum.web.locale import lazy_gettext as _l

PASSED, RETURNED, MERGE = "passed", "returned", "merge"
ACCEPT, DECLINE = "accept", "decline"

_OUTCOMES = {
    PASSED: _l("In order: it may be discussed"),
    RETURNED: _l("Back to its authors, with what is missing in its form"),
    MERGE: _l("Suggest a merge with another proposal"),
}
_ANSWERS = [
    choice(ACCEPT, _l("We agree: make one proposal of the two")),
    choice(DECLINE, _l("We do not agree: both go on as they are")),
]


class FormCheckForm(CreatingForm):
    """What whoever facilitates finds of a proposal's form. `version` is the text they read."""

    outcome = OneOf(_l("What do you find?"), [required(_l("Please choose one of them."))])
    target = SelectField(_l("Into which proposal?"), choices=[], default="")
    reason = Text(_l("Reasons, for its authors"), [at_most(LONGEST_REASON)])
    language = LanguageField(_l("You write in"))
    version = VersionField()

    def __init__(
        self, outcomes: list[str], targets: list[Other], *args: Any, **kwargs: Any
    ) -> None:
        """`outcomes` are those that are possible now; `targets` what it could be merged into."""
        super().__init__(*args, **kwargs)
        self.outcome.choices = [choice(one, _OUTCOMES[one]) for one in outcomes]
        none = choice("", _("No proposal"))
        self.target.choices = [none, *(choice(one.public_id, one.title) for one in targets)]
        if MERGE not in outcomes:
            del self.target

    def validate_reason(self, field: Text) -> None:
        """Everything but a form in order is explained."""
        if self.outcome.data in (RETURNED, MERGE) and not field.data:
            raise ValidationError(_("Please write why, for its authors."))

    def validate_target(self, field: SelectField) -> None:
        """A merge needs the other proposal."""
        if self.outcome.data == MERGE and not field.data:
            raise ValidationError(_("Please choose another proposal of the coalition."))


class MergeForm(CreatingForm):
    """Whether one's side agrees to a merge."""

    choice = OneOf(
        _l("What does your side say?"),
        [required(_l("Please choose one of them."))],
        choices=_ANSWERS,
    )
    reason = Text(_l("If you do not agree: why?"), [at_most(LONGEST_REASON)])
    language = LanguageField(_l("You write in"))

    def validate_reason(self, field: Text) -> None:
        """Who does not agree says why."""
        if self.choice.data == DECLINE and not field.data:
            raise ValidationError(_("Please write why, for its authors."))


class DeferralForm(CreatingForm):
    """Why a proposal is set aside for a time."""

    reason = Text(_l("Why is it deferred?"), [required(), at_most(LONGEST_REASON)])


class CoAuthorForm(CreatingForm):
    """Who is to write it too."""

    person = SelectField(_l("Who is to write it with you?"), [required()])

    def __init__(self, people: list[tuple[Speaker, str]], *args: Any, **kwargs: Any) -> None:
        """`people` with the name of a project of theirs."""
        super().__init__(*args, **kwargs)
        self.person.choices = [
            choice(one.public_id, f"{one.name}, {project}") for one, project in people
        ]


class EndCoAuthorForm(CreatingForm):
    """Who writes it no more."""

    person = HiddenField()
