"""Who facilitates makes an exchange, opens a stage, closes it; writing follows."""

from datetime import timedelta

from playwright.sync_api import expect

from forum.lib import clock
from tests.journeys.hands import reads, send


def test_a_facilitator_opens_and_closes_a_stage(site, browser):
    facilitator = browser(site.cast.facilitator)
    facilitator.goto("/exchanges/new")
    send(
        facilitator,
        "/exchanges/new",
        region="latin-america",
        title="Intercambio regional",
        purpose="Para aprender entre proyectos.",
        opens_at=(clock.now() + timedelta(days=30)).date().isoformat(),
    )
    overview = facilitator.url
    assert "/exchanges/" in overview

    member = browser(site.cast.member)
    member.goto(f"{overview}/stages/1")
    expect(member.locator('a[href$="/threads/new"]')).to_have_count(0)
    reads(member, "This stage opens on")

    facilitator.goto(f"{overview}/stages/1/opening")
    send(facilitator, "/opening")
    member.goto(f"{overview}/stages/1")
    member.locator('a[href*="/threads/new"]').first.click()
    send(
        member,
        "/stages/1/threads",
        title="¿Quién ya pagó su auditoría?",
        kind="question",
        visibility="network",
        body="Nos falta saber cuánto cuesta.",
        language="es",
    )
    thread = member.url
    reads(member, "Nos falta saber cuánto cuesta.")

    facilitator.goto(f"{overview}/stages/1/closing")
    send(facilitator, "/closing", reason="Pasamos a la segunda etapa.")
    member.goto(thread)
    reads(member, "Nos falta saber cuánto cuesta.")
    reads(member, "Pasamos a la segunda etapa.")
    expect(member.locator('form[action$="/posts"]')).to_have_count(0)
