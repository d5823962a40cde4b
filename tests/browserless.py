"""The test client: each request in a context of its own, seeing and leaving what is committed."""

import contextvars
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.test import TestResponse

from forum.accounts.models import Person
from forum.db import db
from forum.lib import clock, tokens
from tests.people import session_of


class Client(FlaskClient):
    """Flask's client. What the test's own session holds is committed before a request.

    `client.get(…)`, `client.post(…)` send as they are told; `client.send(url, **fields)` posts
    a form as a browser would, with its key and its token.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send one request."""
        db.session.commit()
        try:
            return _own_context().run(super().open, *args, **kwargs)
        finally:
            db.session.expire_all()
            db.session.rollback()

    def send(
        self, url: str, fields: dict[str, Any] | None = None, /, *, htmx: bool = False, **more: Any
    ) -> TestResponse:
        """Post a form. `fields` and `more` are its fields; a fresh `key` unless one is given."""
        data = {"key": tokens.form_key(), **(fields or {}), **more}
        data = {name: _plain(value) for name, value in data.items() if value is not None}
        if self.application.config["WTF_CSRF_ENABLED"]:
            data["csrf_token"] = self.csrf_token()
        headers = {"HX-Request": "true"} if htmx else {}
        if any(hasattr(value, "read") for value in data.values()):
            return self.post(url, data=data, headers=headers)
        body = urlencode(data, doseq=True)  # by hand, so that bytes go out as they are
        kind = "application/x-www-form-urlencoded"
        return self.post(url, data=body, content_type=kind, headers=headers)

    def csrf_token(self) -> str:
        """A token that fits this client's session."""
        with self.session_transaction() as stored:
            known = stored.get("csrf_token")
        with self.application.test_request_context():
            if known:
                session["csrf_token"] = known
            token: str = generate_csrf()
            known = session["csrf_token"]
        with self.session_transaction() as stored:
            stored["csrf_token"] = known
        return token

    def become(self, person: Person) -> "Client":
        """Sign `person` in, without a password; returns this client."""
        with self.session_transaction() as stored:
            stored.clear()
            stored.update(session_of(person))
        return self


def path_of(response: TestResponse) -> str:
    """Where a redirect leads, without host."""
    parts = urlsplit(response.headers["Location"])
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _own_context() -> contextvars.Context:
    fresh = contextvars.Context()
    fresh.run(clock._frozen.set, clock._frozen.get())
    fresh.run(clock._ahead.set, clock._ahead.get())
    return fresh


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [str(v) for v in value]
    return value if hasattr(value, "read") or isinstance(value, bytes) else str(value)
