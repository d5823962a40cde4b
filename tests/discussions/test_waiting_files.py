"""A file that was fit waits when its form comes back: nobody chooses, or pays for, it twice."""

import html
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from forum.accounts.models import Person
from forum.db import db
from forum.discussions.models import Attachment, Post
from forum.files import waiting
from forum.files.actions import UNDER_WAY, sweep
from forum.files.models import StoredFile, WaitingFile
from forum.files.store import store
from tests.factories import discussions as make
from tests.files import samples

pytestmark = pytest.mark.both_databases

WORDS = {"language": "es", "kind": "reply"}


@pytest.fixture
def thread(app, cast):
    db.session.get(Person, cast.neighbour.id).locale = "en"
    made = make.thread(cast.member)
    db.session.commit()
    return made


@pytest.fixture
def client(thread, cast, sign_in):
    return sign_in(cast.neighbour)


def press(client, thread, *, key="one", **fields):
    data = {"key": key, "body": "Así quedó la parcela.", **WORDS, **fields}
    return client.post(f"/threads/{thread.public_id}/posts", data=data)


def photo(name="parcela.jpg"):
    return (BytesIO(samples.photo()), name)


def held(answer):
    """What the form that came back says waits."""
    return re.search(r'name="?held"? value="?([^">]*)', answer.text)[1]


def rows(model):
    return db.session.scalars(select(model)).all()


def in_store():
    return set(store().keys(datetime.now(UTC) + timedelta(days=1)))


def keys_of(files):
    return {key for file in files for key in (file.key, file.preview_key)}


@pytest.fixture
def of_this_test(app):
    """The keys put into the store since the test began."""
    before = in_store()
    return lambda: in_store() - before


def refused(client, thread, **more):
    """A reply without a word, with a photo."""
    answer = press(client, thread, body="", file_1=photo(), **more)
    assert answer.status_code == 422
    return answer


def test_what_came_with_a_refused_form_goes_along_with_the_next_press(client, thread):
    back = refused(client, thread, alt_1="Dos mitades")
    assert "“parcela.jpg” (" in html.unescape(back.text)
    before = in_store()
    assert press(client, thread, held=held(back), alt_1="Dos mitades").status_code == 303
    (attached,) = rows(Attachment)
    (kept,) = rows(StoredFile)
    assert (attached.file_id, attached.alt, kept.name) == (kept.id, "Dos mitades", "parcela.jpg")
    assert rows(WaitingFile) == []
    assert in_store() == before
    shown = client.get(f"/files/{kept.public_id}")
    assert shown.status_code == 200


def test_it_comes_back_as_often_as_the_form_does_and_is_sent_once(client, thread):
    back = refused(client, thread)
    again = press(client, thread, body="", held=held(back))
    assert held(again) == held(back)
    assert "what “parcela.jpg” shows" in html.unescape(again.text)
    seen = press(client, thread, preview="1", held=held(again), alt_1="Dos mitades")
    assert (seen.status_code, held(seen)) == (200, held(back))
    assert len(rows(WaitingFile)) == 1


def test_a_preview_keeps_it_too_and_asks_for_no_words_yet(client, thread):
    seen = press(client, thread, preview="1", body="Así **quedó**.", file_1=photo())
    assert seen.status_code == 200
    assert "<strong>quedó</strong>" in seen.text
    assert "Please say in a sentence" not in seen.text
    wordless = press(client, thread, held=held(seen))
    assert wordless.status_code == 422
    assert "what “parcela.jpg” shows" in html.unescape(wordless.text)
    assert press(client, thread, held=held(seen), alt_1="Dos mitades").status_code == 303
    assert len(rows(Attachment)) == 1


def test_taken_out_it_goes_from_the_store_too(client, thread, of_this_test):
    back = refused(client, thread)
    assert press(client, thread, held=held(back), out_1="y").status_code == 303
    assert len(rows(Post)) == 2
    assert (rows(Attachment), rows(WaitingFile), rows(StoredFile)) == ([], [], [])
    assert of_this_test() == set()


def test_another_chosen_in_its_place_takes_it(client, thread, of_this_test):
    back = refused(client, thread)
    other = press(client, thread, held=held(back), file_1=photo("otra.jpg"), alt_1="Otra")
    assert other.status_code == 303
    assert [one.name for one in rows(StoredFile)] == ["otra.jpg"]
    assert rows(WaitingFile) == []
    assert of_this_test() == keys_of(rows(StoredFile))


def test_it_is_served_to_nobody_not_even_to_its_own_person(client, thread, cast, sign_in):
    waits = held(refused(client, thread))
    (kept,) = rows(StoredFile)
    (ours,) = rows(WaitingFile)
    assert waits == f"{ours.public_id},,,"
    for who in (client, sign_in(cast.facilitator), sign_in(cast.operator)):
        for ident in (kept.public_id, ours.public_id):
            assert who.get(f"/files/{ident}").status_code == 404
            assert who.get(f"/files/{ident}/preview").status_code == 404


