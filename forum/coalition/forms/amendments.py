"""Other words for a passage, and what the proposer says to them."""

from typing import Any

from wtforms import SelectField

from forum.coalition.forms.proposals import LONGEST_PART
from forum.coalition.lifecycle import TextPart
from forum.coalition.models import LONGEST_WHY
from forum.coalition.wording import part_word
from forum.web.forms import CreatingForm, LanguageField, Text, at_most, choice, required
from forum.web.locale import lazy_gettext as _l


class AmendmentForm(CreatingForm):
    """A change to a passage."""

    part = SelectField(_l("In which part?"))
    passage = Text(_l("The passage as it stands"), [at_most(LONGEST_PART)])
    words = Text(_l("What should stand there instead"), [at_most(LONGEST_PART)])
    why = Text(_l("Why?"), [required(), at_most(LONGEST_WHY)])
    language = LanguageField(_l("You write in"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part.choices = [choice(part.value, part_word(part)) for part in TextPart]


class DecliningForm(CreatingForm):
    """Why a change is not taken."""

    reasons = Text(_l("Why is it not taken?"), [at_most(LONGEST_WHY)])
    language = LanguageField(_l("You write in"))
