"""A photo is chosen once: seen first, refused for its words, then posted; it travels once."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from forum.db import db
from forum.discussions.models import Attachment
from forum.files.models import StoredFile, WaitingFile
from tests.factories import discussions as make
from tests.files import samples
from tests.journeys.faults import faults
from tests.journeys.hands import form, reads, send
from tests.people import load_cast

PHOTO = {"name": "parcela.jpg", "mimeType": "image/jpeg", "buffer": samples.photo()}


@pytest.fixture
def made():
    return {}


@pytest.fixture
def prepare(made):
    def put(_app):
        made["thread"] = make.thread(load_cast(db.session).neighbour).public_id
        db.session.commit()

    return put


def test_a_photo_is_chosen_once(site, browser, javascript, made):
    writer = browser(site.cast.member)
    writer.goto(f"/threads/{made['thread']}/posts/new")
    writing = form(writer, "/posts")
    writing.locator("[name=body]").fill("Así **quedó** la parcela.")
    writing.get_by_text("Attach photos or documents").click()
    writing.locator("[name=file_1]").set_input_files(PHOTO)

    writing.get_by_role("button", name="Preview").click()  # it asks for no words yet
    expect(writer.locator(".preview strong")).to_have_text("quedó")
    reads(writer, "“parcela.jpg” (")
    assert not javascript or faults(writer) == []
    expect(form(writer, "/posts").locator("[name=file_1]")).to_have_value("")

    form(writer, "/posts").get_by_role("button", name="Post the reply").click()
    expect(writer.locator(".errors").first).to_contain_text("what “parcela.jpg” shows")
    reads(writer, "“parcela.jpg” (")
    assert site.stored(select(func.count()).select_from(Attachment)) == (0,)

    send(writer, "/posts", press="Post the reply", alt_1="La parcela, en dos mitades")
    expect(writer.get_by_alt_text("La parcela, en dos mitades")).to_have_count(1)
    assert site.stored(select(func.count()).select_from(Attachment)) == (1,)
    assert site.stored(select(func.count()).select_from(WaitingFile)) == (0,)


@pytest.mark.parametrize("javascript", ["with JavaScript"], indirect=True)
def test_words_are_asked_for_before_a_photo_travels(site, browser, made):
    writer = browser(site.cast.member)
    writer.goto(f"/threads/{made['thread']}/posts/new")
    writing = form(writer, "/posts")
    writing.locator("[name=body]").fill("Así quedó.")
    writing.get_by_text("Attach photos or documents").click()
    writing.locator("[name=file_1]").set_input_files(PHOTO)
    words = writing.locator("[name=alt_1]")
    sent = []
    writer.on("request", lambda request: sent.append((request.method, request.url)))
    writing.get_by_role("button", name="Post the reply").click()
    expect(words).to_be_focused()
    assert not [url for method, url in sent if method == "POST" and url.endswith("/posts")]


@pytest.mark.parametrize("javascript", ["with JavaScript"], indirect=True)
def test_an_upload_that_is_dropped_is_told_and_sent_again_as_it_was(site, browser, made):
    writer = browser(site.cast.member, expected="Failed to fetch")
    writer.goto(f"/threads/{made['thread']}")
    writer.locator('a[href$="/posts/new"]').first.click()
    writing = form(writer, "/posts")
    writing.locator("[name=body]").fill("Así quedó la parcela.")
    writing.get_by_text("Attach photos or documents").click()
    writing.locator("[name=file_1]").set_input_files(PHOTO)
    writing.locator("[name=alt_1]").fill("La parcela")
    under_way = []

    def drop(route):
        under_way.append(writing.locator("[data-sending]").is_visible())
        route.abort("connectionreset")

    writer.route("**/posts", drop)
    writing.get_by_role("button", name="Post the reply").click()
    expect(writer.locator("#live")).to_contain_text("What you wrote is still here")
    assert under_way == [True], "while it travels it is said"
    expect(writing.locator("[data-sending]")).to_be_hidden()
    assert site.stored(select(func.count()).select_from(StoredFile)) == (0,)

    writer.unroute("**/posts")
    writing.get_by_role("button", name="Post the reply").click()
    expect(writer.get_by_alt_text("La parcela")).to_have_count(1)
    assert site.stored(select(func.count()).select_from(Attachment)) == (1,)


@pytest.mark.parametrize("javascript", ["with JavaScript"], indirect=True)
def test_a_photo_is_waited_for_longer_than_a_page(site, browser, made):
    writer = browser(site.cast.member)
    writer.goto(f"/threads/{made['thread']}")
    writer.locator('a[href$="/posts/new"]').first.click()
    writing = form(writer, "/posts")
    writer.evaluate("htmx.config.defaultTimeout = 1")  # ms: too little for any page
    writing.locator("[name=body]").fill("Así quedó la parcela.")
    writing.get_by_text("Attach photos or documents").click()
    writing.locator("[name=file_1]").set_input_files(PHOTO)
    writing.locator("[name=alt_1]").fill("La parcela")
    writing.get_by_role("button", name="Post the reply").click()
    expect(writer.get_by_alt_text("La parcela")).to_have_count(1)
