"""Words that are no Markdown: copied by a button where there is one, read as they were typed."""

import pytest
from playwright.sync_api import expect

from forum.db import db
from tests.factories import asks
from tests.factories import discussions as make
from tests.journeys.hands import reads
from tests.people import load_cast

LIST = "Tres dudas:\n1. Cuántos árboles.\n2. Cuándo."


@pytest.fixture
def made():
    return {}


@pytest.fixture
def prepare(made):
    def put(_app):
        cast = load_cast(db.session)
        thread = make.thread(cast.member, body="La semilla no alcanza.")
        made["thread"] = thread.public_id
        made["ask"] = asks.ask(cast.member, thread, text=LIST).public_id
        db.session.commit()

    return put


def test_the_button_to_copy_is_there_where_it_copies(site, browser, javascript, made):
    reader = browser(site.cast.neighbour)
    reader.goto(f"/threads/{made['thread']}/text")
    reads(reader, "La semilla no alcanza.")
    copy = reader.locator("[data-copy]")
    if not javascript:
        expect(copy).to_be_hidden()
        return
    copy.click()
    expect(copy).to_have_text(copy.get_attribute("data-done"))


def test_a_list_typed_in_lines_stands_in_lines(site, browser, made):
    reader = browser(site.cast.expert)
    reader.goto(f"/asks/{made['ask']}")
    assert LIST in reader.locator(".prose").first.inner_text()
