"""A workbench: an app with a few views of its own, to try the habits of `web` on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Blueprint, Flask, request, url_for
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from forum.db import db
from forum.discussions.models import Topic
from forum.lib.permission import Forbidden, Refused, WrongState
from forum.web.answer import answer
from forum.web.forms import CreatingForm, Form, Line, Markdown, Stale, VersionField, required
from forum.web.guard import public, signed_in
from tests import people
from tests.browserless import Client
from tests.conftest import fill, make_app

bench = Blueprint("bench", __name__, template_folder=str(Path(__file__).parent / "templates"))


class TopicForm(CreatingForm):
    """Creates a topic."""

    name = Line("Name", [required()])
    body = Markdown("Text")


class RenameForm(Form):
    """Renames one."""

    name = Line("Name", [required()])
    version = VersionField()


@bench.post("/bench/topics")
@signed_in
def create() -> Response:
    """Create a topic; names that start with a verb of refusal are refused that way."""
    form = TopicForm()
    if form.accepts():
        name = form.name.data
        db.session.add(Topic(slug=name, group="bench", labels={}))
        db.session.flush()
        if name == "refused":
            raise Refused("Not this name.", "name")
        if name == "late":
            raise WrongState("It closed meanwhile.")
        if name == "forbidden":
            raise Forbidden("Not you.")
        if name == "broken":
            raise ZeroDivisionError
        return answer(then=url_for("bench.show", slug=name), say="Made.")
    return answer("bench.html", form=form, status=form.status)


@bench.post("/bench/rename")
@signed_in
def rename() -> Response:
    """Rename, unless someone else did."""
    form = RenameForm()
    if form.accepts():
        if form.version.data != 7:
            raise Stale(7, {"name": "theirs"})
        return answer(then="/bench/done")
    return answer("bench.html", form=form, status=form.status)


@bench.post("/bench/once")
@signed_in
def once() -> Response:
    """Do something that can be done once; the form has no key."""
    name = request.form["name"]
    if name in stored():
        raise WrongState("It is done already.")
    db.session.add(Topic(slug=name, group="bench", labels={}))
    return answer(then=url_for("bench.show", slug=name))


@bench.get("/bench/topics/<slug>")
@public
def show(slug: str) -> Response:
    """Show one."""
    return answer("bench.html", block="piece", form=TopicForm())


@bench.get("/bench/writes")
@public
def writes() -> Response:
    """Try to write while only being looked at."""
    db.session.add(Topic(slug="by-get", group="bench", labels={}))
    db.session.flush()
    return answer("bench.html", form=TopicForm())


@bench.get("/bench/away")
@public
def away() -> Response:
    """The database does not answer."""
    raise OperationalError("SELECT 1", {}, Exception("away"))


@bench.get("/bench/things/<thing>")
@signed_in
def thing(thing: str) -> Response:
    """A page of one thing, for people signed in."""
    return answer("bench.html", form=TopicForm())


@bench.get("/bench/filled")
@signed_in
def filled() -> Response:
    """A form's page."""
    return answer("bench.html", form=TopicForm())


@pytest.fixture(scope="module")
def bench_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The app with the workbench on it."""
    folder = tmp_path_factory.mktemp("bench")
    url = f"sqlite:///{folder / 'bench.db'}"
    fill(make_app(folder, url))
    app = make_app(folder, url)
    app.register_blueprint(bench)
    return app


@pytest.fixture
def visitor(bench_app: Flask) -> Iterator[Client]:
    """Somebody signed out, at the workbench."""
    with bench_app.app_context():
        yield bench_app.test_client()


@pytest.fixture
def someone(bench_app: Flask) -> Iterator[Client]:
    """A member, at the workbench."""
    with bench_app.app_context():
        cast = people.load_cast(db.session)
        yield bench_app.test_client().become(cast.member)


def stored() -> set[str]:
    """The topics stored now."""
    return set(db.session.scalars(select(Topic.slug)))
