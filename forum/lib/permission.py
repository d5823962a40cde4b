"""The answer of a policy: yes, or no with its reason."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Yes:
    """Allowed."""

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class No:
    """Not allowed; `reason` is a whole sentence for the person, in their language.

    It may be a sentence that is looked up when it is read (`locale.later`): most pages ask many
    policies and tell few reasons.

    `state`: the person might do it, but not as the thing stands now (a stage that closed, a
    thread that is locked). A policy says so only to who has the right.
    """

    said: object = ""
    state: bool = False

    @property
    def reason(self) -> str:
        """The sentence, empty when nothing is said."""
        return str(self.said)

    def __bool__(self) -> bool:
        return False


Answer = Yes | No
YES: Final = Yes()


class Forbidden(Exception):
    """The person may see the thing but not do this with it (403)."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


class WrongState(Exception):
    """The thing is not in a state that allows this (409)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Refused(Exception):
    """What was typed can't be taken (422); `field` names where, None the whole form."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


def require(answer: Answer) -> None:
    """Go on only if allowed. Raises Forbidden, or WrongState, with the policy's reason."""
    if isinstance(answer, No):
        raise (WrongState if answer.state else Forbidden)(answer.reason)
