"""How one follows something, and how one is written to."""

from typing import Any

from babel.dates import get_day_names
from wtforms import BooleanField, SelectField

from forum.directory.forms import MultipleChecksField
from forum.notifications.kinds import Level, Matter, Pace
from forum.notifications.wording import MATTERS, PACE_WORDS
from forum.web.forms import Form, VersionField, choice, required
from forum.web.locale import current_locale
from forum.web.locale import lazy_gettext as _l

NEITHER = "none"


class FollowForm(Form):
    """One of three levels; the buttons send it."""

    level = SelectField(
        _l("Follow"),
        choices=[
            choice(Level.WATCH, _l("Tell me what is new")),
            choice(Level.MUTE, _l("Tell me only what is meant for me")),
            choice(NEITHER, _l("Neither")),
        ],
    )

    @property
    def chosen(self) -> Level | None:
        """The level, None for neither."""
        return None if self.level.data == NEITHER else Level(self.level.data)


def _pace(matter: Matter) -> SelectField:
    name, description = MATTERS[matter]
    return SelectField(
        name,
        [required()],
        choices=[choice(pace, word) for pace, word in PACE_WORDS.items()],
        description=description,
    )


def _days() -> list[Any]:
    """The days of the week, Monday first, in the reader's language."""
    names = get_day_names("wide", locale=current_locale())
    return [choice(str(number + 1), names[number]) for number in range(7)]


class LettersForm(Form):
    """How soon one hears of what by letter, on which days, and how much letters say."""

    personal = _pace(Matter.PERSONAL)
    votes = _pace(Matter.VOTES)
    proposals = _pace(Matter.PROPOSALS)
    followed = _pace(Matter.FOLLOWED)
    sessions = _pace(Matter.SESSIONS)
    quiet_days = MultipleChecksField(
        _l("Days without letters"),
        choices=_days,
        description=_l(
            "What is new on such a day comes the next morning. Letters about votes and answers "
            "come all the same."
        ),
    )
    notice_only = BooleanField(
        _l("My letters name nothing private"),
        description=_l(
            "Of what only the coalition sees they tell that there is something new, without "
            "title, names or words."
        ),
    )
    version = VersionField()

    @property
    def paces(self) -> dict[Matter, Pace]:
        """What was chosen."""
        return {matter: Pace(self[matter].data) for matter in Matter}


class PrivateLettersForm(Form):
    """Whether letters to a coalition's people name what stands in its space."""

    withheld = BooleanField(
        _l("Letters name nothing that only the coalition sees"),
        description=_l(
            "They tell everybody that there is something new, without title, names or words. Who "
            "wants it so for themselves alone can choose it too."
        ),
    )
