"""Named places that higher rooms fill at start. The arrow still points down.

Who looks is known a floor above, in `spaces`, which needs these tables; it registers its viewer
here, so that the one visibility rule is asked and not repeated.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from markupsafe import Markup


class Looker(Protocol):
    """What this room asks of the viewer."""

    @property
    def person_id(self) -> int | None:
        """The inner id of the person, None signed out."""

    @property
    def side(self) -> str:
        """The person's side, empty signed out."""

    @property
    def signed_in(self) -> bool:
        """Whether there is a person at all."""

    @property
    def is_operator(self) -> bool:
        """Whether they administer the host."""

    @property
    def sees_people(self) -> bool:
        """Whether people and experts are visible to them."""

    @property
    def projects(self) -> Mapping[int, str]:
        """Their projects' inner ids and their role in each."""

    def sees(self, space_id: int) -> bool:
        """Whether things in that space are visible to them."""


Piece = Callable[[Looker, Any], Markup | None]

_viewers: list[Callable[[], Looker]] = []

_topics: list[Callable[[], Mapping[str, list[tuple[str, str]]]]] = []

# pieces of HTML under a project's card, a person's and an expert's page: see `add`
on_project: list[Piece] = []
on_person: list[Piece] = []
on_expert: list[Piece] = []


def know_viewer(current: Callable[[], Looker]) -> None:
    """Register how this request's viewer is found."""
    _viewers[:] = [current]


def current_viewer() -> Looker:
    """The viewer of this request."""
    return _viewers[0]()


def add(slot: list[Piece], piece: Piece) -> None:
    """Show what `piece(viewer, row)` returns on the pages of that slot; None shows nothing."""
    if piece not in slot:
        slot.append(piece)


def pieces(slot: list[Piece], viewer: Looker, row: Any) -> list[Markup]:
    """What the rooms above show there to this viewer."""
    made = (piece(viewer, row) for piece in slot)
    return [piece for piece in made if piece]


def offer_topics(offer: Callable[[], Mapping[str, list[tuple[str, str]]]]) -> None:
    """Register the topics experts choose from: {group's label: [(slug, label), …]}."""
    _topics[:] = [offer]


def topics() -> Mapping[str, list[tuple[str, str]]]:
    """The topics an expert chooses from, by group; empty while no room offers any."""
    return _topics[0]() if _topics else {}
