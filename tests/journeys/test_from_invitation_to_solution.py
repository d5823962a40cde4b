"""Somebody is invited, joins, raises a challenge; another project solves it; it is marked."""

import pytest
from playwright.sync_api import expect

from forum.db import db
from tests.house.world import World, an_exchange, the_topics
from tests.journeys.hands import reads, send
from tests.people import load_cast


@pytest.fixture
def prepare():
    def put(_app):
        world = World(load_cast(db.session))
        an_exchange(db.session, world)
        the_topics(db.session, world)
        db.session.commit()

    return put


def test_from_the_invitation_to_the_solution(site, browser):
    facilitator = browser(site.cast.facilitator)
    facilitator.goto("/invitations/new")
    send(
        facilitator,
        "/invitations/new",
        name="Rosa Ixmatá",
        email="rosa@proyecto.example",
        locale="en",
        side="member",
        project="ceiba",
        role="member",
    )

    newcomer = browser()
    newcomer.goto(site.link_in_mail("rosa@proyecto.example", "/invitations/"))
    send(
        newcomer,
        newcomer.url.removeprefix(site.url),
        name="Rosa Ixmatá",
        new_password="el maíz crece despacio",
        locale="en",
        timezone="America/Guatemala",
        terms="y",
    )
    newcomer.goto("/exchanges/latin-america/stages/2")
    newcomer.locator('a[href*="/threads/new"]').first.click()
    send(
        newcomer,
        "/stages/2/threads",
        title="No alcanza para pagar la auditoría",
        kind="challenge",
        visibility="network",
        topics="audit-preparation",
        body="Cuesta **más** de lo que vendemos en un año.",
        language="es",
    )
    reads(newcomer, "Cuesta más de lo que vendemos en un año.")
    challenge = newcomer.url

    other = browser(site.cast.neighbour)
    other.goto("/challenges")
    other.get_by_role("link", name="No alcanza para pagar la auditoría").first.click()
    expect(other.locator("h1")).to_contain_text("No alcanza para pagar la auditoría")
    other.locator('a[href*="kind=solution"]').first.click()
    send(other, "/posts", body="Lo pagamos entre cuatro proyectos.", language="es")
    reads(other, "Lo pagamos entre cuatro proyectos.")

    newcomer.goto(challenge)
    reads(newcomer, "Lo pagamos entre cuatro proyectos.")
    send(newcomer, "/solution")
    newcomer.goto("/challenges?status=solved")
    reads(newcomer, "No alcanza para pagar la auditoría")
    newcomer.goto("/solutions")
    reads(newcomer, "Lo pagamos entre cuatro proyectos.")
