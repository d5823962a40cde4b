"""The sign-in ends in mid-sentence: what was typed is there again, to the last word."""

from urllib.parse import quote_plus

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from forum.db import db
from forum.discussions.models import Draft, Post
from tests.factories import discussions as make
from tests.journeys.hands import fill, form, reads, send
from tests.people import PASSWORD, load_cast

BEGUN, WHOLE = "Nosotros sembramos", "Nosotros sembramos entre las lluvias: «antes no»."


@pytest.fixture
def made():
    return {}


@pytest.fixture
def prepare(made):
    def put(_app):
        made["thread"] = make.thread(load_cast(db.session).neighbour).public_id
        db.session.commit()

    return put


def test_what_was_typed_survives_the_sign_in_ending(site, browser, javascript, made):
    writer = browser(site.cast.member)
    writer.goto(f"/threads/{made['thread']}")
    writer.locator('a[href$="/posts/new"]').first.click()
    fill(form(writer, "/posts"), "body", BEGUN)
    kept_by_itself(writer) if javascript else send(writer, "/posts", press="Save as draft")
    assert site.stored(select(func.count()).select_from(Draft)) == (1,)

    other = browser(site.cast.member)  # somewhere else the draft is found and goes on
    other.goto("/drafts")
    reads(other, BEGUN)
    other.locator("main .row h2 a").click()
    expect(body_of(other)).to_have_value(BEGUN)
    body_of(other).fill(WHOLE)
    site.end_sessions_of(site.cast.member)
    if javascript:
        other.wait_for_timeout(2500)  # it saves by itself, unasked: nothing is taken away
        expect(body_of(other)).to_have_value(WHOLE)
    form(other, "/posts").get_by_role("button", name="Post the reply").click()
    send(other, "/sign-in", email=str(site.cast.member.email), password=PASSWORD)
    expect(body_of(other)).to_have_value(WHOLE)
    assert site.stored(select(func.count()).select_from(Post)) == (1,), "nothing posted unasked"

    send(other, "/posts", press="Post the reply")
    expect(other.locator("article .prose", has_text=WHOLE)).to_have_count(1)
    assert site.stored(select(Post.body).where(Post.number == 2)) == (WHOLE,)
    other.goto("/drafts")
    reads(other, "No drafts")


def kept_by_itself(page):
    """The small line in the form says that the draft is saved."""
    expect(page.locator("[data-quiet]").first).not_to_be_empty()


def body_of(page):
    """The text field of the answer."""
    return form(page, "/posts").locator('[name="body"]')


def test_what_is_looked_at_at_once_is_kept_too(site, browser, javascript, made):
    """A preview asked for before the words were kept by themselves."""
    if not javascript:
        pytest.skip("it keeps by itself with JavaScript alone; the button is the other way")
    writer = browser(site.cast.member)
    writer.goto(f"/threads/{made['thread']}/posts/new")
    fill(form(writer, "/posts"), "body", BEGUN)
    form(writer, "/posts").get_by_role("button", name="Preview").click()
    expect(writer.locator("#preview").or_(writer.locator(".preview")).first).to_be_visible()
    kept_by_itself(writer)
    assert site.stored(select(Draft.fields)) != ()


def test_the_last_words_before_leaving_are_kept(site, browser, javascript, made):
    """The page goes away before the form has saved itself."""
    if not javascript:
        pytest.skip("without JavaScript the button keeps a draft, nothing else does")
    writer = browser(site.cast.member)
    writer.goto(f"/threads/{made['thread']}/posts/new")
    writer.clock.install()  # the moment after which it saves itself never comes
    body_of(writer).fill(WHOLE)
    for _ in range(20):  # what is sent on leaving may arrive after the next page is asked for
        writer.goto("/drafts")
        if WHOLE in writer.content():
            break
    reads(writer, WHOLE)
    writer.locator("main .row h2 a").click()
    expect(body_of(writer)).to_have_value(WHOLE)
    send(writer, "/posts", press="Post the reply")
    writer.goto("/drafts")
    reads(writer, "No drafts")


def test_without_a_connection_it_says_so_and_saves_when_it_is_back(site, browser, javascript, made):
    if not javascript:
        pytest.skip("without JavaScript nothing saves by itself")
    writer = browser(site.cast.member, expected="Failed to fetch")
    writer.goto(f"/threads/{made['thread']}/posts/new")
    body_of(writer).fill(BEGUN)
    kept_by_itself(writer)
    writer.context.set_offline(True)
    body_of(writer).fill(WHOLE)
    expect(writer.locator("[data-quiet]").first).to_contain_text("Not saved yet")
    writer.context.set_offline(False)
    expect(writer.locator("[data-quiet]").first).to_contain_text("Draft saved")
    assert quote_plus(WHOLE) in str(site.stored(select(Draft.fields)))


def test_signed_out_meanwhile_it_says_that_nothing_is_saved_any_more(
    site, browser, javascript, made
):
    if not javascript:
        pytest.skip("without JavaScript nothing saves by itself")
    writer = browser(site.cast.member)
    writer.goto(f"/threads/{made['thread']}/posts/new")
    body_of(writer).fill(BEGUN)
    kept_by_itself(writer)
    site.end_sessions_of(site.cast.member)
    body_of(writer).fill(WHOLE)
    expect(writer.locator("[data-quiet]").first).to_contain_text("You are signed out")
    expect(body_of(writer)).to_have_value(WHOLE)
