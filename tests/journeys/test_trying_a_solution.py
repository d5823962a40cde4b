"""Another project tries a solution and says so; the library shows it first, and why."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from forum.db import db
from forum.discussions.kinds import Verdict
from forum.discussions.models import Trial
from tests.factories import discussions as make
from tests.journeys.hands import reads, send
from tests.people import load_cast

TRIED, NEWER = "Una caja común entre cuatro.", "Pagarla a plazos."


@pytest.fixture
def made():
    return {}


@pytest.fixture
def prepare(made):
    def put(_app):
        cast = load_cast(db.session)
        challenge = make.thread(cast.member, title="La auditoría es cara")
        made["challenge"] = challenge.public_id
        make.post(cast.neighbour, challenge, kind="solution", body=TRIED)
        make.post(cast.delegates["rio-claro"], challenge, kind="solution", body=NEWER)
        db.session.commit()

    return put


def test_a_trial_lifts_a_solution_in_the_library(site, browser, made):
    observer = browser(site.cast.delegates["sierra-nueva"])
    observer.goto("/solutions")
    assert first_of(observer).startswith("Pagarla"), "nothing was tried: the newest stands first"

    project = browser(site.cast.delegate)
    project.goto(f"/threads/{made['challenge']}")
    solution = project.locator("article", has_text=TRIED)
    solution.get_by_role("link", name="We tried it").click()
    send(
        project,
        "/trials",
        verdict="worked",
        note="Con seis familias más.",
        ecosystem="Bosque seco",
        language="es",
    )
    reads(project, "Con seis familias más.")
    reads(project, "Proyecto Ceiba")

    observer.goto("/solutions")
    assert first_of(observer).startswith("Una caja común")
    expect(observer.locator("main .row").first).to_contain_text("Helped 1 other project")
    expect(observer.locator("main .row").nth(1)).not_to_contain_text("Helped")
    observer.locator("main .row a").first.click()
    observer.get_by_role("link", name="What they say").first.click()
    reads(observer, "It worked")
    reads(observer, "Bosque seco")

    project.goto(f"/threads/{made['challenge']}")
    project.locator("article", has_text=TRIED).get_by_role("link", name="Change what we").click()
    send(project, "/trials", verdict="did_not", note="La caja se vació.", language="es")
    observer.goto("/solutions")
    assert first_of(observer).startswith("Pagarla"), "what did not work lifts nothing"
    kept = site.stored(select(Trial.verdict, Trial.project_id, Trial.note))
    assert kept == (Verdict.DID_NOT, site.cast.projects["ceiba"].id, "La caja se vació.")


def first_of(page):
    """The words of the first row's link."""
    return page.locator("main .row a").first.inner_text()
