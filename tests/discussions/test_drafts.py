"""What one is still writing is kept on the server, for oneself alone, until it is posted."""

import html
import re

import pytest
from sqlalchemy import select

from forum.activity.models import Event
from forum.db import db
from forum.discussions import actions, queries
from forum.discussions.models import Draft, Post, Thread
from forum.lib import clock
from forum.web.models import SubmittedKey
from tests.accounts.test_ended_session import fields_of
from tests.browserless import path_of
from tests.factories import discussions as make
from tests.people import PASSWORD, viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

WORDS = "Sembramos entre las lluvias, y «ella» dijo: ¿cuánto & cómo?"


@pytest.fixture
def thread(cast):
    made = make.thread(cast.member, title="Costos de operación")
    db.session.commit()
    return made


def saver(thread):
    return f"/threads/{thread.public_id}/posts/draft"


def form_of(thread):
    return f"/threads/{thread.public_id}/posts/new"


def shown(words):
    return html.escape(words, quote=False)


def drafts_of(person):
    return list(db.session.scalars(select(Draft).where(Draft.person_id == person.id)))


def save(client, thread, body=WORDS, *, htmx=True, **more):
    fields = {"body": body, "language": "es", "kind": "reply"} | more
    return client.send(saver(thread), fields, htmx=htmx)


def test_a_draft_is_saved_as_one_types_and_fills_the_form_again(cast, sign_in, thread, clock_at):
    clock_at("2027-03-03T14:02")
    me = sign_in(cast.neighbour)
    said = save(me, thread)
    assert said.status_code == 200
    assert "08:02" in said.text, "the reader's own hour"
    assert "<html" not in said.text
    page = me.get(form_of(thread)).text
    assert shown(WORDS) in page
    assert "/removal" in page


def test_a_button_saves_without_a_script_and_leads_to_the_list(cast, sign_in, thread):
    me = sign_in(cast.member)
    assert f'formaction="{saver(thread)}"' in me.get(form_of(thread)).text
    sent = save(me, thread, htmx=False, pressed="1")
    assert path_of(sent) == "/drafts"
    page = me.get("/drafts").text
    assert "Costos de operación" in page
    assert re.search(rf'<a class="button[^>]*href="{re.escape(form_of(thread))}"', page)
    assert 'href="/drafts"' in me.get("/me").text


def test_saving_again_keeps_one_draft_with_the_last_words(cast, sign_in, thread):
    me = sign_in(cast.neighbour)
    save(me, thread)
    save(me, thread, "Otra cosa.")
    (draft,) = drafts_of(cast.neighbour)
    assert "Otra+cosa" in draft.fields["form"]


def test_each_place_has_its_own_draft(cast, sign_in, thread):
    post = make.post(cast.facilitator, thread)
    db.session.commit()
    me = sign_in(cast.neighbour)
    save(me, thread, "A todos.")
    save(me, thread, "A usted.", parent=post.public_id)
    save(me, thread, "Una solución.", kind="solution")
    assert len(drafts_of(cast.neighbour)) == 3
    assert "A usted." in me.get(f"{form_of(thread)}?parent={post.public_id}").text
    assert "A todos." in me.get(form_of(thread)).text


def test_nobody_else_ever_sees_it(cast, sign_in, thread):
    save(sign_in(cast.neighbour), thread)
    (draft,) = drafts_of(cast.neighbour)
    for other in (cast.member, cast.facilitator, cast.operator, cast.delegates["encinos"]):
        client = sign_in(other)
        for page in ("/drafts", form_of(thread), f"/threads/{thread.public_id}", "/"):
            assert "entre las lluvias" not in client.get(page).text
        assert client.send(f"/drafts/{draft.public_id}/removal").status_code == 404
    assert drafts_of(cast.neighbour)
    assert not db.session.scalars(select(Event).where(Event.object_type == "Draft")).all()


def test_who_does_not_see_the_thread_or_does_not_write_saves_nothing(cast, sign_in, thread):
    closed = make.thread(cast.member, space=cast.spaces["coalition"])
    db.session.commit()
    assert save(sign_in(cast.outsider), closed).status_code == 404
    assert save(sign_in(cast.observer), thread).status_code in (403, 404)
    assert not db.session.scalars(select(Draft)).all()


def test_posting_lets_the_draft_go_also_a_save_that_comes_late(cast, sign_in, thread):
    me = sign_in(cast.neighbour)
    save(me, thread)
    fields = {"body": WORDS, "language": "es", "kind": "reply", "key": "one-form"}
    assert me.send(f"/threads/{thread.public_id}/posts", fields).status_code == 303
    assert "one-form" in db.session.scalars(select(SubmittedKey.key)).all()
    assert not drafts_of(cast.neighbour)
    assert me.send(saver(thread), fields, htmx=True).status_code == 200
    assert not drafts_of(cast.neighbour), "the words are posted already"


def test_an_emptied_form_has_no_draft(cast, sign_in, thread):
    me = sign_in(cast.neighbour)
    save(me, thread)
    save(me, thread, "  ")
    assert not drafts_of(cast.neighbour)


def test_thrown_away_it_is_gone_and_the_form_is_empty(cast, sign_in, thread):
    me = sign_in(cast.neighbour)
    save(me, thread)
    (draft,) = drafts_of(cast.neighbour)
    address = f"/drafts/{draft.public_id}/removal"
    assert path_of(me.send(address, next=form_of(thread))) == form_of(thread)
    assert shown(WORDS) not in me.get(form_of(thread)).text
    assert me.send(address).status_code == 404


