"""A solution told as a case, and what came of a solution elsewhere."""

from dataclasses import fields
from typing import Any

from wtforms import DateField, HiddenField, SelectField
from wtforms.validators import Optional, ValidationError

from forum.directory.forms import (
    LATIN_AMERICA,
    MultipleChecksField,
    all_countries,
    named_countries,
    web_address,
)
from forum.discussions import topics
from forum.discussions.actions import CaseParts, Tried
from forum.discussions.forms.drafting import KeepsDraft
from forum.discussions.forms.writing import VISIBILITY_LABELS
from forum.discussions.kinds import Verdict
from forum.discussions.models import LONGEST_TITLE
from forum.discussions.models.cases import LONGEST_LINE, LONGEST_LINK, LONGEST_NOTE
from forum.files.forms import TakesFiles
from forum.spaces.kinds import SpaceKind
from forum.web.forms import (
    CreatingForm,
    LanguageField,
    Line,
    OneOf,
    Text,
    VersionField,
    at_most,
    choice,
    required,
)
from forum.web.locale import gettext as _
from forum.web.locale import lazy_gettext as _l

LONGEST_PART = 6_000  # characters: three printed pages
PARTS = tuple(field.name for field in fields(CaseParts))

VERDICT_LABELS = {
    Verdict.WORKED: _l("It worked for us"),
    Verdict.PARTLY: _l("It worked in part"),
    Verdict.DID_NOT: _l("It did not work for us"),
    Verdict.PLANNED: _l("We will try it"),
}


def _countries() -> list[tuple[str, str]]:
    """Every country, those of the region first: a thumb finds them at once."""
    others = (country for country in all_countries() if country[0] not in LATIN_AMERICA)
    return [*named_countries(LATIN_AMERICA), *others]


class CaseFields(TakesFiles, KeepsDraft):
    """What a case tells, one thing at a time."""

    title = Line(_l("Title"), [required(), at_most(LONGEST_TITLE)])
    problem = Text(_l("What was the problem?"), [required(), at_most(LONGEST_PART)])
    country = SelectField(_l("Country"))
    place = Line(_l("Place"), [at_most(LONGEST_LINE)])
    did = Text(_l("What did you do?"), [required(), at_most(LONGEST_PART)])
    needs = Text(_l("What does it need to work?"), [at_most(LONGEST_PART)])
    failed = Text(_l("What did not work?"), [at_most(LONGEST_PART)])
    cost = Text(_l("Cost and time"), [at_most(LONGEST_PART)])
    contact = Line(_l("Whom can others ask?"), [at_most(LONGEST_LINE)])
    link = Line(_l("A page where it can be seen"), [at_most(LONGEST_LINK), web_address])
    language = LanguageField(_l("You write in"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = [("", _("Not one country")), *_countries()]
        asked = dict(self._fields.items())
        self._fields.clear()  # the order in which the page asks, and errs
        self._fields.update(
            {name: asked[name] for name in ("title", *PARTS, *asked) if name in asked}
        )

    @property
    def parts(self) -> CaseParts:
        """What was told."""
        return CaseParts(**{name: self[name].data or "" for name in PARTS})

    def validate_link(self, field: Line) -> None:
        """An address that Markdown takes as one."""
        if field.data and any(sign in field.data for sign in "<>\\"):
            raise ValidationError(
                _("Please write a whole address, such as https://example.org/page.")
            )


class CaseForm(CreatingForm, CaseFields):
    """A new case."""

    topics = MultipleChecksField(_l("Topics"), [Optional()])
    visibility = OneOf(_l("Who will read it?"), [required()])
    solves = HiddenField()

    def __init__(self, offered: list[SpaceKind], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.visibility.choices = [choice(kind.value, VISIBILITY_LABELS[kind]) for kind in offered]
        self.topics.choices = [
            choice(topic.slug, topic.label, group.label)
            for group in topics.groups()
            for topic in group.topics
        ]


class CaseEditForm(CaseFields):
    """One's own case again, and its files."""

    gone_files = MultipleChecksField(_l("Take away these files"), [Optional()])
    version = VersionField(validators=[required()])


class TrialForm(CreatingForm):
    """What came of a solution in a project."""

    project = SelectField(_l("Project"), [required()])
    verdict = OneOf(
        _l("What came of it?"),
        [required()],
        choices=[choice(verdict.value, label) for verdict, label in VERDICT_LABELS.items()],
    )
    due_on = DateField(_l("When will you know?"), [Optional()])
    country = SelectField(_l("Country"), [required()])
    ecosystem = Line(_l("Ecosystem"), [at_most(LONGEST_LINE)])
    scale = Line(_l("Scale"), [at_most(LONGEST_LINE)])
    cost = Line(_l("What it cost"), [at_most(LONGEST_LINE)])
    note = Text(_l("What others should know"), [at_most(LONGEST_NOTE)])
    language = LanguageField(_l("You write in"))
    version = VersionField(default=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = _countries()

    @property
    def said(self) -> Tried:
        """What was said. Only of a valid form."""
        return Tried(
            verdict=Verdict(self.verdict.data),
            country=self.country.data,
            ecosystem=self.ecosystem.data or "",
            scale=self.scale.data or "",
            cost=self.cost.data or "",
            note=self.note.data or "",
            language=self.language.data,
            due_on=self.due_on.data,
        )
