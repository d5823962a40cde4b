"""The forms of an ask: shape and wording."""

from datetime import date, timedelta
from typing import Any

from wtforms import BooleanField, DateField, HiddenField
from wtforms.validators import Optional, ValidationError

from forum.asks.lifecycle import Verdict
from forum.asks.models import LONGEST_ASK, LONGEST_NOTE
from forum.directory.forms import MultipleChecksField
from forum.discussions.topics import choices_by_group
from forum.lib import clock
from forum.spaces.kinds import SpaceKind
from forum.web.forms import (
    CreatingForm,
    Form,
    LanguageField,
    OneOf,
    Text,
    at_most,
    choice,
    required,
)
from forum.web.locale import gettext as _
from forum.web.locale import lazy_gettext as _l

MOST_TOPICS = 8
FARTHEST = timedelta(days=730)  # nobody plans help further ahead

VERDICTS = {
    Verdict.YES: _l("Yes, it helped"),
    Verdict.PARTLY: _l("It helped in part"),
    Verdict.NO: _l("No, it did not help"),
}


def topics_few(_form: Any, field: Any) -> None:
    """Refuse more topics than one ask is about."""
    if len(field.data or ()) > MOST_TOPICS:
        raise ValidationError(_("Please choose 8 topics at most."))


def ahead(_form: Any, field: Any) -> None:
    """Refuse a day that is over, or too far off."""
    if field.data is None:
        return
    today: date = clock.now().date() - timedelta(days=1)  # it may be yesterday there still
    if not today <= field.data <= today + FARTHEST:
        raise ValidationError(_("Please give a day within the next two years."))


class DayField(DateField):
    """A day; what is no day is said plainly."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was sent. Raises ValueError for what is no day."""
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Please give the day as in 2026-12-31.")) from None


class AskForm(CreatingForm):
    """What help is needed."""

    text = Text(
        _l("What help do you need?"),
        [required(), at_most(LONGEST_ASK)],
        description=_l("What you would like to know or get done, and what you have tried."),
        render_kw={"rows": 6},
    )
    language = LanguageField(_l("In which language?"))
    topics = MultipleChecksField(_l("On which topics?"), [topics_few])
    needed_by = DayField(
        _l("By when?"), [Optional(), ahead], description=_l("Leave it empty if there is time.")
    )
    to_experts = BooleanField(
        _l("Show these words to experts of the network"),
        description=_l(
            "They read what you write in this form and nothing else: not the conversation, not "
            "its title, not your project’s name. Otherwise only experts whom you ask by name "
            "read it."
        ),
    )

    def __init__(self, space_kind: SpaceKind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = choices_by_group().items()
        self.topics.choices = {group: dict(some) for group, some in groups if some}
        if space_kind != SpaceKind.COALITION:
            del self.to_experts

    def ask(self) -> dict[str, Any]:
        """What was filled in, as the action takes it."""
        return {
            "text": self.text.data,
            "language": self.language.data,
            "topics": self.topics.data or [],
            "needed_by": self.needed_by.data,
            "to_experts": bool(self.to_experts and self.to_experts.data),
        }


class OfferForm(CreatingForm):
    """An expert's word with an offer."""

    note = Text(
        _l("Your word to the project"),
        [at_most(LONGEST_NOTE)],
        description=_l("What you can do, and when. Do not write prices or buyers."),
        render_kw={"rows": 3},
    )


class InvitationForm(Form):
    """Whom to ask by name."""

    person = HiddenField()


class AnswerForm(Form):
    """An expert's word to being asked by name; `accept` is the button pressed."""

    note = Text(_l("A word to the project"), [at_most(LONGEST_NOTE)], render_kw={"rows": 3})


class OutcomeForm(Form):
    """Whether it helped."""

    verdict = OneOf(
        _l("Did it help?"),
        [required(_l("Please say whether it helped."))],
        choices=[choice(verdict.value, word) for verdict, word in VERDICTS.items()],
    )
    word = Text(
        _l("In a few words"),
        [at_most(LONGEST_NOTE)],
        description=_l("What helped, or what was missing. Who reads the conversation reads this."),
        render_kw={"rows": 3},
    )
