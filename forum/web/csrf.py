"""Protection against forged posts: Flask-WTF's, checked before any view runs.

A token is the session's secret, signed. Its signature holds the time, which nobody asks about
(`WTF_CSRF_TIME_LIMIT` is none), so a session's token is signed once and then known.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from flask import Flask, current_app, g, session
from flask_wtf.csrf import CSRFProtect, generate_csrf
from itsdangerous import URLSafeTimedSerializer
from markupsafe import Markup

from forum.web.held import held, request_now

MARK = "\0token\0"  # where a kept piece has its form's token; nobody can write a NUL here
_NUL = "\0"
_FIELD = "csrf_token"
_SALT = "wtf-csrf-token"  # Flask-WTF's
_KEPT = 4_096  # sessions
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class _Protect(CSRFProtect):  # type: ignore[misc]  # Flask-WTF is untyped
    """Flask-WTF's, which looks no further at what changes nothing."""

    def protect(self, apply_exemptions: bool = False) -> None:  # as its own
        """Refuse a forged post."""
        if request_now().method not in _SAFE:
            super().protect(apply_exemptions)


csrf = _Protect()

_marked: ContextVar[bool] = ContextVar("marked", default=False)
_makers: dict[str, Callable[[], str]] = {}  # what stands at a mark, by the mark


def init_app(app: Flask) -> None:
    """Check every post; templates say `csrf_token()`."""
    csrf.init_app(app)
    app.jinja_env.globals["csrf_token"] = token


def token() -> str:
    """The token of this session's forms, begun with the first of them; in a kept piece its mark."""
    if _marked.get():
        return MARK
    found: str | None = held().get(_FIELD)
    if found is None:
        secret, key = session.get(_FIELD), current_app.secret_key
        known = isinstance(secret, str) and key
        found = _signed(secret, str(key)) if known else generate_csrf()
        g.csrf_token = found
    return found


@contextmanager
def marked() -> Iterator[None]:
    """Inside the block forms have a mark where their token belongs: what is made may be kept."""
    before = _marked.set(True)
    try:
        yield
    finally:
        _marked.reset(before)


def is_marked() -> bool:
    """Whether something is being made that will be kept for others."""
    return _marked.get()


def fills(mark: str, make: Callable[[], str]) -> Callable[[], str]:
    """`make`, for what belongs to one form or one person: kept pieces have the mark instead."""
    _makers[mark] = make
    return lambda: mark if _marked.get() else make()


def filled(html: Markup) -> Markup:
    """A piece with this session's token where it was marked, and all else that has a mark."""
    if _NUL not in html or _marked.get():
        return html
    found = str(html).replace(MARK, token()) if MARK in html else str(html)
    for mark, make in _makers.items():
        if mark in found:
            first, *others = found.split(mark)
            found = first + "".join(make() + other for other in others)  # each its own
    return Markup(found)  # noqa: S704  # signed texts of ours, in our own template


@lru_cache(maxsize=_KEPT)
def _signed(secret: str, key: str) -> str:
    return URLSafeTimedSerializer(key, salt=_SALT).dumps(secret)