def test_nobody_else_sends_it(client, thread, cast, sign_in):
    back = refused(client, thread)
    stranger = press(sign_in(cast.delegate), thread, held=held(back), alt_1="Mía")
    assert stranger.status_code == 422
    assert "parcela.jpg" not in stranger.text
    assert rows(Attachment) == []
    assert len(rows(WaitingFile)) == 1


@pytest.mark.parametrize("nonsense", ["x", "zzzzzzzzzzzz,,,,,,,", ",,", "'; --", "a" * 5000])
def test_nonsense_in_its_place_is_no_fault(client, thread, nonsense):
    assert press(client, thread, held=nonsense).status_code in {303, 422}


def test_pressed_twice_it_goes_along_once(client, thread):
    fields = {"held": held(refused(client, thread)), "alt_1": "Dos mitades"}
    first = press(client, thread, key="two", **fields)
    again = press(client, thread, key="two", **fields)
    assert first.status_code == 303
    assert (again.status_code, again.location) == (303, first.location)
    assert len(rows(Attachment)) == 1


def test_sent_from_two_windows_at_once_it_goes_along_with_one(client, thread, cast, app, race):
    waits = held(refused(client, thread))

    def send(i):
        own = app.test_client().become(cast.neighbour)
        fields = {"body": f"Así quedó, {i}.", "held": waits, "alt_1": "Dos mitades"}
        return press(own, thread, key=f"window {i}", **fields).status_code

    assert sorted(race(3, send)) == [303, 422, 422]
    assert (len(rows(Attachment)), len(rows(WaitingFile))) == (1, 0)


def test_after_a_week_it_goes(client, thread, clock_at, of_this_test):
    start = clock_at(datetime.now(UTC))
    back = refused(client, thread)
    clock_at(start + UNDER_WAY * 2)
    sweep()
    assert of_this_test() == keys_of(rows(StoredFile)), "what has a row is not swept"
    clock_at(start + waiting.WAITS)
    assert waiting.forget_waiting() == 0
    clock_at(start + waiting.WAITS + timedelta(seconds=1))
    assert waiting.forget_waiting() == 1
    db.session.commit()
    assert of_this_test() == set()
    late = press(client, thread, held=held(back), alt_1="Dos mitades")
    assert late.status_code == 422
    assert "is not here any more" in late.text
    assert "Así quedó la parcela." in late.text


def test_of_many_the_oldest_go(client, thread, monkeypatch, of_this_test):
    monkeypatch.setattr(waiting, "MOST_WAITING", 2)
    for n in range(4):
        press(client, thread, body="", file_1=photo(f"foto{n}.jpg"))
    assert sorted(one.name for one in rows(StoredFile)) == ["foto2.jpg", "foto3.jpg"]
    assert of_this_test() == keys_of(rows(StoredFile))


def test_a_draft_keeps_it(client, thread):
    back = refused(client, thread)
    saver = f"/threads/{thread.public_id}/posts/draft"
    sent = {"body": "Sin terminar.", **WORDS, "held": held(back), "alt_1": "Dos mitades"}
    assert client.send(saver, sent).status_code == 303
    page = client.get(f"/threads/{thread.public_id}/posts/new")
    assert held(page) == held(back)
    assert "“parcela.jpg” (" in html.unescape(page.text)
    assert 'value="Dos mitades"' in page.text


def test_it_goes_along_with_a_change_too(client, thread, cast):
    own = make.post(cast.neighbour, thread)
    db.session.commit()
    edit = f"/posts/{own.public_id}/edit"
    fields = {"body": "", "language": "es", "version": own.version}
    back = client.post(edit, data=fields | {"file_1": photo(), "alt_1": "Dos mitades"})
    assert back.status_code == 422
    done = client.post(
        edit, data=fields | {"body": "Mejor.", "held": held(back), "alt_1": "Dos mitades"}
    )
    assert done.status_code == 303
    assert db.session.scalar(select(func.count()).where(Attachment.post_id == own.id)) == 1
    assert rows(WaitingFile) == []


def test_who_is_signed_out_leaves_none(app, thread):
    press(app.test_client(), thread, body="", file_1=photo())
    assert (rows(WaitingFile), rows(StoredFile)) == ([], [])


def test_a_store_that_is_away_promises_nothing(app, client, thread, monkeypatch):
    class Away:
        def put(self, _key, _data):
            raise OSError("away")

        def delete(self, _key):
            raise OSError("away")

    monkeypatch.setitem(app.extensions, "files", Away())
    answer = press(client, thread, file_1=photo(), alt_1="Dos mitades")
    assert answer.status_code == 422
    assert "Please choose “parcela.jpg” again." in html.unescape(answer.text)
    assert held(answer).strip(",") == ""
    unseen = refused(client, thread)  # nothing was tried before the page was made
    assert unseen.status_code == 422
    assert rows(WaitingFile) == []
    late = press(client, thread, held=held(unseen), alt_1="Dos mitades")
    assert "is not here any more" in late.text


def test_what_no_form_of_ours_holds_waits_for_nobody(client, thread):
    back = refused(client, thread, held="a\x00b,\x00")
    assert "“parcela.jpg” (" in html.unescape(back.text)
    assert "is not here any more" in press(client, thread, held="a\x00b").text
