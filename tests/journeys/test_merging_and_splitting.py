"""Two threads become one, a branch becomes its own; whoever kept an old link still arrives."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from forum.db import db
from forum.discussions.models import Thread
from tests.factories import discussions as make
from tests.journeys.hands import reads, send
from tests.people import load_cast


@pytest.fixture
def made():
    """Addresses as people kept them, by the words that stood there."""
    return {}


@pytest.fixture
def prepare(made):
    def put(_app):
        cast = load_cast(db.session)
        stays = make.thread(cast.neighbour, title="¿Quién paga la auditoría?", body="Es cara.")
        made["Entre cuatro."] = make.post(cast.delegate, stays, body="Entre cuatro.")
        goes = make.thread(cast.member, title="El costo de auditarse", body="No alcanza.")
        root = made["Con un fondo."] = make.post(cast.neighbour, goes, body="Con un fondo.")
        made["¿Qué fondo?"] = make.post(cast.member, goes, body="¿Qué fondo?", parent=root)
        made["Y el viaje."] = make.post(cast.outsider, goes, body="Y el viaje.")
        made["stays"], made["goes"] = stays.public_id, goes.public_id
        db.session.commit()

    return put


def test_two_threads_are_merged_and_a_branch_is_split_off(site, browser, made):
    facilitator = browser(site.cast.facilitator)
    facilitator.goto(f"/threads/{made['goes']}")
    facilitator.get_by_role("link", name="Merge it into another thread").click()
    send(facilitator, "/merge", thread=f"{site.url}/threads/{made['stays']}#p2")
    reads(facilitator, "The two threads are one now.")
    reads(facilitator, "From here on: the thread “El costo de auditarse”, merged into this one")

    reader = browser(site.cast.outsider)
    for words in ("Entre cuatro.", "Con un fondo.", "¿Qué fondo?", "Y el viaje."):
        leads_to(reader, made, words, made["stays"])
    reader.goto(f"/threads/{made['goes']}")
    expect(reader).to_have_url(re.compile(f"/threads/{made['stays']}"))
    reads(reader, "No alcanza.")
    reader.goto("/exchanges/americas/stages/1")
    expect(reader.locator("main .row")).to_have_count(1)
    reads(reader, "5 replies")

    facilitator.goto(f"/posts/{made['Con un fondo.'].public_id}")
    branch = facilitator.locator("article", has_text="Con un fondo.")
    branch.get_by_role("link", name="Split off").click()
    send(facilitator, "/branch", title="Un fondo entre proyectos", kind="opportunity")
    expect(facilitator.locator("h1")).to_contain_text("Un fondo entre proyectos")
    reads(facilitator, "This was a branch of ¿Quién paga la auditoría?")
    own = facilitator.url.split("?")[0].split("#")[0].rpartition("/")[2]

    leads_to(reader, made, "Entre cuatro.", made["stays"])
    leads_to(reader, made, "Y el viaje.", made["stays"])
    leads_to(reader, made, "Con un fondo.", own)
    leads_to(reader, made, "¿Qué fondo?", own)
    reader.goto(f"/threads/{made['goes']}")
    reads(reader, "What was said here goes on in a thread of its own")
    expect(reader.locator("body")).not_to_contain_text("¿Qué fondo?")
    reader.get_by_role("link", name="Un fondo entre proyectos").first.click()
    expect(reader).to_have_url(re.compile(f"/threads/{own}"))

    reader.goto("/exchanges/americas/stages/1")
    row = reader.locator("main .row")
    expect(row).to_have_count(2)
    expect(row.filter(has_text="¿Quién paga")).to_contain_text("3 replies")
    expect(row.filter(has_text="Un fondo entre")).to_contain_text("1 reply")
    counts = select(Thread.post_count, Thread.author_id)
    assert site.stored(counts.where(Thread.public_id == made["stays"])).post_count == 4
    split = site.stored(counts.where(Thread.public_id == own))
    assert (split.post_count, split.author_id) == (2, site.cast.neighbour.id)


def leads_to(page, made, words, thread):
    """The permalink of those words opens that thread, at them."""
    page.goto(f"/posts/{made[words].public_id}")
    expect(page).to_have_url(re.compile(f"/threads/{thread}[?#]"))
    anchor = page.url.rpartition("#")[2]
    expect(page.locator(f"#{anchor} .prose")).to_contain_text(words)
