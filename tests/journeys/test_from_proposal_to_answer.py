"""A proposal goes the whole way: drafted, discussed, voted on by six, submitted, answered."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from forum.db import db
from forum.lib import clock
from tests.house.world import World, an_exchange
from tests.journeys.hands import fill, form, reads, send
from tests.people import COALITION_SLUGS, load_cast


@pytest.fixture
def prepare():
    def put(_app):
        an_exchange(db.session, World(load_cast(db.session)))
        db.session.commit()

    return put


def day(ahead):
    return (clock.now() + timedelta(days=ahead)).date().isoformat()


def test_from_the_proposal_to_the_answer(site, browser):
    delegate = browser(site.cast.delegate)
    delegate.goto("/coalitions/latin-america/proposals/new")
    send(
        delegate,
        "/coalitions/latin-america/proposals",
        title="Que se publique una guía de costos",
        problem="Nadie sabe cuánto cuesta una auditoría.",
        ask="Publicar una guía con rangos por tamaño.",
        language="es",
        visibility_after="network",
    )
    proposal = delegate.url.split("#")[0]
    delegate.goto(f"{proposal}/discussion")
    send(delegate, "/discussion")
    reads(delegate, "Still needed: one project from another country.")

    neighbour = browser(site.cast.delegates["encinos"])
    neighbour.goto(f"{proposal}/co-sponsors")
    send(neighbour, "/co-sponsors")
    neighbour.context.close()
    facilitator = browser(site.cast.facilitator)
    facilitator.goto(f"{proposal}/form-check")
    send(facilitator, "/form-check", outcome="passed")
    reads(facilitator, "In discussion")

    site.let_pass("+22d")  # it is discussed for three weeks at least
    delegate.goto(f"{proposal}/opening")
    send(delegate, "/opening", closes_on=day(22 + 15))
    reads(delegate, "Que se publique una guía de costos")

    choices = ["agree", "agree", "agree", "agree", "abstain", "disagree"]
    for slug, choice in zip(COALITION_SLUGS, choices, strict=True):
        voter = browser(site.cast.delegates[slug])
        voter.goto(f"{proposal}/ballot")
        why = {"reason": "Todavía es pronto."} if choice == "disagree" else {}
        send(voter, "/ballot", choice=choice, **why)
        voter.context.close()

    official = browser(site.cast.staff)
    assert official.goto(proposal).status == 404

    site.let_pass("+40d")  # voting is over, whether or not anything was announced
    site.work()
    delegate.goto(proposal)
    reads(delegate, "6 of 6 seats voted")
    delegate.goto(f"{proposal}/submission")
    send(delegate, "/submission")
    expect(delegate.locator("body")).to_contain_text(re.compile(r"LAC-\d{4}-001"))

    mail = [m for m in site.post_arrives() if str(site.cast.staff.email) in str(m["To"])]
    assert any("LAC-" in str(m["Subject"]) for m in mail)
    official.goto(proposal)
    reads(official, "Publicar una guía con rangos por tamaño.")
    expect(official.locator("body")).not_to_contain_text("Todavía es pronto.")
    official.goto(f"{proposal}/acknowledgement")
    send(official, "/acknowledgement", route="secretariat")

    official.goto(f"{proposal}/response")
    answer(official)
    delegate.goto(proposal)
    reads(delegate, "Haremos una guía breve.")
    reads(delegate, "Publicar la guía breve.")
    reads(delegate, "Presentarla en una sesión.")
    expect(delegate.locator("body")).not_to_contain_text("Solo entre nosotros.")
    mail = [m for m in site.post_arrives() if str(site.cast.delegate.email) in str(m["To"])]
    assert any("answered" in str(m["Subject"]).lower() for m in mail)


def answer(page):
    """Staff write their answer, add a second commitment, and publish."""
    filled = form(page, "/response")
    texts = {
        "outcome": "accepted",
        "reasons": "Haremos una guía breve.",
        "language": "es",
        "notes": "Solo entre nosotros.",
        "commitments-0-text": "Publicar la guía breve.",
        "commitments-0-owner_role": "Equipo técnico regional",
        "commitments-0-due_on": day(90),
    }
    for name, value in texts.items():
        fill(filled, name, value)
    press(page, "add")
    more = {
        "commitments-1-text": "Presentarla en una sesión.",
        "commitments-1-owner_role": "Secretaría",
        "commitments-1-due_on": day(120),
    }
    expect(page.locator('[name="commitments-1-text"]')).to_be_visible()
    for name, value in more.items():
        fill(form(page, "/response"), name, value)
    press(page, "preview")
    press(page, "publish")
    page.wait_for_url(lambda url: "/response" not in url.split("#")[0])


def press(page, value):
    """Press the button of that value in the answer's form."""
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        page.locator(f'button[name="action"][value="{value}"]').click()
    assert answered.value.status < 400
    page.wait_for_load_state()
