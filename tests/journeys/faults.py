"""What axe finds on a page, and whether it scrolls sideways."""

from importlib.resources import files
from typing import Any

from playwright.sync_api import expect

NARROW = 320  # px: the narrowest screen, or a wide one zoomed to 400%
_AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
_RULES = {
    "light": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "dark": ["color-contrast", "link-in-text-block"],  # the page is the same but for its colours
}


def faults(page: Any) -> list[str]:
    """Light, then dark, a line for each fault; empty where there is none."""
    return [f"{scheme}: {fault}" for scheme in _RULES for fault in _found(page, scheme)]


def sideways(page: Any) -> list[str]:
    """Whether something is wider than the narrowest screen; the page is left at its size."""
    was = page.viewport_size
    page.set_viewport_size({"width": NARROW, "height": 640})
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(was)
    return [f"scrolls sideways: {wide} px on {NARROW}"] if wide > NARROW else []


def _found(page: Any, scheme: str) -> list[str]:
    page.emulate_media(color_scheme=scheme)
    if scheme == "light":
        page.evaluate(_AXE)
    found = _run(page, scheme)
    if found["violations"]:  # a read mark may have been on its way, its button faded
        found = _run(page, scheme)
    return [
        f"{fault['id']} ({fault['impact']}): {fault['help']}: "
        + "; ".join(node["html"][:120] for node in fault["nodes"][:3])
        for fault in found["violations"]
    ]


def _run(page: Any, scheme: str) -> Any:
    expect(page.locator(".htmx-request")).to_have_count(0)
    return page.evaluate("only => axe.run(document, {runOnly: only})", _RULES[scheme])
