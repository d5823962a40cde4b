"""A reply is found without its accents; what is reported is decided, and who asked is told."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from forum.db import db
from forum.discussions.models import Post
from forum.moderation.models import Report
from tests.factories import discussions as make
from tests.journeys.hands import reads, send
from tests.people import load_cast


@pytest.fixture
def prepare():
    def put(_app):
        cast = load_cast(db.session)
        thread = make.thread(cast.member, title="Costos del año", body="¿Qué se gasta?")
        make.post(cast.neighbour, thread, body="La certificación se lleva la mitad.")
        make.post(cast.outsider, thread, body="Compre usted mi abono milagroso.")
        hidden = make.thread(
            cast.member, title="Para nosotros", body="Nada.", space=cast.spaces["coalition"]
        )
        make.post(cast.delegate, hidden, body="De la certificación callamos.")
        db.session.commit()

    return put


def test_a_reply_is_found_without_its_accents(site, browser):
    page = browser(site.cast.outsider)
    page.goto("/")
    box = page.locator('header form[role="search"], header form[action="/search"]').first
    box.locator('[name="q"]').fill("certificacion")
    box.locator('[name="q"]').press("Enter")
    page.wait_for_url("**/search?*")
    expect(page.locator(".found")).to_contain_text("1 result")
    expect(page.locator(".results mark").first).to_have_text("certificación")
    page.locator(".results .row a").first.click()
    expect(page.locator(f"#{page.url.rpartition('#')[2]}")).to_contain_text("se lleva la mitad")


def test_a_reported_post_reaches_the_queue_and_is_decided(site, browser):
    reporter = browser(site.cast.member)
    reporter.goto("/challenges")
    reporter.get_by_role("link", name="Costos del año").first.click()
    thread = reporter.url
    reporter.locator("article", has_text="abono milagroso").locator('a[href*="/reports"]').click()
    send(reporter, "/reports", reason="off_topic", note="Vende algo.")

    facilitator = browser(site.cast.facilitator)
    facilitator.goto("/")
    facilitator.get_by_role("link", name="1 reported post").first.click()
    facilitator.get_by_role("link", name="Costos del año").click()
    reads(facilitator, "Vende algo.")
    send(
        facilitator,
        "/decision",
        for_post="removed",
        for_author="nothing",
        reason="off_topic",
        explanation="Aquí no se vende.",
    )
    facilitator.goto("/moderation")
    reads(facilitator, "Nothing waits for a decision.")

    reporter.goto(thread)
    expect(reporter.locator("main")).not_to_contain_text("abono milagroso")
    reads(reporter, "Aquí no se vende.")
    told = [m for m in site.post_arrives() if str(site.cast.member.email) in str(m["To"])]
    assert any("Aquí no se vende." in m.get_body(("plain",)).get_content() for m in told)
    kept = site.stored(
        select(Report.decision_id, Post.removed_by_id).join(Post, Post.id == Report.post_id)
    )
    assert kept.decision_id is not None
    assert kept.removed_by_id == site.cast.facilitator.id
