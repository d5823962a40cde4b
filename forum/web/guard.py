"""Deny by default: every view is marked with who may enter; a test finds an unmarked one.

The mark is the door only. What is behind it is decided by reach (404) and policy (403).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import current_app, request, url_for
from werkzeug.exceptions import NotFound

from forum.web import identity
from forum.web.answer import local_path

View = TypeVar("View", bound=Callable[..., Any])

GUARD_ATTRIBUTE = "guarded_as"
_FILLED_AT = "filled_at"
_UNASKED = "sent_unasked"


class SignInNeeded(Exception):
    """Somebody signed out came to a page for people signed in; what they sent is kept."""


def public(view: View) -> View:
    """Anyone may enter, also signed out."""
    setattr(view, GUARD_ATTRIBUTE, "public")
    return view


def signed_in(view: View) -> View:
    """Anyone signed in may enter."""
    return _checked(view, "signed in", _need_sign_in)


def filled_at(endpoint: str) -> Callable[[View], View]:
    """The form of this posting view is on the page `endpoint`, with the same arguments.

    Only needed where `form_page` would not find it. Stands above the mark.
    """

    def mark(view: View) -> View:
        setattr(view, _FILLED_AT, endpoint)
        return view

    return mark


def sent_unasked(view: View) -> View:
    """Nobody presses for this post (read marks): signed out, nothing is asked. Above the mark."""
    setattr(view, _UNASKED, True)
    return view


def is_unasked() -> bool:
    """Whether this request is one that nobody pressed for.

    A button that sends to the same place says so by its name, `pressed`.
    """
    return hasattr(_view(), _UNASKED) and "pressed" not in request.form


def is_public() -> bool:
    """Whether anyone may enter where this request goes; what does not exist is public too."""
    return getattr(_view(), GUARD_ATTRIBUTE, "public") == "public"


def form_page() -> str:
    """Where the form that sent this post is filled in, as a local path.

    As `filled_at` says; else the same address read, else it with `/new`, else the page one came
    from.
    """
    if endpoint := getattr(_view(), _FILLED_AT, None):
        return url_for(endpoint, **(request.view_args or {}))
    addresses = current_app.create_url_adapter(request)
    for path in (request.path, f"{request.path}/new"):
        if addresses and addresses.test(path, "GET"):
            return path
    came_from = urlsplit(request.referrer or "")
    query = f"?{came_from.query}" if came_from.query else ""
    return local_path(came_from.path + query) if came_from.netloc == request.host else "/"


def _view() -> Callable[..., Any] | None:
    return current_app.view_functions.get(request.endpoint or "")


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
