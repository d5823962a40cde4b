"""A stage taken along opens from a stick, without a connection, and axe finds nothing in it."""

import pytest

from tests.journeys.faults import faults, sideways
from tests.journeys.test_axe import (  # noqa: F401  # fixtures
    furnished,
    shown,
    site,
    world,
)


@pytest.fixture(params=["without a connection"])
def javascript(request):
    return True


def test_a_file_opens_offline_and_axe_finds_nothing(site, world, browser, tmp_path):  # noqa: F811  # fixtures
    page = browser()
    page.context.add_cookies([site.session_of(world.cast.delegate)])
    path = f"/exchanges/{world.exchange.slug}/stages/2/pack"
    page.goto("/challenges")
    kept = tmp_path / "etapa.html"
    kept.write_bytes(page.request.get(page.url.replace("/challenges", path)).body())
    page.context.set_offline(True)
    page = page.context.new_page()  # the one before may still ask for its icon
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(kept.as_uri())
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert faults(page) + sideways(page) == []
