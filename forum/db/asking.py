"""What every page asks, asked in few steps: a select written out once, then said as it stands.

Putting a select together, looking it up among the compiled ones and making its rows costs more
than most of these selects themselves. The session's way stays the one for everything else.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Dialect, Enum, bindparam

from forum.db.reading import Answers, there_is
from forum.db.types import UTCDateTime

ME: Any = bindparam("me")  # who looks, by their inner id (`Viewer.me`)
NOW: Any = bindparam("now", type_=UTCDateTime())

_SHAPES_KEPT = 256  # of one select: one for each set of spaces that somebody sees, and little more
_KEPT = 1_024  # selects a process keeps written out
_OBJECTS_KEPT = 4_096  # of each select, a kilobyte or two each
_WHOLES_KEPT = 256  # of each select
_WORDS_KEPT = 64  # of a column that holds few

Made = TypeVar("Made")
Asked = TypeVar("Asked", bound=Callable[..., Any])

Way = Callable[[Any], Any] | None  # between Python's value and the driver's; None: the same


class FrozenMoment(Exception):
    """A select that is kept holds a day or a moment of its making: our mistake."""


def made_once(select_for: Asked) -> Asked:
    """A function of the few values that change a select's shape: made once for each, and kept."""
    kept: Any = lru_cache(maxsize=_SHAPES_KEPT)(select_for)
    return cast(Asked, kept)


def each_of(ids: Iterable[int]) -> dict[str, int]:
    """Some inner ids as parameters of a select by `among`: their number is a power of two.

    So that there are few such selects; the last id fills what is left. Raises ValueError when
    there are none.
    """
    wanted = sorted(set(ids))
    if not wanted:
        raise ValueError("a select among nothing")
    places = 1 << (len(wanted) - 1).bit_length()
    return {f"id_{n}": wanted[min(n, len(wanted) - 1)] for n in range(places)}


def among(column: Any, places: int) -> ColumnElement[bool]:
    """That the column holds one of the ids of `each_of`, which gives so many."""
    found: ColumnElement[bool] = column.in_([bindparam(f"id_{n}") for n in range(places)])
    return found


def rows_of(statement: Any, values: Mapping[str, Any] | None = None) -> list[Any]:
    """The rows, as named tuples, of a select of columns that its room made once and keeps.

    `values` are those of its named parameters (and perhaps of some it has not). What the
    session holds and has not said yet is said before, as the session itself would do.
    """
    there, given = there_is(), values or {}
    written = _written(statement, there.dialect, *given)
    return [written.row(answer) for answer in written.answers(there, given)]


def objects_of(
    make: Callable[..., Made], statement: Any, values: Mapping[str, Any] | None = None
) -> list[Made]:
    """As `rows_of`, each row made by `make` from its columns by name: an immutable thing.

    What the database answers twice in the same words is the same thing, made once: it can be
    told by its identity, and what is kept of it is found at once.
    """
    there, given = there_is(), values or {}
    written = _written(statement, there.dialect, *given)
    return written.objects(written.answers(there, given), make)


def made_of(
    make: Callable[[list[Any]], Made],
    statement: Any,
    values: Mapping[str, Any] | None = None,
) -> Made:
    """What `make` makes of all the rows: an immutable thing, which depends on them alone.

    Kept, and given again when the database answers the same.
    """
    there, given = there_is(), values or {}
    written = _written(statement, there.dialect, *given)
    return written.whole(tuple(written.answers(there, given)), make)


@lru_cache(maxsize=_KEPT)
def _written(statement: Any, dialect: Dialect, *names: str) -> "_Written":
    return _Written(statement, dialect, names)


class _Written:
    """A select in the words of one database."""

    def __init__(self, statement: Any, dialect: Dialect, names: tuple[str, ...]) -> None:
        compiled = statement.params(dict.fromkeys(names)).compile(dialect=dialect)
        whole = compiled.construct_expanded_state()
        self._sql: str = whole.statement
        self._order: list[str] | None = whole.positiontup
        ways = {
            name: whole.processors.get(name) or _to(compiled.binds.get(name), dialect)
            for name in whole.parameters
        }
        self._given = [(name, ways[name]) for name in names if name in ways]
        always = {name: one for name, one in whole.parameters.items() if name not in names}
        if any(isinstance(one, date) for one in always.values()):
            raise FrozenMoment(self._sql)
        self._always = {name: _went(ways[name], one) for name, one in always.items()}
        columns = statement.selected_columns
        row: Any = namedtuple("row", columns.keys(), rename=True)  # type: ignore[misc]  # the select names them
        self._row = row._make
        back = [_from(column, dialect) for column in columns]
        self._back = [(place, way) for place, way in enumerate(back) if way]
        self._made: dict[Any, Any] = {}
        self._wholes: dict[Any, Any] = {}

    def answers(self, there: Answers, values: Mapping[str, Any]) -> list[Any]:
        """What the driver answers; the values by the names it was written out with."""
        said = self._always | {name: _went(way, values[name]) for name, way in self._given}
        told: Any = tuple(map(said.__getitem__, self._order)) if self._order is not None else said
        return there.ask(self._sql, told)

    def row(self, answer: Any) -> Any:
        """An answer as a named tuple of Python's values."""
        return self._row(self._read(answer))

    def objects(self, answers: list[Any], make: Callable[..., Made]) -> list[Made]:
        """What was made of the same answers before, one by one."""
        made = self._made.setdefault(make, {})
        if len(made) > _OBJECTS_KEPT:
            made.clear()  # rare, and cheaper than knowing which were used last
        found = []
        for answer in answers:
            one = made.get(answer)
            if one is None:
                one = made[answer] = make(**self.row(answer)._asdict())
            found.append(one)
        return found

    def whole(self, answers: tuple[Any, ...], make: Callable[[list[Any]], Made]) -> Made:
        """What was made of the same answers before."""
        kept = self._wholes
        if (make, answers) not in kept:
            if len(kept) > _WHOLES_KEPT:
                kept.clear()
            kept[make, answers] = make([self.row(answer) for answer in answers])
        found: Made = kept[make, answers]
        return found

    def _read(self, row: Any) -> Any:
        if not self._back:
            return row
        values = list(row)
        for place, way in self._back:
            values[place] = way(values[place])
        return values


def _to(parameter: Any, dialect: Dialect) -> Way:
    if parameter is None:
        return None
    way: Way = parameter.type.dialect_impl(dialect).bind_processor(dialect)
    return way


def _from(column: Any, dialect: Dialect) -> Way:
    way: Way = column.type.dialect_impl(dialect).result_processor(dialect, None)
    return lru_cache(maxsize=_WORDS_KEPT)(way) if way and isinstance(column.type, Enum) else way


def _went(way: Way, value: Any) -> Any:
    return way(value) if way else value
