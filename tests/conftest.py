"""What every test stands on: the app on a real database that holds the cast and nothing else.

A test gets SQLite. Marked `both_databases` it runs on PostgreSQL too. See people.py for the cast.
"""

import contextvars
import importlib
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, text
from sqlalchemy.orm import scoped_session

from forum import create_app
from forum.accounts.models import Person
from forum.config import Settings
from forum.db import db, immediate
from forum.lib import clock
from forum.mail.models import Letter
from forum.web import csrf, locale
from tests import build, people, postgres
from tests.browserless import Client

IN_CI = os.environ.get("CI", "").lower() == "true"
RACE_SECONDS = 60  # a race that has not ended by then is a deadlock

_MEMORY = Path("/dev/shm")  # where a database file costs no disk


def pytest_configure(config: pytest.Config) -> None:
    """Before the workers: name the run, put static files and translations together."""
    if not hasattr(config, "workerinput"):
        postgres.begin_run()
        build.build()


def pytest_unconfigure(config: pytest.Config) -> None:
    """After the workers: stop what they shared."""
    if not hasattr(config, "workerinput"):
        postgres.end_run()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests marked `both_databases` run once on each."""
    if "database" in metafunc.fixturenames and metafunc.definition.get_closest_marker(
        "both_databases"
    ):
        metafunc.parametrize("database", ["sqlite", "postgresql"], indirect=True)


def unavailable(reason: str) -> None:
    """Skip, naming what this machine lacks; where nothing may be lacking, fail."""
    if IN_CI:
        pytest.fail(f"may not be skipped with CI=true: {reason}")
    pytest.skip(reason)


# --- the app and its database ---------------------------------------------------------------


@dataclass
class Stage:
    """One database kind, prepared once a worker: the app on it, and how it is made fresh."""

    app: Flask
    replace: Callable[[], None]  # the database by a fresh copy
    cast: people.Cast = field(default_factory=people.Cast)

    def renew(self) -> None:
        """Put a fresh database in the place of the used one, and forget what was kept of it."""
        for kept in ("navigation", "topics", "glossary"):
            self.app.extensions.pop(kept, None)
        self.replace()


@pytest.fixture(scope="session")
def workshop() -> Iterator[Path]:
    """A folder for this worker's files, in memory where there is any."""
    base = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    name = f"{postgres.folder_name('tests')}-"
    with tempfile.TemporaryDirectory(prefix=name, dir=base) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def stages(workshop: Path) -> Iterator[Callable[[str], Stage]]:
    """The prepared stages by database kind, each made when first asked for."""
    made: dict[str, Stage] = {}

    def stage(kind: str) -> Stage:
        if kind not in made:
            made[kind] = (_on_sqlite if kind == "sqlite" else _on_postgresql)(workshop)
            made[kind].renew()
            with made[kind].app.app_context():
                made[kind].cast = people.load_cast(db.session)
        return made[kind]

    yield stage
    for one in made.values():
        with one.app.app_context():
            db.engine.dispose()


def settings_for_tests(folder: Path, database_url: str) -> Settings:
    """Settings of the app under test: English, small, no clock file."""
    return Settings(
        testing=True,
        secret_key="only-for-tests",
        data_dir=folder,
        database_url=database_url,
        mail_url=f"file:{folder / 'mail'}",
        base_url="http://localhost",
        default_locale="en",
        newcomer_days=0,  # everybody of the cast has just come
    )


def make_app(folder: Path, database_url: str) -> Flask:
    """The app under test on that database; forms need no token unless a test says so."""
    app = create_app(settings_for_tests(folder, database_url))
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = Client
    return app


def fill(app: Flask) -> None:
    """Create the tables and the cast."""
    with app.app_context():
        create_tables()
        people.make_cast(db.session)
        db.session.commit()
        db.engine.dispose()


def create_tables() -> None:
    """Create every table of every room."""
    for room in sorted(Path("forum").glob("*/models*")):
        importlib.import_module(f"forum.{room.parent.name}.models")
    db.create_all()


def _on_sqlite(workshop: Path) -> Stage:
    return stage_on_sqlite(workshop, "forum", fill)


def stage_on_sqlite(workshop: Path, name: str, fill_it: Callable[[Flask], None]) -> Stage:
    """A stage on SQLite whose fresh database is what `fill_it(app)` put into an empty one."""
    template, file = workshop / f"{name}-template.db", workshop / f"{name}.db"
    fill_it(make_app(workshop, f"sqlite:///{template}"))
    app = make_app(workshop, f"sqlite:///{file}")

    def replace() -> None:
        with app.app_context():
            db.engine.dispose()
        for left in workshop.glob(f"{file.name}-*"):
            left.unlink()
        shutil.copyfile(template, file)

    return Stage(app, replace)


def _on_postgresql(workshop: Path) -> Stage:
    if reason := postgres.missing():
        unavailable(reason)
    postgres.template(lambda url: fill(make_app(workshop, url)))
    name = f"forum_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    app = make_app(workshop, postgres.url(name))

    def replace() -> None:
        with app.app_context():
            db.engine.dispose()
        postgres.renew(name)

    return Stage(app, replace)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database this test runs on."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
