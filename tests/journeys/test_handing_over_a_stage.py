"""A stage closes: what it left open goes on elsewhere, or stays to be read, as was chosen."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from forum.db import db
from forum.discussions import actions
from forum.discussions.models import Thread
from forum.exchanges.models import Stage
from forum.lib import clock
from tests.factories import discussions as make
from tests.journeys.hands import reads, send
from tests.people import load_cast, viewer


@pytest.fixture
def made():
    return {}


@pytest.fixture
def prepare(made):
    def put(_app):
        cast, first = load_cast(db.session), make.stage(1)
        make.stage(2, opens_at=clock.now() + timedelta(days=9))
        for name in ("Falta un fondo", "Falta un mapa", "Faltaba una guía"):
            made[name] = make.thread(cast.member, stage=first, title=name)
        challenge = made["Faltaba una guía"]
        solution = make.post(cast.neighbour, challenge, kind="solution")
        actions.mark_solution(viewer(cast.member), solution, make.again(challenge))
        db.session.commit()

    return put


def test_a_closed_stage_hands_over_what_is_open(site, browser, made):
    facilitator = browser(site.cast.facilitator)
    facilitator.goto("/exchanges/americas/stages/1/closing")
    send(facilitator, "/closing", reason="Seguimos en la segunda.")
    expect(facilitator.locator("h1")).to_contain_text("Hand over what is open")
    expect(facilitator.locator("main .row")).to_have_count(2)  # what was solved is not open
    goes = made["Falta un fondo"].public_id
    send(facilitator, "/hand-over", carry=goes, **{f"to-{goes}": "2"})
    reads(facilitator, "1 thread was carried on.")
    expect(facilitator.locator("main .row")).to_have_count(1)
    reads(facilitator, "Falta un mapa")

    facilitator.goto("/exchanges/americas/stages/2/opening")
    send(facilitator, "/opening")
    member = browser(site.cast.neighbour)
    member.goto("/exchanges/americas/stages/2")
    member.get_by_role("link", name="Falta un fondo").first.click()
    expect(member.locator(".done-line")).to_contain_text("Facilitator")
    expect(member.locator(".done-line")).to_contain_text("Etapa 1")
    member.locator('a[href$="/posts/new"]').first.click()
    send(member, "/posts", body="Aquí hay uno.", language="es")
    reads(member, "Aquí hay uno.")

    member.goto("/exchanges/americas/stages/1")
    expect(member.locator("main .row")).to_have_count(2)
    expect(member.locator("main")).not_to_contain_text("Falta un fondo")
    member.get_by_role("link", name="Falta un mapa").first.click()
    expect(member).to_have_url(re.compile(made["Falta un mapa"].public_id))
    expect(member.locator('a[href*="/posts/new"]')).to_have_count(0)
    reads(member, "Seguimos en la segunda.")

    for name, number in (("Falta un fondo", 2), ("Falta un mapa", 1), ("Faltaba una guía", 1)):
        where = select(Stage.number).join(Thread, Thread.stage_id == Stage.id)
        assert site.stored(where.where(Thread.title == name)).number == number
