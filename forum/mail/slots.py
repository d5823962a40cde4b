"""Named places that higher rooms fill at start: who writes, and what is done with their words."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from forum.mail.addresses import What
from forum.mail.reading import Mail


@dataclass(frozen=True)
class Writer:
    """A person, as far as mail from them goes. `email` is None where they have no address."""

    id: int
    email: str | None
    name: str
    locale: str
    timezone: str
    in_use: bool  # whether they may come in now


@dataclass(frozen=True)
class Posted:
    """What came of a mail: where it is to be seen, and what its writer should know."""

    path: str
    notes: tuple[str, ...] = ()
    title: str = ""  # of the conversation where it stands
    readers: str = ""  # who reads it, in a sentence
    tells: dict[str, list[int]] = field(default_factory=dict)  # what naming the title tells


class MailHandler(Protocol):
    """What a higher room does with a mail to one kind of thing."""

    def prepare(self, mail: Mail) -> Any:
        """Do what is slow (pictures), while no lock is held. Raises Refused."""

    def handle(self, person_id: int, item_id: int, mail: Mail, prepared: Any) -> Posted:
        """Do what the page would do. Raises what the page's action raises."""


_finders: list[Callable[[int], Writer | None]] = []
_checks: list[Callable[[int, dict[str, Any]], bool]] = []
_handlers: dict[What, MailHandler] = {}


def know_writers(find: Callable[[int], Writer | None]) -> None:
    """Register how a person's inner id becomes a writer."""
    _finders[:] = [find]


def writer(person_id: int) -> Writer | None:
    """That person; None where there is nobody."""
    return _finders[0](person_id) if _finders else None


def ask_before_sending(check: Callable[[int, dict[str, Any]], bool]) -> None:
    """Register who says whether what a letter tells may still go to that person.

    It is asked with the person's inner id and the letter's `tells` when the letter is handed
    over, and may put the rest of what it told back to be told again.
    """
    if check not in _checks:
        _checks.append(check)


def may_go(person_id: int, tells: dict[str, Any]) -> bool:
    """Whether all of them say so."""
    return all(check(person_id, tells) for check in _checks)


def handle_with(what: What, handler: MailHandler) -> None:
    """Register what is done with mail to that kind of thing."""
    _handlers[what] = handler


def handler_of(what: What) -> MailHandler | None:
    """What is done with it; None where nothing is."""
    return _handlers.get(what)
