"""Every route with valid arguments, and what each role gets there.

A case names a route (`"GET /threads/<id>"`), one thing to go there with, who sees the thing
(the others find nothing: 404) and who of them may (the others are told why not: 403).
A route without a case, or a case without a route, fails the tests; a new room adds its own in
`tests/house/cases/<room>.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.house.world import World
from tests.people import ROLES

EVERYONE = frozenset(ROLES)
SIGNED_IN = EVERYONE - {"visitor"}
NOBODY: frozenset[str] = frozenset()

Arguments = Callable[[World], Mapping[str, Any]]

NOWHERE = {str: "zzzzzzzzzzzz", int: 987654}  # arguments that lead to nothing


@dataclass(frozen=True)
class Case:
    """One way to a route. `sees`, `may` and `late` are roles (see people.ROLES)."""

    route: str
    name: str
    args: Arguments
    sees: frozenset[str] = EVERYONE
    may: frozenset[str] = EVERYONE
    unfit: frozenset[str] = NOBODY  # who may go there, but not with this in the form: 422
    late: frozenset[str] = NOBODY  # who may, but the thing's state does not allow it: 409
    form: Arguments = field(default=lambda _world: {})  # what a person who may would send
    query: str = ""  # appended to the address
    prepare: Callable[[World], None] | None = None  # changes the database first
    reveals: frozenset[str] = frozenset()  # marks that doing this shows to others, as it is meant
    tokenless: bool = False  # needs no token, on purpose
    repeats: bool = False  # sent twice it happens twice: it creates nothing anybody keeps

    @property
    def method(self) -> str:
        """GET or POST."""
        return self.route.split()[0]

    @property
    def rule(self) -> str:
        """The address with its arguments' names."""
        return self.route.split()[1]

    def path(self, args: Mapping[str, Any]) -> str:
        """The address with `args` filled in."""
        path = self.rule
        for name, value in args.items():
            for shape in (f"<{name}>", f"<int:{name}>", f"<path:{name}>", f"<string:{name}>"):
                path = path.replace(shape, str(value))
        assert "<" not in path, f"{self.route} lacks an argument: {path}"
        return path + self.query

    def __str__(self) -> str:
        return f"{self.route}: {self.name}" if self.name else self.route


CASES: list[Case] = []


def nothing(_world: World) -> Mapping[str, Any]:
    """No arguments."""
    return {}


def get(rule: str, name: str = "", args: Arguments = nothing, **more: Any) -> None:
    """A page."""
    _add(Case(f"GET {rule}", name, args, **_whole(more)))


def post(rule: str, name: str = "", args: Arguments = nothing, **more: Any) -> None:
    """A form sent."""
    _add(Case(f"POST {rule}", name, args, **_whole(more)))


def _whole(more: dict[str, Any]) -> dict[str, Any]:
    more.setdefault("may", more.get("sees", EVERYONE))
    return more


def _add(case: Case) -> None:
    CASES.append(case)
