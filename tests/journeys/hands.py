"""What a person's hands do on a page, the same with and without JavaScript."""

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect


def form(page: Page, action: str) -> Locator:
    """The form whose address ends with `action`; what hides it is opened first."""
    found = page.locator(f'form[method="post" i][action$="{action}"]').first
    expect(found).to_be_attached()
    hidden_in = found.locator("xpath=ancestor::details[not(@open)]")
    for at in range(hidden_in.count()):
        hidden_in.nth(at).locator("> summary").click()
    return found


def send(page: Page, action: str, press: str | None = None, **fields: Any) -> None:
    """Fill in the form at `action` by its fields' names and press its (or the named) button."""
    filled = form(page, action)
    for name, value in fields.items():
        fill(filled, name, value)
    buttons = filled.locator("button:not([type=button]), input[type=submit]")
    button = buttons.filter(has_text=press) if press else buttons
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        button.first.click()
    answer = answered.value
    assert answer.status < 400, f"{action}: {answer.status}"
    if onward := answer.headers.get("location") or answer.headers.get("hx-redirect"):
        page.wait_for_url(lambda url: urlsplit(url).path == urlsplit(onward).path)
    page.wait_for_load_state()


def fill(filled: Locator, name: str, value: Any) -> None:
    """Write, choose or tick, whatever the field is."""
    field = filled.locator(f'[name="{name}"]:not([type=hidden])')
    kind = field.first.evaluate("field => field.type || field.tagName.toLowerCase()")
    if kind in {"radio", "checkbox"}:
        for one in value if isinstance(value, list) else [value]:
            filled.locator(f'[name="{name}"][value="{one}"]').check()
    elif kind.startswith("select"):
        field.select_option(value)
    else:
        field.fill(str(value))


def reads(page: Page, words: str) -> None:
    """The page shows these words now."""
    expect(page.locator("body")).to_contain_text(words)
