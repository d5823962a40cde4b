"""Who is signed in, as plain values: the thin, typed side of Flask-Login.

The session's cookie holds a random token. `accounts` keeps what it stands for and says whose it
is (`keep_sessions`); nothing here knows its tables.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol

from flask import Flask, Request, Response, g, has_request_context, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_login import LoginManager, login_user, logout_user
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.http import parse_cookie

from forum.lib import clock
from forum.web.held import held

_FOUND = "_login_user"  # where Flask-Login keeps whom it has found in this request
_COOKIES = 4_096  # read and kept, a kilobyte each

Loader = Callable[[str], "Identity | None"]


class Beginner(Protocol):
    """Writes down that somebody signed in; returns the token of the session."""

    def __call__(self, person_id: int, epoch: int, *, keep: bool) -> str:
        """The person's id, their `session_epoch`, and whether the session outlives the browser."""


class _Manager(LoginManager):  # type: ignore[misc]  # Flask-Login is untyped
    """Flask-Login's, which also knows how a session is begun and ended."""

    begin: Beginner
    end: Callable[[str], None]

    def find(self) -> Any:
        """Whose session it is; found once a request."""
        self._load_user()
        return held()[_FOUND]

    def _load_user(self) -> None:
        """By the session: of its other ways, and of its marks of the browser, we have none."""
        token = session.get("_user_id")
        self._update_request_context_with_user(self._user_callback(token) if token else None)

    def _update_remember_cookie(self, response: Response) -> Response:
        """There is none: a session that is kept is the session's own cookie."""
        return response


class _Sessions(SecureCookieSessionInterface):
    """Flask's, which makes its signer once instead of twice a request."""

    _signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The signer of this app's cookies; the key does not change while it runs."""
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
        return self._signer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the cookie says; the same cookie is checked once, its age every time."""
        cookie = _named(request.environ.get("HTTP_COOKIE", ""), self.get_cookie_name(app))
        signer = self.get_signing_serializer(app)
        if not cookie or signer is None:
            return super().open_session(app, request)
        try:
            said, signed_at = _said(signer, cookie)
        except BadSignature:
            return self.session_class()
        age = clock.now() - signed_at
        if not timedelta(0) <= age <= app.permanent_session_lifetime or said is None:
            return super().open_session(app, request)
        return self.session_class(said)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie when it has changed; every page varies with it (see `headers`)."""
        if session.modified or (session and self.should_set_cookie(app, session)):
            super().save_session(app, session, response)


@lru_cache(maxsize=_COOKIES)
def _named(cookies: str, name: str) -> str | None:
    """The cookie of that name, of all that a browser sends."""
    return parse_cookie(cookies).get(name)


@lru_cache(maxsize=_COOKIES)
def _said(signer: URLSafeTimedSerializer, cookie: str) -> tuple[dict[str, Any] | None, datetime]:
    """What a cookie says and when it was signed; None for what could be changed in its place."""
    said, signed_at = signer.loads(cookie, return_timestamp=True)
    plain = all(isinstance(value, str | int) for value in said.values())
    return (said if plain else None), signed_at


_manager = _Manager()


@dataclass(frozen=True)
class Identity:
    """The signed-in person, read once for a request and detached from the database."""

    person_id: int
    public_id: str
    name: str
    side: str
    is_operator: bool
    locale: str
    timezone: str
    session_epoch: int
    light: bool = False  # pages that cost little: pictures only when asked for
    token: str = field(default="", repr=False)  # of a session that begins now; else unknown

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What the session's cookie names this sign-in by."""
        return self.token


def init_app(app: Flask) -> None:
    """Start Flask-Login; its own redirects are not used, the guard answers."""
    app.session_interface = _Sessions()
    _manager.session_protection = None  # phones change address all the time
    _manager.init_app(app, add_context_processor=False)  # templates ask `who()`
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False  # renewed once a day, see `_renew`


def keep_sessions(*, load: Loader, begin: Beginner, end: Callable[[str], None]) -> None:
    """Register how a session begins, becomes an Identity, and ends."""

    def loaded(token: str) -> Identity | None:
        found = load(token)
        if found is not None:
            _renew()
        return found

    _manager.user_loader(loaded)
    _manager.begin, _manager.end = begin, end


def be_quiet() -> None:
    """From here on this request asks the database nothing: it is away, or we are at fault."""
    g.quiet = True


def is_quiet() -> bool:
    """Whether a page must do without the database."""
    return bool(held().get("quiet"))


def current() -> Identity | None:
    """The signed-in person, or None; the one known so far once the database is not asked."""
    found = held().get(_FOUND)
    if found is None and has_request_context() and not is_quiet():
        found = _manager.find()
    return found if isinstance(found, Identity) else None


def sign_in(person: Identity, *, keep: bool) -> None:
    """Begin a session; `keep` lets it outlive the browser's closing."""
    sign_out()
    session.permanent = keep
    _renew()
    token = _manager.begin(person.person_id, person.session_epoch, keep=keep)
    login_user(replace(person, token=token))


def sign_out() -> None:
    """End this session, for every copy of its cookie too, and forget what it held."""
    if token := session.get("_user_id"):
        _manager.end(token)
    logout_user()
    session.clear()


def _renew() -> None:
    """A kept session lasts from its last day of use: the cookie is sent again once a day."""
    today = clock.now().date().toordinal()
    if session.permanent and session.get("day") != today:
        session["day"] = today