def test_a_new_thread_is_kept_with_its_title_topics_and_readers(cast, sign_in):
    make.stage()
    db.session.commit()
    me = sign_in(cast.member)
    place = "/exchanges/americas/stages/1/threads"
    sent = {
        "title": "Un vivero",
        "body": WORDS,
        "kind": "experience",
        "topics": ["fire"],
        "visibility": "coalition",
        "language": "es",
    }
    assert path_of(me.send(f"{place}/draft", sent, pressed="1")) == "/drafts"
    assert "Un vivero" in me.get("/drafts").text
    page = me.get(f"{place}/new").text
    assert 'value="Un vivero"' in page
    assert re.search(r'<input [^>]*checked[^>]*value="experience"', page)
    assert page.count("checked") == 3, "kind, topic, readers"
    assert me.send(place, sent).status_code == 303
    assert not drafts_of(cast.member)
    assert db.session.scalars(select(Thread.title)).one() == "Un vivero"


def test_a_change_to_ones_own_post_is_kept_with_the_version_it_began_from(cast, sign_in, thread):
    mine = make.post(cast.neighbour, thread)
    db.session.commit()
    me, place = sign_in(cast.neighbour), f"/posts/{mine.public_id}/edit"
    sent = {"body": WORDS, "language": "es", "version": "1"}
    assert me.send(f"{place}/draft", sent, htmx=True).status_code == 200
    assert shown(WORDS) in me.get(place).text
    assert sign_in(cast.member).send(f"{place}/draft", sent).status_code == 403
    assert me.send(place, sent).status_code == 303
    assert not drafts_of(cast.neighbour)
    assert me.send(f"{place}/draft", sent, htmx=True).status_code == 200
    assert not drafts_of(cast.neighbour), "the post says this already"


def test_a_thread_out_of_sight_leaves_the_words_and_shows_nothing_else(cast, sign_in, thread):
    me = sign_in(cast.neighbour)
    save(me, thread)
    row = db.session.get(Thread, thread.id)
    row.space_id = cast.spaces["staff"].id
    db.session.commit()
    page = me.get("/drafts").text
    assert shown(WORDS) in page
    assert thread.public_id not in page
    assert "Costos de operación" not in page
    assert "Stage 1" not in page


def test_the_whole_text_is_there_to_copy_on_a_page_of_its_own(cast, sign_in, thread):
    long = "Una frase tras otra. " * 200
    writer = sign_in(cast.member)
    writer.send(f"/threads/{thread.public_id}/posts/draft", body=long, language="es", kind="reply")
    (kept,) = db.session.scalars(select(Draft))
    address, listed = f"/drafts/{kept.public_id}", writer.get("/drafts").text
    assert f'href="{address}"' in listed
    assert long.strip() not in listed, "a list of long drafts stays light"
    assert long.strip() in writer.get(address).text
    for name in ("delegate", "facilitator", "operator"):
        assert sign_in(cast.people[name]).get(address).status_code == 404


def test_a_closed_stage_still_keeps_the_words(cast, sign_in, thread):
    db.session.get(Thread, thread.id)
    make.some_stage().closes_at = clock.now()
    db.session.commit()
    me = sign_in(cast.neighbour)
    assert save(me, thread).status_code == 200
    assert shown(WORDS) in me.get("/drafts").text


def test_it_goes_along_when_the_thread_is_merged(cast, sign_in, thread):
    other = make.thread(cast.member, title="El otro hilo")
    db.session.commit()
    me = sign_in(cast.neighbour)
    save(me, thread)
    actions.merge(viewer(cast.facilitator), make.again(thread), make.again(other))
    db.session.commit()
    assert "El otro hilo" in me.get("/drafts").text
    assert shown(WORDS) in me.get(form_of(other)).text


@pytest.mark.parametrize("script", [True, False])
def test_a_sign_in_that_ends_in_mid_sentence_costs_no_word(cast, client, sign_in, thread, script):
    me = sign_in(cast.neighbour)
    save(me, thread, "Sembramos entre")
    quiet = save(client, thread)
    assert quiet.status_code == 204, "what nobody pressed asks nothing"
    asked = client.send(
        saver(thread) if not script else f"/threads/{thread.public_id}/posts",
        {"body": WORDS, "language": "es", "kind": "reply", "pressed": None if script else "1"},
        htmx=script,
    )
    assert asked.status_code == 401
    back = client.send(
        "/sign-in", {"email": cast.neighbour.email, "password": PASSWORD, **fields_of(asked.text)}
    )
    assert path_of(back).startswith(form_of(thread))
    assert shown(WORDS) in client.get(path_of(back)).text
    assert "Sembramos entre" in client.get(form_of(thread)).text, "the draft is there too"
    assert not db.session.scalars(select(Post).where(Post.number > 1)).all()


def test_after_ninety_days_untouched_it_is_deleted(cast, sign_in, thread, clock_at):
    clock_at("2026-03-01T12:00")
    save(sign_in(cast.neighbour), thread)
    clock_at("2026-05-29T12:00")
    assert actions.forget_old_drafts() == 0
    clock_at("2026-05-31T12:00")
    assert actions.forget_old_drafts() == 1
    assert actions.forget_old_drafts() == 0


def test_a_text_without_end_is_refused_and_given_back(cast, sign_in, thread):
    me = sign_in(cast.neighbour)
    long = "ñ" * 130_000
    assert save(me, thread, long, htmx=False, pressed="1").status_code in (413, 422)
    assert not drafts_of(cast.neighbour)


def test_two_windows_save_at_once_and_the_last_one_wins(cast, thread, race):
    place = queries.answer_place(thread, None)

    def save_here(number):
        from werkzeug.datastructures import MultiDict

        sent = MultiDict({"body": f"Ventana {number}", "language": "es"})
        kept = actions.save_draft(viewer(cast.neighbour), place, sent)
        db.session.commit()
        return kept is not None

    assert race(6, save_here) == [True] * 6
    assert len(drafts_of(cast.neighbour)) == 1
