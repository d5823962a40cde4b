"""A solution told as a case: a form that asks, one text that everything else sees."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from forum.db import db
from forum.discussions import actions, queries
from forum.discussions.actions import CaseParts
from forum.discussions.models import Case, Post, PostRevision, Thread
from forum.lib import clock
from forum.lib.permission import Forbidden, Refused
from tests.factories import discussions as make
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

CASE = {
    "title": "Vivero junto a la escuela",
    "problem": "Las plantas llegaban muertas.",
    "country": "MX",
    "place": "Marqués de Comillas",
    "did": "1. Un vivero\n2. Turnos de riego",
    "needs": "Agua todo el año.",
    "failed": "Comprar plantas lejos.",
    "cost": "Unos 300 dólares y tres meses.",
    "contact": "La presidenta del vivero",
    "link": "https://example.org/vivero",
    "visibility": "network",
    "language": "es",
}
ADDRESS = "/exchanges/americas/stages/1/cases"


def how_many(model):
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def case(author, **more):
    parts = CaseParts(problem="Muertas.", did="Un vivero.", country="MX")
    values = {"title": "Vivero", "language": "es", "stage": make.some_stage()}
    made = actions.start_case(viewer(author), parts, **(values | more))
    return queries.thread_row(made.id)


def first_post(thread, reader):
    return queries.post_now(viewer(reader), queries.post_rows(thread).posts[0].id)


@pytest.fixture
def told(cast):
    return case(cast.neighbour, space_id=cast.spaces["network"].id)


def test_a_case_becomes_one_text_under_headings_in_its_language(cast, sign_in):
    make.stage()
    db.session.commit()
    client = sign_in(cast.neighbour)
    form = client.get(f"{ADDRESS}/new").text
    assert '<option selected value="MX">' in form
    sent = client.send(ADDRESS, CASE)
    assert sent.status_code == 303
    kept, post = db.session.scalars(select(Case)).one(), db.session.scalars(select(Post)).one()
    assert (kept.post_id, kept.place, post.kind) == (post.id, "Marqués de Comillas", "solution")
    assert "Marqués de Comillas, México" in post.body
    places = [post.body.index(CASE[name]) for name in ("problem", "did", "needs", "failed", "cost")]
    assert places == sorted(places)
    page = client.get(sent.location).text
    assert 'href="https://example.org/vivero"' in page
    assert "<li>Turnos de riego</li>" in page


def test_the_form_is_offered_where_a_thread_begins_and_at_a_challenge(cast, sign_in):
    challenge = make.thread(cast.member)
    db.session.commit()
    client = sign_in(cast.neighbour)
    assert f'href="{ADDRESS}/new"' in client.get("/exchanges/americas/stages/1/threads/new").text
    page = client.get(f"/threads/{challenge.public_id}").text
    assert f'href="{ADDRESS}/new?solves={challenge.public_id}"' in page
    led = client.get("/exchanges/americas/stages/1/threads/new?kind=solution&form=case")
    assert (led.status_code, led.location) == (303, f"{ADDRESS}/new")


def test_a_case_is_offered_for_the_challenge_it_solves(cast, sign_in):
    challenge = make.thread(cast.member)
    db.session.commit()
    client = sign_in(cast.neighbour)
    sent = client.send(ADDRESS, CASE, solves=challenge.public_id)
    assert sent.status_code == 303
    assert make.again(challenge).solution_count == 1
    assert CASE["title"] in client.get(f"/threads/{challenge.public_id}").text


def test_a_preview_stores_nothing_and_what_is_wrong_keeps_the_text(cast, sign_in):
    make.stage()
    db.session.commit()
    client = sign_in(cast.neighbour)
    shown = client.send(ADDRESS, CASE, preview="1")
    assert shown.status_code == 200
    assert "<h3>" in shown.text
    for wrong in ({"link": "javascript:alert(1)"}, {"link": "https://a.example/<b>"}, {"did": ""}):
        refused = client.send(ADDRESS, CASE | wrong)
        assert refused.status_code == 422
        assert "Agua todo el año." in refused.text
    long = dict.fromkeys(("problem", "did", "needs", "failed", "cost"), "a" * 5_999)
    assert client.send(ADDRESS, CASE | long).status_code == 422
    assert client.send(ADDRESS, CASE | long, preview="1").status_code == 422
    assert (how_many(Thread), how_many(Case)) == (0, 0)


def test_pressed_twice_one_case_is_posted(cast, sign_in):
    make.stage()
    db.session.commit()
    client = sign_in(cast.neighbour)
    sent = {client.send(ADDRESS, CASE, key="one").location for _twice in range(2)}
    assert (len(sent), how_many(Case)) == (1, 1)


def test_its_author_changes_the_parts_and_the_text_follows(cast, told, sign_in, clock_at):
    post = first_post(told, cast.neighbour)
    db.session.commit()
    clock_at((clock.now() + timedelta(hours=1)).isoformat())
    client, address = sign_in(cast.neighbour), f"/posts/{post.public_id}/edit"
    form = client.get(address).text
    assert 'name="did"' in form
    assert 'name="body"' not in form
    changed = CASE | {"version": post.version, "did": "Dos viveros."}
    assert client.send(address, changed).status_code == 303
    now = db.session.get_one(Post, post.id)
    assert "Dos viveros." in now.body
    assert "Dos viveros." in now.html
    assert db.session.scalars(select(Case)).one().did == "Dos viveros."
    assert db.session.scalars(select(PostRevision)).one().body == post.body
    assert db.session.get_one(Thread, told.id).title == CASE["title"]
    stale = client.send(address, changed | {"did": "Tres viveros."})
    assert stale.status_code == 409
    assert "Dos viveros." in stale.text
    assert "Tres viveros." in stale.text
    assert db.session.scalars(select(Case)).one().did == "Dos viveros."


def test_nobody_else_changes_a_case(cast, told, sign_in):
    post = first_post(told, cast.member)
    with pytest.raises(Forbidden):
        actions.change_case(
            viewer(cast.member), post, CaseParts(problem="a", did="b"), version=1, language="es"
        )
    db.session.rollback()


def test_who_may_not_write_there_tells_no_case(cast):
    with pytest.raises(Forbidden):
        case(cast.observer, space_id=cast.spaces["network"].id)
    with pytest.raises(Forbidden):
        case(cast.staff, space_id=cast.spaces["coalition"].id)
    parts = CaseParts(problem="a" * 19_000, did="b" * 1_001)
    with pytest.raises(Refused):
        actions.start_case(viewer(cast.member), parts, language="es")
    db.session.rollback()


def test_the_countries_of_the_region_stand_first(cast, sign_in):
    make.stage(1)
    db.session.commit()
    page = sign_in(cast.member).get("/exchanges/americas/stages/1/cases/new").text
    assert page.index('<option value="VE"') < page.index('<option value="AF"')
