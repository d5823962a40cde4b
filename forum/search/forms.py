"""The glossary's form."""

from wtforms.validators import Optional

from forum.lib.text import one_line
from forum.web.forms import Form, Text, VersionField, at_most
from forum.web.locale import lazy_gettext as _l

LONGEST_LIST = 40_000  # characters


class GlossaryForm(Form):
    """All groups at once: one a line, its words parted by commas."""

    groups = Text(_l("Groups of words"), [Optional(), at_most(LONGEST_LIST)])
    version = VersionField()

    def read(self) -> list[list[str]]:
        """The groups as they were written, empty lines and doubled words left out."""
        lines = (str(line).split(",") for line in (self.groups.data or "").splitlines())
        cleaned = ([one_line(word) for word in line] for line in lines)
        groups = [list(dict.fromkeys(word for word in line if word)) for line in cleaned]
        return [group for group in groups if group]
