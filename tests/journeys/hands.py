"""What a person's hands do on a page, the same with and without JavaScript."""

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect


def form(page: Page, action: str) -> Locator:
    """The form whose address ends with `action`; what hides it is opened first."""
    found = page.locator(f'form[method="post" i][action$="{action}"]').first
    expect(found).to_be_attached()
    unfold(found)
    return found


def unfold(what: Locator) -> None:
    """Open what hides it, from the outside in."""
    folded = what.locator("xpath=ancestor::details[not(@open)]")
    while folded.count():
        folded.first.locator("> summary").click()


def send(page: Page, action: str, press: str | None = None, **fields: Any) -> None:
    """Fill in the form at `action` by its fields' names and press its (or the named) button."""
    filled = form(page, action)
    for name, value in fields.items():
        fill(filled, name, value)
    buttons = filled.locator("button:not([type=button]), input[type=submit]")
    button = buttons.filter(has_text=press) if press else buttons
    before = page.url
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        button.first.click()
    answer = answered.value
    assert answer.status < 400, f"{action}: {answer.status}"
    if onward := answer.headers.get("location") or answer.headers.get("hx-redirect"):
        there = urlsplit(onward).path  # or further, where that leads on
        page.wait_for_url(lambda url: url != before or urlsplit(url).path == there)
    page.wait_for_load_state()


def refused(page: Page, action: str, press: str | None = None, **fields: Any) -> None:
    """Fill in that form as `send` does and press its button: nothing is done, and it says why."""
    filled = form(page, action)
    for name, value in fields.items():
        fill(filled, name, value)
    buttons = filled.locator("button:not([type=button])")
    (buttons.filter(has_text=press) if press else buttons).first.click()
    expect(page.locator(".errors").first).to_be_attached()
    page.wait_for_load_state()


def fill(filled: Locator, name: str, value: Any) -> None:
    """Write, choose or tick, whatever the field is."""
    field = filled.locator(f'[name="{name}"]:not([type=hidden])')
    kind = field.first.evaluate("field => field.type || field.tagName.toLowerCase()")
    if kind in {"radio", "checkbox"}:
        unfold(field.first)
        for one in value if isinstance(value, list) else [value]:
            filled.locator(f'[name="{name}"][value="{one}"]').check()
    elif kind.startswith("select"):
        field.select_option(value)
    else:
        field.fill(str(value))


def reads(page: Page, words: str) -> None:
    """The page shows these words now."""
    expect(page.locator("body")).to_contain_text(words)


def follow(page: Page, *names: str) -> None:
    """Press one link after the other, by its words; what hides it is opened first."""
    for name in names:
        link = page.get_by_role("link", name=name, include_hidden=True).first
        expect(link).to_be_attached()
        unfold(link)
        before, in_place = page.url, link.get_attribute("hx-get")
        link.click()
        if not in_place:
            page.wait_for_url(lambda url, was=before: url != was)
            page.wait_for_load_state()


def press(page: Page, button: str) -> None:
    """Press the button of these words, in a form that needs nothing else, and see it done."""
    here = page.locator(".page")  # not what stands around it
    found = here.get_by_role("button", name=button, exact=True, include_hidden=True).first
    expect(found).to_be_attached()
    unfold(found)
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        found.click()
    assert answered.value.status < 400, f"{button}: {answered.value.status}"
    page.wait_for_load_state()


def reads_not(page: Page, *words: str) -> None:
    """None of these words is on the page, nor behind it."""
    source = page.content()
    assert [one for one in words if one in source] == []
