"""What the tests of accounts share."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from forum.accounts import actions
from forum.activity.models import Event
from forum.db import db

NEW = "una frase bastante larga"
JOINING = {
    "name": "Rosa Ixmatá",
    "new_password": NEW,
    "locale": "es",
    "timezone": "America/Guatemala",
    "terms": "y",
}


@pytest.fixture
def events(app) -> Callable[..., list[Event]]:
    """`events("verb")`: what the ledger says of it, oldest first."""

    def read(verb: str) -> list[Event]:
        return list(db.session.scalars(select(Event).where(Event.verb == verb).order_by(Event.id)))

    return read


@pytest.fixture
def invited(app) -> Callable[..., Any]:
    """`invited(**details)`: an invitation by the command line, with its link's path."""

    def make(email: str | None = "rosa@people.example", **details: Any) -> Any:
        made = actions.invite(None, email=email, **{"side": "observer", **details})
        db.session.commit()
        return made

    return make


def path(url: str) -> str:
    """The path of a link we sent."""
    return "/" + url.split("/", 3)[3]


def token(url: str) -> str:
    """The secret in a link we sent."""
    return url.rsplit("/", 1)[1]
