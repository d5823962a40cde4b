"""A named place for higher rooms: a number known with every viewer, in the viewer's statement.

What every page shows of the one who looks would otherwise cost every page a statement.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fact:
    """How a number about the viewer is asked.

    `ask` takes the side, the person's inner id and a select of the ids of the spaces they see,
    and makes a select of one number. `about` gives what else it binds in this request; None:
    nothing is to be asked in it.
    """

    ask: Callable[[str, Any, Any], Any]
    about: Callable[[], Mapping[str, Any] | None]


_facts: dict[str, Fact] = {}


def know_of_viewer(
    name: str,
    ask: Callable[[str, Any, Any], Any],
    about: Callable[[], Mapping[str, Any] | None] = dict,
) -> None:
    """Register the number that `viewer.facts[name]` shall hold. See `Fact`."""
    _facts[name] = Fact(ask, about)


def facts() -> Mapping[str, Fact]:
    """What is registered."""
    return _facts
