"""The guided way to a proposal: one ask, with what it rests on."""

import re
from typing import Any
from urllib.parse import urlsplit

from wtforms import Field, SelectField, SubmitField, ValidationError
from wtforms.widgets import TextInput

from forum.coalition.forms.members import offer_projects
from forum.coalition.models.proposals import LONGEST_LINE, LONGEST_REASON
from forum.coalition.queries.around import MOST_EVIDENCE
from forum.coalition.rows import MemberName
from forum.discussions.models import LONGEST_TITLE
from forum.lib import text
from forum.lib.tokens import PUBLIC_ID_LENGTH
from forum.spaces.kinds import SpaceKind
from forum.web.forms import (
    CreatingForm,
    LanguageField,
    Line,
    Markdown,
    OneOf,
    Text,
    VersionField,
    at_most,
    choice,
    required,
)
from forum.web.locale import gettext as _
from forum.web.locale import lazy_gettext as _l

LONGEST_PART = 8_000  # characters of problem, ask, evidence: about three printed pages each
LONGEST_SECTION = 200
_LONGEST_ADDRESS = 300  # characters

_READERS = [
    choice(SpaceKind.NETWORK.value, _l("The network: everyone who signs in, except observers")),
    choice(SpaceKind.PUBLIC.value, _l("Everyone, also without signing in")),
]
_ADDRESS = re.compile(rf"(?:(?:.*/)?(thread|post|session)s/)?([0-9a-z]{{{PUBLIC_ID_LENGTH}}})")


class Addresses(Field):
    """Addresses within the forum: ticked in a list, or written one a line."""

    widget = TextInput()  # never shown: the page lists what they lead to

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was sent, each address once."""
        lines = (text.one_line(line) for value in valuelist for line in value.splitlines())
        self.data = list(dict.fromkeys(line[:_LONGEST_ADDRESS] for line in lines if line))

    def pre_validate(self, _form: Any) -> None:
        """Every address leads to something of this forum, and there are not too many."""
        if len(self.data or ()) > MOST_EVIDENCE:
            raise ValidationError(_("At most %(most)s links, please.", most=MOST_EVIDENCE))
        for line in self.data or ():
            if address_named(line) is None:
                raise ValidationError(
                    _("“%(line)s” is not the address of a thread or session.", line=line[:80])
                )


class RestingForm(CreatingForm):
    """What rests on challenges, solutions and sessions, which are looked for on its page.

    `find` is the button beside the words `q`: pressed, nothing is stored and the form comes back
    with what was found.
    """

    links = Addresses(_l("Challenges, solutions and sessions it rests on"))
    q = Line(_l("Words that stand in it, or its address"))
    find = SubmitField(_l("Search"))

    @property
    def named(self) -> list[tuple[str, str]]:
        """What the links lead to: ("thread", public id), also posts and sessions."""
        return [found for line in self.links.data or () if (found := address_named(line))]


class ProposalForm(RestingForm):
    """A draft."""

    project = SelectField(_l("Which of your projects proposes it?"))
    title = Line(_l("Title: what is asked, in one line"), [required(), at_most(LONGEST_TITLE)])
    problem = Markdown(_l("What is the problem?"), [required(), at_most(LONGEST_PART)])
    ask = Markdown(_l("What do you ask for?"), [required(), at_most(LONGEST_PART)])
    evidence = Markdown(_l("What shows it?"), [at_most(LONGEST_PART)])
    document = Line(_l("Which document should change?"), [at_most(LONGEST_LINE)])
    section = Line(_l("In which section?"), [at_most(LONGEST_SECTION)])
    time_frame = Line(_l("By when?"), [at_most(LONGEST_LINE)])
    expected_cost = Line(_l("What will it cost, and whom?"), [at_most(LONGEST_LINE)])
    language = LanguageField(_l("You write in"))
    visibility_after = OneOf(
        _l("Who may read it once it is submitted?"),
        choices=_READERS,
        default=SpaceKind.NETWORK.value,
    )

    def __init__(self, projects: list[MemberName], *args: Any, **kwargs: Any) -> None:
        """`projects` are those the person may draft for; a single one is not asked for."""
        super().__init__(*args, **kwargs)
        offer_projects(self, projects)


class VersionForm(ProposalForm):
    """The next version of a text."""

    note = Line(_l("What did you change?"), [at_most(LONGEST_LINE)])
    version = VersionField(validators=[required()])


class WithdrawalForm(CreatingForm):
    """Why a proposal is taken back."""

    reason = Text(_l("Why is it withdrawn?"), [required(), at_most(LONGEST_REASON)])


class SupportForm(CreatingForm):
    """For which of one's projects; one is not asked for."""

    project = SelectField(_l("For which project?"))

    def __init__(self, projects: list[MemberName], *args: Any, **kwargs: Any) -> None:
        """`projects` are those the person speaks for here."""
        super().__init__(*args, **kwargs)
        offer_projects(self, projects)


def address_named(line: str) -> tuple[str, str] | None:
    """What an address leads to: ("thread", public id), also a post or a session; else None."""
    try:
        path = urlsplit(line).path.rstrip("/")
    except ValueError:  # no address at all
        return None
    found = _ADDRESS.fullmatch(path)
    return (found[1] or "thread", found[2]) if found else None
