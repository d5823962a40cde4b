"""The opened menu stands inside the narrowest screen, in the longer of the languages."""

import pytest
from playwright.sync_api import expect

NARROW = 320  # px


@pytest.mark.parametrize("signed_in", [False, True], ids=["visitor", "member"])
def test_the_opened_menu_stands_inside_the_screen(site, browser, signed_in):
    page = browser(locale="es-HN", viewport={"width": NARROW, "height": 640})
    if signed_in:
        page.context.add_cookies([site.session_of(site.cast.neighbour)])
    page.goto("/")
    page.locator("header summary").click()
    menu = page.locator("header details nav")
    expect(menu).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    for link in [menu, *menu.get_by_role("link").all(), *menu.get_by_role("button").all()]:
        box = link.bounding_box()
        assert box["x"] >= 0, box
        assert box["x"] + box["width"] <= NARROW, box
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
