"""Who is signed in, as plain values: the thin, typed side of Flask-Login.

`accounts` says how an id becomes an Identity (`load_with`); nothing here knows its tables.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, g, session
from flask_login import LoginManager, current_user, login_user, logout_user

from forum.lib import clock

Loader = Callable[[str], "Identity | None"]

_manager = LoginManager()


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

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What the session keeps; raising the epoch ends every session of the person."""
        return f"{self.public_id}.{self.session_epoch}"


def init_app(app: Flask) -> None:
    """Start Flask-Login; its own redirects are not used, the guard answers."""
    _manager.session_protection = None  # phones change address all the time
    _manager.init_app(app, add_context_processor=False)  # templates ask `who()`
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False  # renewed once a day, see `_renew`


def load_with(loader: Loader) -> None:
    """Register how the id in a session becomes an Identity."""

    def load(session_id: str) -> Identity | None:
        found = loader(session_id)
        if found is not None:
            _renew()
        return found

    _manager.user_loader(load)


def be_quiet() -> None:
    """From here on this request asks the database nothing: it is away, or we are at fault."""
    g.quiet = True


def is_quiet() -> bool:
    """Whether a page must do without the database."""
    return bool(g.get("quiet"))


def current() -> Identity | None:
    """The signed-in person, or None; the one known so far once the database is not asked."""
    if is_quiet():
        known = g.get("_login_user")
        return known if isinstance(known, Identity) else None
    found = current_user._get_current_object()  # noqa: SLF001  # how a proxy is opened
    return found if isinstance(found, Identity) else None


def sign_in(person: Identity, *, keep: bool) -> None:
    """Begin a session; `keep` lets it outlive the browser's closing."""
    session.clear()
    session.permanent = keep
    _renew()
    login_user(person)


def sign_out() -> None:
    """End this session and forget what it held."""
    logout_user()
    session.clear()


def _renew() -> None:
    """A kept session lasts from its last day of use: the cookie is sent again once a day."""
    today = clock.now().date().toordinal()
    if session.permanent and session.get("day") != today:
        session["day"] = today
