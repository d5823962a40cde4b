"""The summary of a thread: in three parts, first, one, in versions."""

import pytest
from sqlalchemy import func, select

from forum.activity.models import Event
from forum.db import db
from forum.discussions import actions, queries
from forum.discussions.actions import Parts
from forum.discussions.kinds import ThreadKind
from forum.discussions.models import Post, PostRevision, Summary
from forum.lib.permission import Forbidden
from forum.web.forms import Stale
from tests.factories import discussions as make
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

WORDS = {
    "asked": "Cómo se cubren los costos.",
    "answered": "Se reparten, como en (#p2).",
    "still_open": "Quién paga la auditoría.",
    "language": "es",
}
PARTS = Parts("Qué", "Cómo", "")


def summarise(cast, thread, *, version=0, parts=PARTS):
    return actions.summarise(
        viewer(cast.facilitator), thread, parts, language="es", version=version
    )


def how_many(model):
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def test_a_summary_is_written_in_three_parts_and_stands_first(cast, sign_in):
    thread = make.thread(cast.member, body="La pregunta.")
    reply = make.post(cast.neighbour, thread, body="La primera respuesta.")
    db.session.commit()
    facilitator, address = sign_in(cast.facilitator), f"/threads/{thread.public_id}/summary"
    assert address in facilitator.get(f"/threads/{thread.public_id}").text
    assert facilitator.get(address).status_code == 200
    assert facilitator.send(address, WORDS).status_code == 303
    page = sign_in(cast.member).get(f"/threads/{thread.public_id}").text
    places = [page.index(words) for words in (WORDS["asked"], "La pregunta", "La primera resp")]
    assert places == sorted(places)
    assert page.count(WORDS["still_open"]) == 1
    assert f'href="/posts/{reply.public_id}" rel="nofollow' in page
    assert cast.facilitator.name in page
    assert address not in page
    assert db.session.scalars(select(Event.verb).order_by(Event.id)).all()[-1] == "post.written"
    assert queries.count_drift() == []


def test_its_headings_are_in_the_language_it_is_written_in(cast):
    thread = make.thread(cast.member)
    post = summarise(cast, thread)
    assert post.body.startswith("#### ")
    assert "still" not in post.body
    assert queries.summary_of(make.again(thread)).answered == "Cómo"


def test_a_preview_stores_nothing(cast, sign_in, row_counts):
    thread = make.thread(cast.member)
    db.session.commit()
    before = row_counts()
    sent = sign_in(cast.facilitator).send(
        f"/threads/{thread.public_id}/summary", {**WORDS, "preview": "1"}
    )
    assert sent.status_code == 200
    assert "Nothing is posted yet" in sent.text
    assert row_counts() == before


@pytest.mark.parametrize("name", ["member", "staff", "expert", "delegate", "observer"])
def test_only_who_facilitates_writes_one(cast, sign_in, name):
    thread = make.thread(cast.member)
    db.session.commit()
    address = f"/threads/{thread.public_id}/summary"
    sent = sign_in(getattr(cast, name)).send(address, WORDS)
    assert sent.status_code == (404 if name == "observer" else 403)
    assert how_many(Summary) == 0


def test_a_change_keeps_what_it_said_before(cast, sign_in):
    thread = make.thread(cast.member)
    post = summarise(cast, thread)
    summarise(cast, thread, version=1, parts=Parts("Qué", "De otro modo", ""))
    summarise(cast, thread, version=2, parts=Parts("Qué", "De otro modo", ""))  # nothing changed
    assert how_many(Post) == 2
    assert how_many(PostRevision) == 1
    db.session.commit()
    page = sign_in(cast.member).get(f"/threads/{thread.public_id}").text
    assert "De otro modo" in page
    assert f"/posts/{post.public_id}/revisions" in page
    before = sign_in(cast.member).get(f"/posts/{post.public_id}/revisions").text
    assert "Cómo" in before


def test_an_older_version_gives_both_texts_back(cast, sign_in):
    thread = make.thread(cast.member)
    summarise(cast, thread)
    summarise(cast, thread, version=1, parts=Parts("Qué", "La de otra persona", ""))
    db.session.commit()
    sent = sign_in(cast.facilitator).send(
        f"/threads/{thread.public_id}/summary", {**WORDS, "version": "1"}
    )
    assert sent.status_code == 409
    assert "La de otra persona" in sent.text
    assert "Se reparten" in sent.text
    assert 'name="version" type="hidden" value="2"' in sent.text
    with pytest.raises(Stale):
        summarise(cast, thread)


