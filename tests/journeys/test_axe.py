"""Nothing axe finds, nothing that scrolls sideways: each kind of page, light and dark."""

from importlib.resources import files
from typing import Any

import pytest

import tests.house.cases  # noqa: F401  # registers every case
from forum.db import db
from tests.house.test_pages import PAGES as LOOKED_AT
from tests.house.test_pages import looker
from tests.house.world import make_world
from tests.journeys.conftest import served
from tests.people import load_cast

NARROW = 320  # px: the narrowest screen, or a wide one zoomed to 400%
PAGES = list({case.route: case for case in LOOKED_AT}.values())  # one of each kind
_AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(params=["with JavaScript"])
def javascript(request):
    return True


@pytest.fixture(scope="module")
def shown(prepared, workshop, tmp_path_factory):
    """The site and the world on it: only looked at, so one for all."""
    worlds = []

    def prepare(_app: Any) -> None:
        worlds.append(make_world(db.session, load_cast(db.session)))
        db.session.commit()
        db.session.expunge_all()

    folder = tmp_path_factory.mktemp("shown")
    with served(prepared, workshop / "shown.db", folder, prepare) as site:
        yield site, worlds[0]


@pytest.fixture
def site(shown):
    return shown[0]


@pytest.fixture
def world(shown):
    return shown[1]


@pytest.mark.parametrize("case", PAGES, ids=str)
def test_axe_finds_nothing(case, site, world, browser):
    page = browser()
    role = looker(case)
    if role != "visitor":
        page.context.add_cookies([site.session_of(getattr(world.cast, role))])
    if case.prepare:
        with site.app.app_context():
            case.prepare(world)
            db.session.commit()
    answer = _go(page, case.path(case.args(world)))
    if answer is None or "text/html" not in answer.headers.get("content-type", ""):
        return
    assert answer.status == 200, f"{case} as {role}"
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme}: {fault}" for fault in _faults(page)]
    page.set_viewport_size({"width": NARROW, "height": 640})
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > NARROW:
        found.append(f"scrolls sideways: {wide} px on {NARROW}")
    assert not found, "\n".join([str(case), *found])


@pytest.mark.parametrize(
    ("path", "status"),
    [("/nowhere", 404), ("/exchanges/new", 403), ("/challenges?topic=audit-preparation", 200)],
)
def test_axe_finds_nothing_where_there_is_nothing(path, status, site, world, browser):
    page = browser()
    page.context.add_cookies([site.session_of(world.cast.observer)])
    assert page.goto(path).status == status
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert _faults(page) == []


def _go(page: Any, path: str) -> Any:
    try:
        return page.goto(path)
    except Exception as problem:
        if "Download is starting" in str(problem):
            return None
        raise


def _faults(page: Any) -> list[str]:
    page.wait_for_function("!document.querySelector('.htmx-request')")
    page.evaluate(_AXE)
    found = page.evaluate("options => axe.run(document, options)", _RULES)
    return [
        f"{fault['id']} ({fault['impact']}): {fault['help']}: "
        + "; ".join(node["html"][:120] for node in fault["nodes"][:3])
        for fault in found["violations"]
    ]