def stage(stages: Callable[[str], Stage], database: str) -> Stage:
    """This test's stage, with a fresh database."""
    found = stages(database)
    found.renew()
    return found


@pytest.fixture
def app(stage: Stage) -> Iterator[Flask]:
    """The app, with a context, so that actions and queries can be called straight."""
    with stage.app.app_context():
        yield stage.app
        db.session.remove()


@pytest.fixture
def cast(stage: Stage) -> people.Cast:
    """Everybody: `cast.delegate`, `cast.staff`, `cast.projects["ceiba"]`, `cast.spaces[…]`."""
    return stage.cast


@pytest.fixture
def db_session(app: Flask) -> scoped_session[Any]:
    """The test's own session: committed before each request, fresh after it."""
    return db.session


# --- who asks, and when ----------------------------------------------------------------------


@pytest.fixture
def client(app: Flask) -> Client:
    """Somebody signed out."""
    made = app.test_client()
    assert isinstance(made, Client)
    return made


@pytest.fixture
def sign_in(app: Flask) -> Callable[[Person], Client]:
    """`sign_in(person)` gives a client with that person's session."""

    def begin(person: Person) -> Client:
        made = app.test_client()
        assert isinstance(made, Client)
        return made.become(person)

    return begin


@pytest.fixture
def with_tokens(app: Flask) -> Iterator[None]:
    """Forms need their token in this test, as outside tests."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture(autouse=True)
def kept_pieces_ask_no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A piece that is kept would tell the time of its making: what it shows is decided before.

    Only the year of a date it may ask for: the year is in its key.
    """
    now = clock.now

    def told() -> datetime:
        asks = sys._getframe(1).f_code
        assert asks is locale.day.__code__ or not csrf.is_marked(), f"{asks.co_qualname} asks"
        return now()

    monkeypatch.setattr(clock, "now", told)


@pytest.fixture
def clock_at() -> Iterator[Callable[[datetime | str], datetime]]:
    """`clock_at(moment)` stops the clock there for the rest of the test (again: moves it)."""
    token = clock._frozen.set(clock._frozen.get())

    def stop(at: datetime | str) -> datetime:
        moment = datetime.fromisoformat(at) if isinstance(at, str) else at
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        clock._frozen.set(moment)
        return moment

    yield stop
    clock._frozen.reset(token)


@pytest.fixture
def letters(app: Flask) -> Callable[[], list[Letter]]:
    """`letters()` gives every letter in the outbox, oldest first; `letters("kind")` one kind."""

    def read(kind: str | None = None) -> list[Letter]:
        query = select(Letter).order_by(Letter.id)
        return list(db.session.scalars(query.where(Letter.kind == kind) if kind else query))

    return read


# --- counting and racing ---------------------------------------------------------------------


@pytest.fixture
def statements(app: Flask) -> Callable[[], Any]:
    """`with statements() as seen:` collects the SQL said inside the block, BEGIN apart."""

    @contextmanager
    def listening() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA")):
                seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return listening


@pytest.fixture
def mail_comes_in(app: Flask) -> Iterator[None]:
    """The forum has a domain that mail comes in by: letters can be answered."""
    was = app.extensions["settings"]
    app.extensions["settings"] = replace(was, mail_domain="in.forum.example")
    yield
    app.extensions["settings"] = was


@pytest.fixture
def race(app: Flask) -> Callable[..., list[Any]]:
    """`race(n, fn)` calls `fn(i)` in n threads let go together; results or exceptions, in order.

    Each thread has its own app context and writes as a posting request does; what it leaves
    uncommitted is rolled back.
    """

    def run(n: int, fn: Callable[[int], Any]) -> list[Any]:
        db.session.commit()
        start = threading.Barrier(n)
        frozen = clock._frozen.get()

        def one(i: int) -> Any:
            clock._frozen.set(frozen)
            with app.app_context(), immediate():
                start.wait(RACE_SECONDS)
                try:
                    return fn(i)
                except Exception as problem:
                    return problem
                finally:
                    db.session.rollback()

        with ThreadPoolExecutor(n) as pool:
            runs = [pool.submit(contextvars.Context().run, one, i) for i in range(n)]
            results = [run.result(RACE_SECONDS) for run in runs]
        db.session.expire_all()
        return results

    return run


@pytest.fixture
def row_counts(app: Flask) -> Callable[[], dict[str, int]]:
    """`row_counts()` gives how many rows each table has: before and after must be the same."""

    def count() -> dict[str, int]:
        names = sorted(set(db.metadata.tables) - {"sign_in_attempt"})  # meant to outlive refusals
        asked = " UNION ALL ".join(f"SELECT '{n}', count(*) FROM \"{n}\"" for n in names)
        found = {str(name): int(number) for name, number in db.session.execute(text(asked))}
        db.session.rollback()
        return found

    return count
