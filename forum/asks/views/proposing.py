"""Who could be asked, and which asks fit an expert, best first, each with its reasons."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from forum.asks import queries
from forum.asks.fitting import fit
from forum.asks.policy import answers_asks
from forum.asks.rows import AskRow
from forum.asks.wording import ask_reasons, expert_reasons
from forum.directory.finding import experts_to_ask
from forum.directory.queries import ExpertRow, own_profile
from forum.spaces import Viewer

MOST_PROPOSED = 6  # a longer list is not weighed


class About(Protocol):
    """A thread or an ask, as far as finding experts for it goes."""

    @property
    def language(self) -> str:
        """The language it is in."""

    @property
    def topics(self) -> Sequence[str]:
        """The slugs of its topics."""


@dataclass(frozen=True)
class Proposed:
    """An expert, and why they are proposed."""

    expert: ExpertRow
    reasons: list[str]
    knows_the_matter: bool  # else they only speak the language, or know the country


@dataclass(frozen=True)
class ShownAsk:
    """An ask in a list, and why it fits the expert who looks."""

    ask: AskRow
    reasons: list[str]
    fits: bool


def proposals(
    about: About,
    project_id: int | None,
    *,
    country: str | None = None,
    leave_out: Collection[int] = (),
) -> list[Proposed]:
    """The experts who fit best and can take one more; none who audits the project.

    `leave_out`: inner ids of people, such as who was asked already.
    """
    country = country or getattr(about, "project_country", None)
    experts = experts_to_ask(project_id)
    loads = queries.loads(one.person_id for one in experts)
    scored = [
        (fit(one, topics=about.topics, language=about.language, country=country), left, one)
        for one in experts
        if (left := one.can_take - loads.get(one.person_id, 0)) > 0
        and one.person_id not in leave_out
    ]
    fitting = [one for one in scored if one[0].topics] or [one for one in scored if one[0].score]
    fitting.sort(key=lambda one: (-one[0].score, -one[1], one[2].name))
    return [
        Proposed(expert, expert_reasons(why, left), bool(why.topics))
        for why, left, expert in fitting[:MOST_PROPOSED]
    ]


def fitting_first(viewer: Viewer, asks: Iterable[AskRow]) -> list[ShownAsk]:
    """The asks of a page; for an expert the fitting ones first."""
    profile = own_profile(viewer) if answers_asks(viewer.side) else None
    if profile is None:
        return [ShownAsk(ask, [], fits=False) for ask in asks]
    scored = [
        (fit(profile, topics=ask.topics, language=ask.language, country=ask.project_country), ask)
        for ask in asks
        if not viewer.audits(ask.project_id)
    ]
    scored.sort(key=lambda one: -one[0].score)
    return [ShownAsk(ask, ask_reasons(why), fits=why.good) for why, ask in scored]