def test_the_same_summary_sent_twice_is_one(cast):
    thread = make.thread(cast.member)
    first = summarise(cast, thread)
    assert summarise(cast, thread) is first
    assert (how_many(Post), how_many(PostRevision)) == (2, 0)


def test_of_two_first_summaries_at_once_one_is_stored(cast, race):
    thread = make.thread(cast.member)

    def write(i):
        summarise(cast, thread, parts=Parts("Qué", f"Cómo {i}", ""))
        db.session.commit()

    results = race(4, write)
    assert sum(result is None for result in results) == 1
    assert all(result is None or isinstance(result, Stale) for result in results)
    assert (how_many(Summary), how_many(Post)) == (1, 2)


def test_a_removed_summary_makes_place_for_another(cast):
    thread = make.thread(cast.member)
    first = summarise(cast, thread)
    me = viewer(cast.facilitator)
    actions.remove(me, queries.post_now(me, first.id), reason="")
    assert make.again(thread).summary_id is None
    second = summarise(cast, thread, parts=Parts("a", "b", "c"))
    assert make.again(thread).summary_id == second.public_id
    assert how_many(Summary) == 1


def test_it_is_not_changed_as_an_ordinary_post(cast):
    thread = make.thread(cast.member)
    post, me = summarise(cast, thread), viewer(cast.facilitator)
    with pytest.raises(Forbidden):
        actions.edit(
            me, queries.post_now(me, post.id), version=1, body="x", html="x", language="es"
        )


def test_after_a_merge_the_summary_of_the_thread_that_stays_holds(cast):
    one, other = make.thread(cast.member), make.thread(cast.member)
    mine = summarise(cast, one)
    actions.merge(viewer(cast.facilitator), make.again(one), other)
    assert make.again(other).summary_id == mine.public_id
    third = make.thread(cast.member)
    own = summarise(cast, third)
    actions.merge(viewer(cast.facilitator), make.again(other), third)
    assert make.again(third).summary_id == own.public_id
    assert how_many(Summary) == 1


def test_too_long_together_gives_the_text_back(cast, sign_in):
    thread = make.thread(cast.member)
    db.session.commit()
    long = {**WORDS, "asked": "x" * 15_000, "answered": "y" * 15_000}
    sent = sign_in(cast.facilitator).send(f"/threads/{thread.public_id}/summary", long)
    assert sent.status_code == 422
    assert "y" * 100 in sent.text
    assert how_many(Summary) == 0


def test_every_post_shows_the_number_that_a_summary_names(cast, sign_in):
    thread = make.thread(cast.member)
    post = make.post(cast.neighbour, thread)
    db.session.commit()
    page = sign_in(cast.facilitator).get(f"/threads/{thread.public_id}").text
    assert f'href="/posts/{post.public_id}">#p2 <time' in page


def test_who_changes_it_reads_numbers_as_they_are_today(cast, sign_in):
    thread = make.thread(cast.member)
    gone, stays = make.post(cast.neighbour, thread), make.post(cast.neighbour, thread)
    db.session.commit()
    facilitator, address = sign_in(cast.facilitator), f"/threads/{thread.public_id}/summary"
    facilitator.send(address, {**WORDS, "answered": "Así (#p2), y así (#p3)."})
    form = facilitator.get(address).text
    assert "Así (#p2), y así (#p3)." in form
    again = {**WORDS, "answered": "Así (#p2), y así (#p3).", "version": 1}
    assert facilitator.send(address, again).status_code == 303
    assert how_many(PostRevision) == 0, "nothing was changed"
    actions.split(
        viewer(cast.facilitator),
        queries.post_now(viewer(cast.facilitator), gone.id),
        title="Aparte",
        kind=ThreadKind.DISCUSSION,
    )
    db.session.commit()
    form = facilitator.get(address).text
    assert f"Así ([#p2](/posts/{gone.public_id})), y así (#p3)." in form
    assert stays.public_id not in form
