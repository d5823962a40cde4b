"""Deny by default: every view is marked with who may enter; a test finds an unmarked one.

The mark is the door only. What is behind it is decided by reach (404) and policy (403).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import request
from werkzeug.exceptions import NotFound

from forum.lib.permission import Forbidden
from forum.web import identity
from forum.web.locale import gettext as _

View = TypeVar("View", bound=Callable[..., Any])

GUARD_ATTRIBUTE = "guarded_as"


class SignInNeeded(Exception):
    """Somebody signed out came to a page for people signed in; what they sent is kept."""


def public(view: View) -> View:
    """Anyone may enter, also signed out."""
    setattr(view, GUARD_ATTRIBUTE, "public")
    return view


def signed_in(view: View) -> View:
    """Anyone signed in may enter."""
    return _checked(view, "signed in", _need_sign_in)


def only_for(*sides: str) -> Callable[[View], View]:
    """People of these sides may enter; "operator" means the flag."""

    def mark(view: View) -> View:
        def check() -> None:
            _need_sign_in()
            who = identity.current()
            assert who is not None
            if who.side not in sides and not ("operator" in sides and who.is_operator):
                raise Forbidden(_("This page is for other tasks than yours."))

        return _checked(view, "only " + ", ".join(sides), check)

    return mark


def _checked(view: View, mark: str, check: Callable[[], None]) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        check()
        return view(*args, **kwargs)

    setattr(guarded, GUARD_ATTRIBUTE, mark)
    return guarded  # type: ignore[return-value]  # wraps keeps the view's own type


def _need_sign_in() -> None:
    """A page of one thing answers signed out as if it did not exist; others ask to sign in."""
    if identity.current() is not None:
        return
    if request.method == "GET" and request.view_args:
        raise NotFound
    raise SignInNeeded
