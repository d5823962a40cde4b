"""A form that opened in its place and is given up leaves one where one was."""

import pytest
from playwright.sync_api import expect

from forum.db import db
from tests import people
from tests.factories import discussions as talk


@pytest.fixture(params=["with JavaScript"])
def javascript(request):
    return True


@pytest.fixture
def prepare():
    """A thread with an answer."""

    def made(_app):
        cast = people.load_cast(db.session)
        talk.post(cast.neighbour, talk.thread(cast.member))
        db.session.commit()

    return made


def test_the_focus_is_back_on_what_opened_it_and_it_opens_again(site, browser):
    page = browser(site.cast.member)
    page.goto("/challenges")
    page.get_by_role("link", name="Costos de operación").first.click()
    answer = page.locator('[hx-target="next .slot"]').first
    for _time in range(2):
        answer.press("Enter")
        expect(page.locator('.slot textarea[name="body"]')).to_be_focused()
        page.locator(".slot").get_by_role("link", name="Cancel").press("Enter")
        expect(answer).to_be_focused()
        expect(page.locator(".slot form")).to_have_count(0)
