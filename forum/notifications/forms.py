"""How one follows something."""

from wtforms import SelectField

from forum.notifications.kinds import Level
from forum.web.forms import Form, choice
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
