"""Named places that higher rooms fill at start. The arrow still points down."""

from collections.abc import Callable, Mapping
from typing import Protocol

from markupsafe import Markup


class Actor(Protocol):
    """What this room asks of whoever acts; the viewer of `spaces` is one."""

    @property
    def person_id(self) -> int | None:
        """The inner id of the person, None signed out."""

    @property
    def side(self) -> str:
        """The person's side, empty signed out."""

    @property
    def is_operator(self) -> bool:
        """Whether they administer the host."""

    @property
    def projects(self) -> Mapping[int, str]:
        """Their projects' inner ids and their role in each."""

    def sees(self, space_id: int) -> bool:
        """Whether things in that space are visible to them."""


# (person's inner id) -> a piece of HTML at the top of their own account's page, or None
on_own_page: list[Callable[[int], Markup | None]] = []

Guard = Callable[[Actor | None, int], bool]

_namers: list[Callable[[int], str]] = []
_locators: list[Callable[[int], str]] = []
_of_projects: list[Guard] = []
_of_people: list[Guard] = []


def pieces_on_own_page(person_id: int) -> list[Markup]:
    """What the rooms above tell somebody on the page of their own account."""
    made = (piece(person_id) for piece in on_own_page)
    return [piece for piece in made if piece]


def name_projects_with(namer: Callable[[int], str]) -> None:
    """Register how a project's inner id becomes its name, for invitations."""
    _namers[:] = [namer]


def project_name(project_id: int | None) -> str:
    """The project's name; empty for none, and while no room knows projects."""
    return _namers[0](project_id) if project_id is not None and _namers else ""


def locate_projects_with(locator: Callable[[int], str]) -> None:
    """Register how a project's inner id becomes its country's ISO 3166 code."""
    _locators[:] = [locator]


def project_country(project_id: int | None) -> str:
    """The project's country code; empty for none, and while no room knows projects."""
    return _locators[0](project_id) if project_id is not None and _locators else ""


def guard_with(*, projects: Guard, people: Guard) -> None:
    """Register who may say who belongs to a project, and let a person in again.

    Each is asked with the actor (None: the command line) and the inner id.
    """
    _of_projects[:], _of_people[:] = [projects], [people]


def may_vouch(actor: Actor | None, project_id: int) -> bool:
    """Whether nobody guards the project against the actor's word on who belongs to it."""
    return all(guard(actor, project_id) for guard in _of_projects)


def may_let_in(actor: Actor, person_id: int) -> bool:
    """Whether nobody guards the person against a new password from the actor's hand."""
    return all(guard(actor, person_id) for guard in _of_people)
