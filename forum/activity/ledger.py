"""Recording and listening. Recording is an action's last step; listeners share its transaction."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, Protocol

from forum.activity.models import Event
from forum.db import db

Listener = Callable[[Event, Any], None]

EVERY = "*"  # listened to as a verb: whatever is recorded

_listeners: dict[str, list[Listener]] = defaultdict(list)


class HasId(Protocol):
    """Anything with a row of its own."""

    @property
    def id(self) -> Any:
        """The inner id."""


def record(
    actor_id: int | None,
    verb: str,
    thing: HasId,
    *,
    space_id: int | None = None,
    **particulars: int | str | bool | None,
) -> Event:
    """Write down that `actor_id` did `verb` to `thing`, and tell who listens.

    `verb` is "noun.past", such as "proposal.opened". `particulars` are ids and states, never
    people's words.
    """
    db.session.flush()
    event = Event(
        actor_id=actor_id,
        verb=verb,
        object_type=type(thing).__name__,
        object_id=thing.id,
        space_id=space_id,
        particulars=particulars,
    )
    db.session.add(event)
    db.session.flush()
    for listener in (*_listeners[verb], *_listeners[EVERY]):
        listener(event, thing)
    return event


def listen(verb: str) -> Callable[[Listener], Listener]:
    """Register a function called with (event, thing) whenever `verb` (or, EVERY) is recorded."""

    def register(listener: Listener) -> Listener:
        if listener not in _listeners[verb]:
            _listeners[verb].append(listener)
        return listener

    return register
