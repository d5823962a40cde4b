"""Two windows of one place: neither writes over words that it never showed, nothing is doubled."""

import re

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from forum.db import db
from forum.discussions import actions, queries
from forum.discussions.models import Draft
from tests.browserless import path_of
from tests.factories import discussions as make
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


@pytest.fixture
def thread(cast):
    made = make.thread(cast.member, title="Costos de operación")
    db.session.commit()
    return made


def carried(page):
    """What the form on the page says of its window and of its draft."""
    found = {}
    for field in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page):
        name, value = (re.search(f'{part}="([^"]*)"', field) for part in ("name", "value"))
        if name and name[1] in ("window", "draft", "kind"):
            found[name[1]] = value[1] if value else ""
    return found


def texts():
    return sorted(queries.KeptDraft(**row).form["body"] for row in rows())


def rows():
    kept = select(Draft.public_id, Draft.saved_at, Draft.fields, Draft.version)
    return db.session.execute(kept).mappings().all()


def saver(thread):
    return f"/threads/{thread.public_id}/posts/draft"


def form_of(thread):
    return f"/threads/{thread.public_id}/posts/new"


def type_in(me, thread, form, body):
    typed = {**form, "body": body, "language": "es"}
    assert me.send(saver(thread), typed, htmx=True).status_code == 200


@pytest.fixture
def me(cast, sign_in):
    return sign_in(cast.neighbour)


@pytest.fixture
def one(me, thread):
    return carried(me.get(form_of(thread)).text)


@pytest.fixture
def other(me, thread, one):
    return carried(me.get(form_of(thread)).text)


def test_each_of_two_empty_windows_keeps_its_words(me, thread, one, other):
    assert one["window"] != other["window"]
    type_in(me, thread, one, "Una")
    type_in(me, thread, other, "Otra")
    type_in(me, thread, one, "Una ventana")
    type_in(me, thread, other, "Otra ventana")
    assert texts() == ["Otra ventana", "Una ventana"]


def test_a_window_that_shows_the_draft_goes_on_with_it(me, thread, one):
    type_in(me, thread, one, "Una")
    later = carried(me.get(form_of(thread)).text)
    type_in(me, thread, later, "Una ventana")
    type_in(me, thread, later, "Una ventana después")
    assert texts() == ["Una ventana después"]


def test_the_window_it_was_begun_in_does_not_write_over_what_came_later(me, thread, one):
    type_in(me, thread, one, "Una")
    later = carried(me.get(form_of(thread)).text)
    type_in(me, thread, later, "Una, y lo de después")
    type_in(me, thread, one, "Una, y lo de antes")
    type_in(me, thread, later, "Una, y lo de después.")
    assert texts() == ["Una, y lo de antes", "Una, y lo de después."]


def test_the_same_words_in_two_windows_are_one_draft(me, thread, one, other):
    type_in(me, thread, one, "Lo mismo")
    type_in(me, thread, other, "Lo mismo")
    assert texts() == ["Lo mismo"]


def test_posting_lets_go_only_what_that_window_showed(me, thread, one, other):
    type_in(me, thread, one, "Una")
    type_in(me, thread, other, "Otra")
    sent = {**other, "body": "Otra", "language": "es"}
    assert me.send(f"/threads/{thread.public_id}/posts", sent).status_code == 303
    assert texts() == ["Una"]
    assert 'name="body"' in (page := me.get(form_of(thread)).text)
    assert ">\nUna</textarea>" in page or ">\r\nUna</textarea>" in page


def test_the_list_leads_to_each_of_them(me, thread, one, other):
    type_in(me, thread, one, "Una")
    type_in(me, thread, other, "Otra")
    page = me.get("/drafts").text
    address = form_of(thread)
    (beside,) = set(re.findall(f'href="{address}\\?(draft=[^"]+)"', page))
    assert f'href="{address}"' in page
    assert "Otra</textarea>" in me.get(f"{address}?{beside}").text
    assert "Una</textarea>" in me.get(address).text
    assert "Una</textarea>" in me.get(f"{address}?draft=none").text


def test_nobody_elses_draft_fills_a_form_by_its_name(cast, me, sign_in, thread, one):
    type_in(me, thread, one, "Una")
    named = f"{form_of(thread)}?draft={rows()[0]['public_id']}"
    assert "Una</textarea>" not in sign_in(cast.member).get(named).text


def test_both_go_along_when_the_thread_is_merged(cast, me, thread, one, other):
    into = make.thread(cast.member, title="El otro hilo")
    type_in(me, thread, one, "Una")
    type_in(me, thread, other, "Otra")
    actions.merge(viewer(cast.facilitator), make.again(thread), make.again(into))
    db.session.commit()
    page = me.get("/drafts").text
    assert page.count("El otro hilo") == 2
    assert page.count(f'href="{form_of(into)}') == 4  # its title and a button each


def test_one_press_of_the_button_keeps_one_draft_also_pressed_twice(me, thread, one):
    typed = {**one, "body": "Una", "language": "es", "pressed": "1"}
    for _press in range(2):
        assert path_of(me.send(saver(thread), typed)) == "/drafts"
    assert texts() == ["Una"]


# --- at the same moment ----------------------------------------------------------------------


def save(cast, place, number, **form):
    sent = MultiDict({"body": f"Ventana {number}", "language": "es", **form})
    actions.save_draft(viewer(cast.neighbour), place, sent)
    db.session.commit()


def test_windows_that_save_at_once_lose_and_double_nothing(cast, thread, race):
    place = queries.answer_place(thread, None)
    assert race(6, lambda n: save(cast, place, n, window=f"w{n}")) == [None] * 6
    assert texts() == [f"Ventana {n}" for n in range(6)]
    race(6, lambda n: save(cast, place, n, window=f"w{n}"))
    assert texts() == [f"Ventana {n}" for n in range(6)]


def test_windows_filled_with_the_same_draft_that_save_at_once_lose_nothing(cast, thread, race):
    place = queries.answer_place(thread, None)
    save(cast, place, 9, window="first")
    shown = db.session.scalars(select(Draft)).one().shown_as
    assert race(4, lambda n: save(cast, place, n, window=f"w{n}", draft=shown)) == [None] * 4
    assert texts() == [f"Ventana {n}" for n in range(4)]


def test_one_window_that_saves_at_once_keeps_one_draft(cast, thread, race):
    place = queries.answer_place(thread, None)
    assert race(6, lambda n: save(cast, place, n, window="one")) == [None] * 6
    assert len(texts()) == 1
    save(cast, place, 7, window="other")
    assert race(6, lambda n: save(cast, place, n + 10, window="third")) == [None] * 6
    assert len(texts()) == 3
