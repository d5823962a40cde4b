"""Whose session it is, and in the same statement what every page asks of them next.

The next question needs to know the person and their side. Whose a session is never changes, and
a side does seldom: it is put along for whom the session was last time, and its answer is used
only where the same answer names them again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import has_request_context
from sqlalchemy import outerjoin, select, true

from forum.accounts.queries import BY_SESSION, identity_by, person_of
from forum.db import made_of
from forum.lib import clock
from forum.lib.tokens import digest
from forum.web.held import held, request_now
from forum.web.identity import Identity

_KEPT = 4_096  # sessions a process remembers
_STATEMENTS_KEPT = 64  # one for each side and few sets of facts
_TOLD = "told next"


@dataclass(frozen=True, eq=False)
class Next:
    """A select of a few columns, what it binds, and what is made of its rows (kept: see `made_of`).

    The first of its columns is never null.
    """

    select: Any
    values: Mapping[str, Any]
    make: Callable[[list[Any]], Any]


Asks = Callable[[int, str], Next]

_asks: list[Asks] = []
_last: dict[str, tuple[int, str]] = {}  # by a token's digest: the person's inner id and side


def ask_next(asks: Asks) -> None:
    """Register what is asked along, of a person's inner id and side."""
    _asks[:] = [asks]


def identity_of(token: str) -> Identity | None:
    """The person whose session's token that is; None when it has ended or they are suspended."""
    hashed = _digest(token)
    values = {"token": hashed, "now": clock.now()}
    last = _last.get(hashed)
    if last is None or not _only_reads():
        found = identity_by(BY_SESSION, values)
    else:
        follows = _asks[0](*last)
        statement, both = _with(follows.select, follows.make)
        found, told = made_of(both, statement, {**values, **follows.values})
        if found is not None and (found.person_id, found.side) == last:
            held()[_TOLD] = found, told
    if found is not None:
        if len(_last) >= _KEPT:
            _last.clear()
        _last[hashed] = found.person_id, found.side
    return found


def told_of(person: Identity) -> Any | None:
    """What was told of the person along with who they are, in a request that only reads."""
    found, told = held().get(_TOLD, (None, None))
    return told if found is person else None


def _only_reads() -> bool:
    """Whether what is asked now still holds when it is used: what writes asks inside its lock."""
    return bool(_asks) and has_request_context() and request_now().method in ("GET", "HEAD")


@lru_cache(maxsize=_STATEMENTS_KEPT)
def _with(follows: Any, make: Callable[[list[Any]], Any]) -> tuple[Any, Callable[..., Any]]:
    whose, known = BY_SESSION.subquery("whose"), follows.subquery("known")
    statement = select(*whose.c, *known.c).select_from(outerjoin(whose, known, true()))
    names = whose.c.keys()
    width = len(names)

    def both(rows: list[Any]) -> tuple[Identity | None, Any]:
        if not rows:
            return None, None
        person = person_of(**dict(zip(names, rows[0], strict=False)))
        return person, make([row[width:] for row in rows if row[width] is not None])

    return statement, both


@lru_cache(maxsize=_KEPT)
def _digest(token: str) -> str:
    return digest(token)
