"""What a search can be narrowed to, and what of it the address asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import Any
from urllib.parse import quote_plus

from flask import current_app
from markupsafe import Markup

from forum.coalition.lifecycle import ProposalStatus
from forum.directory.forms import LIFECYCLE
from forum.discussions import topics
from forum.discussions.kinds import PostKind, ThreadStatus
from forum.lib.languages import WRITTEN
from forum.lib.text import one_line
from forum.search.asking import Node, mark
from forum.search.queries import Choice, Desk
from forum.web.locale import current_locale
from forum.web.locale import gettext as _
from forum.web.locale import lazy_gettext as _l
from forum.web.templating import country, language

_REPEATED = 40  # characters of what was not understood
_VALUE = Markup('<option value="{}"')
_OPTION = Markup('<option value="{}">{}</option>')

KINDS = {
    PostKind.CHALLENGE: _l("Challenge"),
    PostKind.SOLUTION: _l("Solution"),
    PostKind.OPPORTUNITY: _l("Opportunity"),
    PostKind.EXPERIENCE: _l("Experience"),
    PostKind.QUESTION: _l("Question"),
    PostKind.DISCUSSION: _l("Discussion"),
    PostKind.REPLY: _l("Reply"),
    PostKind.SUMMARY: _l("Summary"),
    "proposal": _l("Proposal"),
    "project": _l("Project"),
    "expert": _l("Expert"),
    "outcome": _l("Outcome of a session"),
}
_PEOPLE_KINDS = frozenset({"expert"})  # offered to who sees people
THREAD_STATES = {
    ThreadStatus.OPEN: _l("Open"),
    ThreadStatus.SOLVED: _l("Solved"),
    ThreadStatus.LOCKED: _l("Locked"),
}
PROPOSAL_STATES = {
    ProposalStatus.SEEKING_COSPONSORS: _l("Seeking co-sponsors"),
    ProposalStatus.IN_DISCUSSION: _l("In discussion"),
    ProposalStatus.VOTING: _l("Being voted on"),
    ProposalStatus.ADOPTED: _l("Adopted"),
    ProposalStatus.NOT_ADOPTED: _l("Not adopted"),
    ProposalStatus.SUBMITTED: _l("Submitted"),
    ProposalStatus.UNDER_REVIEW: _l("Under review"),
    ProposalStatus.ANSWERED: _l("Answered"),
    ProposalStatus.FOLLOWING_UP: _l("Answered, with commitments"),
}


@dataclass(frozen=True)
class Narrowing:
    """One way to narrow: its name in the address, its label, what one may choose."""

    name: str
    label: str
    every: str  # the choice that narrows nothing
    choices: dict[str, Choice]  # by what the address says
    unchosen: Markup  # the choices as options, none of them selected
    chosen: Choice | None = None
    narrowed: dict[str, "Narrowing"] = field(default_factory=dict)  # to each choice made so far

    def to(self, value: str) -> "Narrowing | None":
        """This way with a choice made; None when there is no such choice."""
        found = self.narrowed.get(value)
        if found is None and (choice := self.choices.get(value)):
            found = self.narrowed[value] = replace(self, chosen=choice)
        return found

    @cached_property
    def options(self) -> Markup:
        """The choices as options, the chosen one selected."""
        if self.chosen is None:
            return self.unchosen
        value = _VALUE.format(self.chosen.value)
        return self.unchosen.replace(value, value + Markup(" selected"), 1)


@dataclass(frozen=True)
class Wanted:
    """What the address asks."""

    q: str
    best: bool
    ways: list[Narrowing]
    misread: tuple[tuple[str, str], ...] = ()  # label and value of what there is not

    @cached_property
    def narrowed(self) -> list[Narrowing]:
        """The ways in which it is narrowed."""
        return [way for way in self.ways if way.chosen]

    @cached_property
    def fields(self) -> tuple[tuple[str, str, Markup], ...]:
        """The ways that offer something: name, label, options."""
        return tuple((way.name, way.label, way.options) for way in self.ways if way.choices)

    @property
    def marks(self) -> tuple[Node, ...]:
        """What the narrowing asks of the index."""
        return tuple(mark(*way.chosen.mark.split(".", 1)) for way in self.narrowed if way.chosen)

    def url(self, path: str, **other: str | None) -> str:
        """The address of this search, otherwise where told; None leaves something out."""
        said = self._said | {name: _said(name, value) for name, value in other.items()}
        query = "&".join(filter(None, said.values()))
        return f"{path}?{query}" if query else path

    @cached_property
    def _said(self) -> dict[str, str]:
        """What it asks, each by its name, as an address has it."""
        asked = {"q": self.q, **{way.name: way.chosen.value for way in self.narrowed if way.chosen}}
        asked["order"] = "best" if self.best else ""
        return {name: _said(name, value) for name, value in asked.items()}


def _said(name: str, value: str | None) -> str:
    return f"{name}={quote_plus(value)}" if value else ""


def wanted(given: Mapping[str, str], desk: Desk, *, sees_people: bool) -> Wanted:
    """Read the address. What it asks and what there is not is not asked, but told of."""
    ways = _ways(desk, sees_people)
    misread: list[tuple[str, str]] = []
    if any(given.get(way.name) for way in ways):
        ways = [_chosen(way, given.get(way.name, ""), misread) for way in ways]
    order = given.get("order", "")
    if order not in ("", "best") and (value := _readable(order)):
        misread.append((str(_("Order")), value))
    return Wanted(given.get("q", "").replace("\x00", ""), order == "best", ways, tuple(misread))


def _readable(value: str) -> str:
    """As much of it as is worth repeating."""
    return one_line(value.replace("\x00", ""))[:_REPEATED]


def _chosen(way: Narrowing, value: str, misread: list[tuple[str, str]]) -> Narrowing:
    found = way.to(value) if value else None
    if found is not None:
        return found
    if unknown := _readable(value):
        misread.append((str(way.label), unknown))
    return way


def _ways(desk: Desk, sees_people: bool) -> list[Narrowing]:
    """The ways to narrow, kept by the process as long as what they are made of is the same."""
    made_of = (desk.offered, topics.all_topics())  # each the same thing until it is another
    key = (current_locale(), sees_people)
    kept: dict[Any, tuple[Any, list[Narrowing]]]
    kept = current_app.extensions.setdefault("narrowing", {})
    if key not in kept or any(a is not b for a, b in zip(kept[key][0], made_of, strict=True)):
        ways = [
            _way("kind", _("Kind"), _("Every kind"), _kinds(sees_people)),
            _way("topic", _("Topic"), _("Every topic"), _topics()),
            _way("stage", _("Stage"), _("Every stage"), desk.offered.stages),
            _way("state", _("State"), _("Any state"), _states()),
            _way("project", _("Project"), _("Every project"), desk.offered.projects),
            _way("country", _("Country"), _("Every country"), _countries(desk)),
            _way("language", _("Language"), _("Every language"), _languages()),
        ]
        kept[key] = (made_of, ways)
    return kept[key][1]


def _way(name: str, label: str, every: str, choices: list[Choice]) -> Narrowing:
    written = [Markup('<option value="">{}</option>').format(every)]
    for group, some in groupby(choices, key=attrgetter("group")):
        options = Markup("").join(_OPTION.format(one.value, one.label) for one in some)
        written.append(
            Markup('<optgroup label="{}">{}</optgroup>').format(group, options)
            if group
            else options
        )
    return Narrowing(name, label, every, {c.value: c for c in choices}, Markup("").join(written))


def _kinds(sees_people: bool) -> list[Choice]:
    return [
        Choice(str(kind), str(word), f"kind.{kind}")
        for kind, word in KINDS.items()
        if sees_people or kind not in _PEOPLE_KINDS
    ]


def _topics() -> list[Choice]:
    found = []
    for group in topics.groups():
        whole = str(_("All of: %(group)s", group=group.label))
        found.append(Choice(group.slug, whole, f"topic.{group.slug}", group.label))
        found += [
            Choice(one.slug, one.label, f"topic.{one.slug}", group.label) for one in group.topics
        ]
    return found


def _states() -> list[Choice]:
    offered: tuple[tuple[str, Mapping[Any, Any]], ...] = (
        (_("Conversations"), THREAD_STATES),
        (_("Proposals"), PROPOSAL_STATES),
        (_("Projects"), LIFECYCLE),
    )
    return [
        Choice(str(state), str(word), f"state.{state}", str(group))
        for group, words in offered
        for state, word in words.items()
    ]


def _countries(desk: Desk) -> list[Choice]:
    found = [Choice(code, country(code), f"country.{code}") for code in desk.offered.countries]
    return sorted(found, key=lambda one: one.label)


def _languages() -> list[Choice]:
    return [Choice(code, language(code), f"lang.{code}") for code in WRITTEN]
