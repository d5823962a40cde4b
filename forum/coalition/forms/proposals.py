"""The guided way to a proposal: one ask, with what it rests on."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from wtforms import SelectField, ValidationError

from forum.coalition.forms.votes import LANGUAGES
from forum.coalition.models.proposals import LONGEST_LINE, LONGEST_REASON
from forum.coalition.queries.around import MOST_EVIDENCE, EvidenceRow
from forum.coalition.rows import MemberName
from forum.discussions.models import LONGEST_TITLE
from forum.lib.tokens import PUBLIC_ID_LENGTH
from forum.spaces.kinds import SpaceKind
from forum.web.forms import (
    CreatingForm,
    Line,
    Markdown,
    OneOf,
    Text,
    VersionField,
    at_most,
    choice,
    required,
)
from forum.web.locale import current_locale
from forum.web.locale import gettext as _
from forum.web.locale import lazy_gettext as _l

LONGEST_PART = 8_000  # characters of problem, ask, evidence: about three printed pages each
LONGEST_SECTION = 200
_LONGEST_LINKS = 4_000

_READERS = [
    choice(SpaceKind.NETWORK.value, _l("The network: everyone who signs in, except observers")),
    choice(SpaceKind.PUBLIC.value, _l("Everyone, also without signing in")),
]
_ADDRESS = re.compile(rf"(?:(?:.*/)?(thread|post|session)s/)?([0-9a-z]{{{PUBLIC_ID_LENGTH}}})")


class ProposalForm(CreatingForm):
    """A draft."""

    project = SelectField(_l("Which of your projects proposes it?"))
    title = Line(_l("Title: what is asked, in one line"), [required(), at_most(LONGEST_TITLE)])
    problem = Markdown(_l("What is the problem?"), [required(), at_most(LONGEST_PART)])
    ask = Markdown(_l("What do you ask for?"), [required(), at_most(LONGEST_PART)])
    evidence = Markdown(_l("What shows it?"), [at_most(LONGEST_PART)])
    links = Text(_l("Challenges, solutions and sessions it rests on"), [at_most(_LONGEST_LINKS)])
    document = Line(_l("Which document should change?"), [at_most(LONGEST_LINE)])
    section = Line(_l("In which section?"), [at_most(LONGEST_SECTION)])
    time_frame = Line(_l("By when?"), [at_most(LONGEST_LINE)])
    expected_cost = Line(_l("What will it cost, and whom?"), [at_most(LONGEST_LINE)])
    language = SelectField(_l("You write in"), choices=LANGUAGES)
    visibility_after = OneOf(
        _l("Who may read it once it is submitted?"),
        choices=_READERS,
        default=SpaceKind.NETWORK.value,
    )

    def __init__(self, projects: list[MemberName], *args: Any, **kwargs: Any) -> None:
        """`projects` are those the person may draft for; a single one is not asked for."""
        kwargs.setdefault("language", current_locale())
        super().__init__(*args, **kwargs)
        if len(projects) > 1:
            self.project.choices = [choice(one.slug, one.name) for one in projects]
        else:
            del self.project

    def validate_links(self, field: Text) -> None:
        """Every line leads to something of this forum, and there are not too many."""
        lines = _lines(field.data)
        if len(lines) > MOST_EVIDENCE:
            raise ValidationError(_("At most %(most)s links, please.", most=MOST_EVIDENCE))
        for line in lines:
            if _named(line) is None:
                raise ValidationError(
                    _("“%(line)s” is not the address of a thread or session.", line=line[:80])
                )

    @property
    def named(self) -> list[tuple[str, str]]:
        """What the links lead to: ("thread", public id), also posts and sessions."""
        return [found for line in _lines(self.links.data) if (found := _named(line))]


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
        if len(projects) > 1:
            self.project.choices = [choice(one.slug, one.name) for one in projects]
        else:
            del self.project


def links_to(evidence: Iterable[EvidenceRow], base_url: str) -> str:
    """The addresses of what a proposal rests on, one a line, as the form takes them back."""
    return "\n".join(f"{base_url}{one.url}" for one in evidence)


def _lines(raw: str | None) -> list[str]:
    return [line.strip() for line in (raw or "").splitlines() if line.strip()]


def _named(line: str) -> tuple[str, str] | None:
    found = _ADDRESS.fullmatch(urlsplit(line).path.rstrip("/"))
    return (found[1] or "thread", found[2]) if found else None
