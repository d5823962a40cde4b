"""The rules of a coalition as settings, each with its bounds, and why they change."""

from typing import Any

from wtforms import HiddenField, IntegerField, SelectField

from forum.coalition.bounds import NAMES, NUMBERS, SHARES
from forum.coalition.models.rules import LONGEST_WHY
from forum.coalition.queries.rules import AdoptedRow
from forum.coalition.rule_words import bounds_words, rule_name, rule_value
from forum.coalition.tally import Rules
from forum.web.forms import (
    CreatingForm,
    LanguageField,
    Text,
    VersionField,
    at_most,
    choice,
    required,
)
from forum.web.locale import gettext as _
from forum.web.locale import lazy_gettext as _l


class Whole(IntegerField):
    """A whole number within the bounds of its rule."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was sent. Raises ValueError with the bounds for anything else."""
        self.data = None
        bounds = NUMBERS[self.name]
        said = (valuelist[0] if valuelist else "").strip()
        if not (said.isascii() and said.isdecimal() and len(said) <= 4):
            raise ValueError(_("Please give a whole number.") + " " + bounds_words(self.name))
        if not bounds.least <= int(said) <= bounds.most:
            raise ValueError(bounds_words(self.name))
        self.data = int(said)


class RulesForm(CreatingForm):
    """Every rule, why they change, and what decided it. Rules stand under their own names."""

    decided_by = SelectField(_l("Which adopted proposal decided it?"), default="")
    why = Text(_l("Why do they change?"), [required(), at_most(LONGEST_WHY)])
    language = LanguageField(_l("You write in"))
    version = VersionField(validators=[required()])

    def __init__(
        self, now: Rules, adopted: list[AdoptedRow], *args: Any, free: bool, **kwargs: Any
    ) -> None:
        """`now` are the rules in force; `free`: whether they change without a proposal too."""
        super().__init__(*args, **(now.as_json() | kwargs))
        for name in SHARES:
            self[name].choices = _shares(name, str(getattr(now, name)))
        for name in NAMES:
            self[name].label.text = rule_name(name)
        none = _("None: whoever facilitates decides") if free else _("Please choose")
        named = [choice(one.public_id, one.name) for one in adopted]
        self.decided_by.choices = [choice("", none), *named]

    def rules(self, now: Rules) -> Rules:
        """The rules as the form says them. Only of a valid form."""
        return Rules.of(now.as_json() | {name: self[name].data for name in NAMES})


class WishForm(CreatingForm):
    """A word on the change that waits: which one it was when it was read."""

    wish = HiddenField(validators=[required()])


def _shares(name: str, now: str) -> list[Any]:
    """The shares to choose from, with the one in force whatever it is."""
    offered = SHARES[name] if now in SHARES[name] else (now, *SHARES[name])
    return [choice(share, rule_value(name, share)) for share in offered]


for _name in NAMES:
    setattr(RulesForm, _name, SelectField() if _name in SHARES else Whole())
