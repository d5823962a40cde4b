"""Nothing axe finds, nothing that scrolls sideways: each kind of page, light and dark."""

import shutil
from dataclasses import replace
from typing import Any

import pytest

import tests.house.cases  # noqa: F401  # registers every case
from forum.db import db
from tests.conftest import make_app
from tests.house.test_pages import PAGES as LOOKED_AT
from tests.house.test_pages import looker
from tests.house.world import make_world
from tests.journeys.busy import MORE, decide_everything, do_everything, paths
from tests.journeys.conftest import served
from tests.journeys.faults import faults, sideways
from tests.people import load_cast

_OPEN = [  # a file itself is no page
    case
    for case in LOOKED_AT
    if looker(case) not in case.late and not case.rule.startswith("/files/")
]
PAGES = list({case.route: case for case in _OPEN}.values())  # one of each kind


@pytest.fixture(params=["with JavaScript"])
def javascript(request):
    return True


@pytest.fixture(scope="module")
def furnished(prepared, workshop):
    """A database file that holds the world, one where much was done since, and both worlds."""
    plain, busy = workshop / "axe-plain.db", workshop / "axe-busy.db"
    shutil.copyfile(prepared, plain)
    app = make_app(workshop, f"sqlite:///{plain}")
    with app.app_context():
        world = make_world(db.session, load_cast(db.session))
        db.session.commit()
        db.engine.dispose()
        db.session.expunge_all()
    shutil.copyfile(plain, busy)
    app = make_app(workshop, f"sqlite:///{busy}")
    with app.app_context():
        used = replace(
            world,
            threads={**world.threads},
            posts={**world.posts},
            proposals={**world.proposals},
        )
        do_everything(used)
        decide_everything(used)
        db.session.commit()
        db.engine.dispose()
        db.session.expunge_all()
    return plain, busy, world, used


@pytest.fixture(scope="module")
def shown(furnished, workshop, tmp_path_factory):
    """The site where much was done: only looked at, so one for all."""
    busy = furnished[1]
    folder = tmp_path_factory.mktemp("shown")
    with served(busy, workshop / "shown.db", folder, lambda _app: None) as site:
        yield site


@pytest.fixture
def site(request, furnished, workshop, tmp_path):
    """One for all, or a case's own where it changes something first."""
    case = getattr(request.node, "callspec", None) and request.node.callspec.params.get("case")
    if not (case and case.prepare):
        yield request.getfixturevalue("shown")
        return
    plain, world = furnished[0], furnished[2]

    def prepare(_app: Any) -> None:
        case.prepare(world)
        db.session.commit()
        db.session.expunge_all()

    with served(plain, workshop / f"{tmp_path.name}.db", tmp_path, prepare) as own:
        yield own


@pytest.fixture
def world(furnished):
    return furnished[3]


@pytest.mark.parametrize("case", PAGES, ids=str)
def test_axe_finds_nothing(case, site, world, browser):
    with site.app.app_context():
        path = case.path(case.args(world))
    look(site, world, browser(), looker(case), path)


@pytest.mark.parametrize(("role", "path"), MORE)
def test_axe_finds_nothing_where_much_was_done(role, path, site, world, browser):
    look(site, world, browser(), role, path.format(**paths(world)))


def look(site: Any, world: Any, page: Any, role: str, path: str) -> None:
    """Open the page as that role: no fault, light or dark, and nothing sideways."""
    if role != "visitor":
        page.context.add_cookies([site.session_of(getattr(world.cast, role))])
    answer = _go(page, path)
    if answer is None or "text/html" not in answer.headers.get("content-type", ""):
        return
    assert answer.status == 200, f"{path} as {role}"
    found = faults(page) + sideways(page)
    assert not found, "\n".join([f"{path} as {role}", *found])


@pytest.mark.parametrize(
    ("path", "status"),
    [("/nowhere", 404), ("/exchanges/new", 403), ("/challenges?topic=audit-preparation", 200)],
)
def test_axe_finds_nothing_where_there_is_nothing(path, status, site, world, browser):
    page = browser()
    page.context.add_cookies([site.session_of(world.cast.observer)])
    assert page.goto(path).status == status
    assert faults(page) == []


def _go(page: Any, path: str) -> Any:
    try:
        return page.goto(path)
    except Exception as problem:
        if "Download is starting" in str(problem):
            return None
        raise
