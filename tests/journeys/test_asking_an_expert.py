"""A project asks for an expert; one offers, is accepted, and the ask closes: it helped."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from forum.asks.lifecycle import AskStatus, OfferStatus, Verdict
from forum.asks.models import Ask, Offer
from forum.db import db
from tests.factories import asks
from tests.factories import discussions as make
from tests.journeys.hands import reads, send
from tests.people import load_cast

TITLE = "Se nos quema la loma"


@pytest.fixture
def prepare():
    def put(_app):
        cast = load_cast(db.session)
        make.thread(cast.member, title=TITLE, topics=["fire"])
        asks.profile(cast.expert, topics=["fire"])
        db.session.commit()

    return put


def test_an_expert_is_asked_offers_is_accepted_and_it_helped(site, browser):
    project = browser(site.cast.member)
    project.goto("/challenges")
    project.get_by_role("link", name=TITLE).first.click()
    project.get_by_role("link", name="Ask an expert").first.click()
    reads(project, "Experts who fit")
    send(project, "/asks", text="¿Dónde abrimos la brecha?", language="es", topics="fire")
    reads(project, "Looking for an expert")
    ask = project.url.split("#")[0]

    expert = browser(site.cast.expert)
    expert.goto("/asks")
    reads(expert, "¿Dónde abrimos la brecha?")
    expert.get_by_role("link", name="asks for help: Fire").first.click()
    send(expert, "/offers", note="Puedo ir el martes.")
    reads(expert, "You offer your help")

    project.goto(ask)
    reads(project, "Puedo ir el martes.")
    send(project, "/decision", press="Accept")
    expert.goto(ask)
    reads(expert, "You were accepted")
    expert.get_by_role("link", name="Answer in the conversation").click()
    expert.locator('a[href$="/posts/new"]').first.click()
    send(expert, "/posts", body="En la cresta, antes de marzo.", language="es")
    reads(expert, "En la cresta, antes de marzo.")

    project.goto(ask)
    send(project, "/outcome", verdict="yes", word="La brecha aguantó.")
    reads(project, "The project says that it helped.")
    reads(project, "La brecha aguantó.")
    send(project, "/closing")
    reads(project, "Closed")
    expert.goto(ask)
    reads(expert, "La brecha aguantó.")
    expect(expert.locator("main form[method=post]")).to_have_count(0)

    kept = site.stored(
        select(Ask.status, Ask.verdict, Offer.status, Offer.person_id).join(
            Offer, Offer.ask_id == Ask.id
        )
    )
    assert kept == (AskStatus.CLOSED, Verdict.YES, OfferStatus.ACCEPTED, site.cast.expert.id)
