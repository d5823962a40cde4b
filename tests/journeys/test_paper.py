"""What is taken to an assembly on paper: whole, readable, signed, with nothing to press."""

import re

import pytest

from forum.db import db
from tests.house.world import make_world
from tests.journeys.paper import words_of
from tests.people import load_cast

A4_TEXT = {"width": 673, "height": 989}  # px: what a sheet leaves within its margins
MM = 96 / 25.4  # px
FRAME = (".top", ".foot", ".actions", ".crumbs", "form", "button", ".filters", ".notice")


@pytest.fixture(params=["with JavaScript"])
def javascript(request):
    return True


@pytest.fixture
def prepare():
    def put(_app):
        put.world = make_world(db.session, load_cast(db.session))
        db.session.commit()
        db.session.expunge_all()

    return put


@pytest.fixture
def on_paper(site, prepare, browser):
    """`on_paper(role, status, part)`: that page of a proposal as the printer gets it."""

    def open_page(role, status, part=""):
        page = browser()
        if role:
            page.context.add_cookies([site.session_of(getattr(site.cast, role))])
        page.goto(f"/proposals/{prepare.world.proposals[status].public_id}{part}")
        page.set_viewport_size(A4_TEXT)
        page.emulate_media(media="print")
        return page

    return open_page


def printed(page):
    """The words it prints, page by page."""
    return words_of(page.pdf(format="A4"))


def nothing_of_the_frame(page):
    assert [one for one in FRAME if page.locator(f"{one} >> visible=true").count()] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= A4_TEXT["width"]


def size(page, what):
    box = page.locator(what).first.bounding_box()
    return round(box["width"] / MM), round(box["height"] / MM)


def test_a_sheet_for_an_assembly_has_the_text_before_and_the_signatures_behind(on_paper):
    page = on_paper("delegate", "voting", "/sheet")
    nothing_of_the_frame(page)
    assert size(page, ".qr") == (32, 32)
    lines = page.locator(".signatures tbody tr").all()
    assert len(lines) == 10
    assert all(line.bounding_box()["height"] >= 10 * MM for line in lines)
    front, back = printed(page)
    for said in ("Una guía de costos", "Falta una guía.", "Publicar una guía.", "/proposals/"):
        assert said in front
    assert "Abstain: we take no side" in front
    for said in ("Our assembly", "How many were present", "Signature"):
        assert said in back
        assert said not in front
    assert [re.findall(r"[12] ?/ ?2", one) for one in (front, back)] == [["1 / 2"], ["2 / 2"]]


def test_a_long_text_moves_on_and_the_signatures_stay_together(on_paper):
    page = on_paper("delegate", "voting", "/sheet")
    page.evaluate("""() => { const problem = document.querySelector('.prose');
        problem.innerHTML = `<p>${'Lo contaron seis proyectos. '.repeat(40)}</p>`.repeat(9); }""")
    words = printed(page)
    assert len(words) >= 3
    assert "Our assembly" in words[-1]
    assert "Signature" in words[-1]


def test_a_result_on_paper_tells_the_coalition_more_than_others(on_paper):
    inside = on_paper("delegate", "answered")
    nothing_of_the_frame(inside)
    words = printed(inside)
    outside = on_paper("outsider", "answered")
    nothing_of_the_frame(outside)
    told = printed(outside)
    for said in ("Publicar una guía.", "4 of 6 seats voted", "Se hará una guía breve."):
        for page in (inside, outside):
            assert page.get_by_text(said).first.is_visible()
    assert inside.locator("table >> visible=true").count() == 1
    assert outside.locator("table").count() == 0
    assert "zqballot" in "".join(words)
    assert "zqballot" not in "".join(told)
    warning = "This paper holds parts that are only for the coalition"
    assert warning in words[0]
    assert warning not in "".join(told)
    assert "Publicar una guía." in "".join(told)  # it is read at all


def test_what_is_folded_on_the_screen_is_open_on_paper(on_paper):
    page = on_paper("delegate", "in_discussion")
    page.evaluate("""() => { const folded = document.createElement('details');
        folded.innerHTML = '<summary>Más</summary><p id="inside">Por dentro</p>';
        document.querySelector('main').append(folded); }""")
    assert page.locator("#inside").bounding_box()["height"] > 0
    page.emulate_media(media="screen")
    assert not page.locator("#inside").is_visible()
