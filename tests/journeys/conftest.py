"""A browser before the served forum: real pages, real database, real files, the clock movable."""

import contextvars
import re
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import delete
from werkzeug.serving import BaseWSGIServer, make_server

from forum import create_app
from forum.accounts.models import Person, SignedIn
from forum.db import db, immediate
from forum.mail import work_once
from forum.web.settings import settings
from forum.web.timekeeping import keep_time
from tests import people
from tests.conftest import fill, settings_for_tests, unavailable
from tests.journeys.hands import send

PATIENCE_MS = 15_000  # how long a page may take before a journey gives up
_OF_EVERY_4XX = "Failed to load resource"  # a journey may mean to get one
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Site:
    """The forum, served: `url`, and what the caretaker can do beside it."""

    app: Flask
    url: str
    folder: Path  # its data: mail that was sent, the clock's file
    cast: people.Cast = field(default_factory=people.Cast)

    def let_pass(self, offset: str) -> None:
        """Move the clock ahead of the machine's by `offset` in all, such as +21d."""
        (self.folder / "clock").write_text(offset, encoding="utf-8")

    def work(self) -> dict[str, int]:
        """Do the chores that are due, as `flask work` does; the moved clock stays in there."""
        return contextvars.copy_context().run(self._work)

    def _work(self) -> dict[str, int]:
        with self.app.app_context():
            keep_time(settings())
            return work_once()

    def session_of(self, person: Person) -> Any:
        """The cookie of somebody already signed in, for pages that are not about signing in."""
        interface = self.app.session_interface
        assert isinstance(interface, SecureCookieSessionInterface)
        signer = interface.get_signing_serializer(self.app)
        assert signer is not None
        with self.app.app_context(), immediate():
            who = people.session_of(person)
            db.session.commit()
        return {
            "name": self.app.config["SESSION_COOKIE_NAME"],
            "value": signer.dumps(who),
            "url": self.url,
        }

    def end_sessions_of(self, person: Person) -> None:
        """Their sign-in ends, as it does when its time is over; their browser knows nothing yet."""
        with self.app.app_context(), immediate():
            db.session.execute(delete(SignedIn).where(SignedIn.person_id == person.id))
            db.session.commit()

    def stored(self, query: Any) -> Any:
        """The one row that the query finds in the database now."""
        with self.app.app_context():
            row = db.session.execute(query).one()
            db.session.remove()
        return row

    def post_arrives(self) -> list[Any]:
        """Send what is in the outbox; every mail that ever arrived, oldest first."""
        self.work()
        files = sorted((self.folder / "mail").glob("*.eml"), key=lambda f: f.stat().st_mtime_ns)
        return [message_from_bytes(file.read_bytes(), policy=default) for file in files]

    def link_in_mail(self, address: str, part: str) -> str:
        """The link that holds `part`, in the last mail that arrived at `address`."""
        for mail in reversed(self.post_arrives()):
            text = mail.get_body(("plain",)).get_content()
            found = re.findall(rf"{re.escape(self.url)}\S*{part}\S*", text)
            if address in str(mail["To"]) and found:
                return str(found[-1])
        raise AssertionError(f"no mail to {address} holds {part}")


@pytest.fixture(scope="session")
def prepared(workshop: Path) -> Path:
    """A database file that holds the cast, to be copied."""
    from tests.conftest import make_app

    file = workshop / "journey-template.db"
    fill(make_app(workshop, f"sqlite:///{file}"))
    return file


@pytest.fixture
def prepare() -> Callable[[Flask], None]:
    """What is put beside the cast before the site opens; a test file may put its own here."""
    return lambda _app: None


@pytest.fixture
def site(
    prepared: Path, workshop: Path, tmp_path: Path, prepare: Callable[[Flask], None]
) -> Iterator[Site]:
    """The forum served on this machine alone, fresh for each journey."""
    with served(prepared, workshop / f"{tmp_path.name}.db", tmp_path, prepare) as opened:
        yield opened


@contextmanager
def served(
    prepared: Path, file: Path, folder: Path, prepare: Callable[[Flask], None]
) -> Iterator[Site]:
    """Serve the forum on `file`, a copy of `prepared` changed by `prepare(app)`."""
    shutil.copyfile(prepared, file)
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    settings = settings_for_tests(folder, f"sqlite:///{file}")
    app = create_app(replace(settings, base_url=url, clock_file=str(folder / "clock")))
    server = make_server("127.0.0.1", 0, app, threaded=True, fd=listening.fileno())
    listening.detach()
    try:
        with app.app_context():
            prepare(app)
            cast = people.load_cast(db.session)
            db.session.remove()
        thread = threading.Thread(target=_serve, args=(server,), daemon=True)
        thread.start()
        yield Site(app, url, folder, cast)
        server.shutdown()
        thread.join(PATIENCE_MS / 1000)
    finally:
        server.server_close()
    with app.app_context():
        db.engine.dispose()
    for left in file.parent.glob(f"{file.name}*"):
        left.unlink()


def _serve(server: BaseWSGIServer) -> None:
    server.log = lambda *_args: None
    server.serve_forever(poll_interval=0.02)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The system's Chromium, one a worker."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if not executable:
        unavailable("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def javascript(request: pytest.FixtureRequest) -> bool:
    """Whether the browser runs scripts in this journey."""
    return bool(request.param == "with JavaScript")


@pytest.fixture
def browser(chromium: Any, site: Site, javascript: bool) -> Iterator[Callable[..., Any]]:
    """`browser()` opens a page of a new visitor; `browser(person)` of someone who signs in.

    A page that complains on its console, or is refused something by our own policy, fails;
    not where the journey means it: `expected` are words of that complaint.
    """
    contexts, complaints = [], []

    def open_page(person: Person | None = None, *, expected: str = "", **options: Any) -> Any:
        context = chromium.new_context(
            **{
                "base_url": site.url,
                "java_script_enabled": javascript,
                "locale": "en-GB",
                "viewport": {"width": 1280, "height": 800},
                "reduced_motion": "reduce",
                **options,
            }
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        meant = (_OF_EVERY_4XX, *([expected] if expected else []))
        page.on("console", lambda m: complaints.append(m.text) if _complains(m, meant) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if person is not None:
            sign_in(page, str(person.email))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints


def _complains(message: Any, meant: tuple[str, ...]) -> bool:
    loud = message.type in {"error", "warning"}
    return loud and not any(words in message.text for words in meant)


def sign_in(page: Any, email: str, password: str = people.PASSWORD) -> None:
    """Sign in by the form, as people do."""
    page.goto("/sign-in")
    send(page, "/sign-in", email=email, password=password)
    page.wait_for_url(lambda url: "/sign-in" not in url)
