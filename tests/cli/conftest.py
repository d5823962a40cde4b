"""The demonstration, loaded once for a module on each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from forum.db import db
from tests import postgres
from tests.conftest import create_tables, make_app, unavailable


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def loaded(request: pytest.FixtureRequest, workshop: Path) -> Iterator[Flask]:
    """The app on a database of its own that holds the demonstration."""
    if request.param == "sqlite":
        url = f"sqlite:///{workshop / 'demonstration.db'}"
    else:
        if reason := postgres.missing():
            unavailable(reason)
        url = postgres.empty("demonstration")
    app = make_app(workshop, url)
    with app.app_context():
        create_tables()
        result = app.test_cli_runner().invoke(args=["demo", "load", "--if-empty"])
        assert result.exit_code == 0, (result.output, result.exception)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def demo(loaded: Flask) -> Iterator[Flask]:
    """The same, with an app context. Nothing is changed there: it is for the whole module."""
    with loaded.app_context():
        yield loaded
        db.session.rollback()
