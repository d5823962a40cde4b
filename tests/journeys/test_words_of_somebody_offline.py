"""A technician without an account is written for, joins later, and says that the words are hers."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from forum.db import db
from forum.discussions.kinds import Consent
from forum.discussions.models import Post, SpokenFor
from tests.factories import discussions as make
from tests.journeys.hands import reads, send
from tests.people import load_cast

TITLE = "¿Cómo cuidan el vivero en la seca?"
WORDS = "Yo riego de madrugada y tapo con hoja de plátano."


@pytest.fixture
def prepare():
    def put(_app):
        make.thread(load_cast(db.session).neighbour, kind="question", title=TITLE)
        db.session.commit()

    return put


def test_words_written_down_for_a_technician_become_her_own(site, browser, javascript):
    writer = browser(site.cast.member)
    writer.goto("/exchanges/americas/stages/1")
    writer.get_by_role("link", name=TITLE).first.click()
    thread = writer.url
    writer.get_by_role("link", name="Answer for somebody").click()
    send(
        writer,
        "/posts/for-somebody",
        on_behalf_of="Petrona Coc",
        project="ceiba",
        consent="assembly",
        body=WORDS,
        language="es",
    )
    reads(writer, WORDS)
    reads(writer, "Written by Member for Petrona Coc, Proyecto Ceiba; consent: in the assembly.")

    coordinator = browser(site.cast.coordinator)
    coordinator.goto("/projects/ceiba/invitations")
    send(
        coordinator,
        "/projects/ceiba/invitations",
        name="Petrona Coc",
        email="petrona@ceiba.example",
        locale="en",
        role="member",
    )
    technician = browser()
    technician.goto(site.link_in_mail("petrona@ceiba.example", "/invitations/"))
    send(
        technician,
        technician.url.removeprefix(site.url),
        name="Petrona Coc Tzul",
        new_password="la hoja de plátano tapa bien",
        locale="en",
        timezone="America/Guatemala",
        terms="y",
    )
    technician.goto(thread)
    said = technician.locator("article", has_text=WORDS)
    said.get_by_role("button", name="These are my words").click()
    reads(technician, "will confirm that these are your words.")
    reads(technician, "Petrona Coc Tzul says that these are their words; it is not confirmed yet.")
    expect(said.locator(".post-head")).not_to_contain_text("Petrona Coc Tzul")

    confirmer = site.cast.facilitator if javascript else site.cast.member
    page = writer if confirmer is site.cast.member else browser(confirmer)
    page.goto(thread)
    page.get_by_role("button", name="Confirm: their words").click()
    reads(page, "The post shows whose words they are.")

    visitor = browser(site.cast.outsider)
    visitor.goto(thread)
    said = visitor.locator("article", has_text=WORDS)
    expect(said.locator(".post-head")).to_contain_text("Petrona Coc Tzul")
    expect(said).to_contain_text(
        "Written down by Member for Petrona Coc; consent: in the assembly. "
        "Petrona Coc Tzul confirms that these are their words."
    )
    expect(said.get_by_role("button", name="These are my words")).to_have_count(0)

    kept = site.stored(
        select(
            SpokenFor.consent,
            SpokenFor.claimant_id,
            SpokenFor.confirmed_by_id,
            SpokenFor.writer_id,
            Post.author_id,
        ).join(Post, Post.id == SpokenFor.post_id)
    )
    assert kept.consent == Consent.ASSEMBLY
    assert kept.claimant_id not in (None, site.cast.member.id)
    assert kept.confirmed_by_id == confirmer.id
    assert kept.writer_id == site.cast.member.id, "who wrote it down is not forgotten"
    assert kept.author_id == kept.claimant_id, "the words are hers now"
