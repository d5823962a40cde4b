"""Removing with a reason, and restoring."""

import pytest
from sqlalchemy import select

from forum.accounts.models import Person
from forum.activity.models import Event
from forum.db import db
from forum.discussions import actions, queries
from forum.discussions.kinds import ThreadKind
from forum.discussions.queries import Filter
from forum.lib.permission import Forbidden, Refused, WrongState
from tests.factories import discussions as make
from tests.people import viewer

pytestmark = pytest.mark.both_databases


@pytest.fixture
def thread(app, cast):
    return make.thread(cast.member, title="Un título")


@pytest.fixture
def post(thread, cast):
    return make.post(cast.neighbour, thread, body="Palabras que sobran.")


def test_a_removed_post_leaves_a_note_and_its_place(thread, post, cast, sign_in):
    below = make.post(cast.member, thread, parent=post)
    sent = sign_in(cast.facilitator).send(f"/posts/{post.public_id}/removal", reason="Insulta.")
    assert sent.status_code == 303
    page = sign_in(cast.member).get(f"/threads/{thread.public_id}").text
    assert "Palabras que sobran." not in page
    assert "Insulta." in page
    assert f'id="p{below.number}"' in page
    assert "post.removed" in list(db.session.scalars(select(Event.verb)))


def test_a_removed_reply_is_not_counted_and_a_restored_one_is(thread, post, cast, sign_in):
    make.post(cast.expert, thread)
    assert make.again(thread).reply_count == 2
    actions.remove(viewer(cast.facilitator), post, reason="Insulta.")
    assert make.again(thread).reply_count == 1
    assert queries.count_drift() == []
    actions.restore(viewer(cast.facilitator), queries.post_now(viewer(cast.facilitator), post.id))
    assert make.again(thread).reply_count == 2
    assert queries.count_drift() == []


def test_a_removed_first_post_leaves_the_count_of_its_replies(thread, post, cast):
    first = queries.post_now(viewer(cast.member), queries.post_rows(thread).posts[0].id)
    actions.remove(viewer(cast.member), first, reason="")
    now = make.again(thread)
    assert (now.post_count, now.reply_count) == (2, 1)
    assert queries.count_drift() == []


def test_a_question_whose_only_answer_was_removed_is_unanswered(cast, sign_in, app):
    asked = make.thread(cast.member, kind="question", title="¿Cuánto tarda?")
    answer = make.post(cast.neighbour, asked)
    where = Filter(stage_id=asked.stage_id, unresolved=True)
    assert not queries.threads(viewer(cast.facilitator), where).rows
    actions.remove(viewer(cast.neighbour), answer, reason="")
    (left,) = queries.threads(viewer(cast.facilitator), where).rows
    assert left.public_id == asked.public_id


def test_what_is_removed_stays_uncounted_where_threads_are_merged_and_split(thread, post, cast):
    below = make.post(cast.member, thread, parent=post)
    actions.remove(viewer(cast.member), below, reason="")
    made = actions.split(
        viewer(cast.facilitator),
        queries.post_now(viewer(cast.facilitator), post.id),
        title="Una rama",
        kind=ThreadKind.DISCUSSION,
    )
    branch = queries.thread_row(made.id)
    assert (make.again(thread).post_count, branch.post_count, branch.last_number) == (1, 1, 2)
    assert queries.count_drift() == []
    actions.merge(viewer(cast.facilitator), branch, make.again(thread))
    assert make.again(thread).post_count == 2
    assert queries.count_drift() == []


def test_its_words_are_nowhere_else(thread, post, cast, sign_in):
    actions.remove(viewer(cast.facilitator), post, reason="Insulta.")
    client = sign_in(cast.member)
    for url in (
        f"/threads/{thread.public_id}",
        f"/threads/{thread.public_id}/posts/new?parent={post.public_id}",
        f"/posts/{post.public_id}/revisions",
        f"/posts/{post.public_id}/removal",
        "/solutions",
    ):
        assert "Palabras que sobran." not in client.get(url).text


def test_who_facilitates_says_why_the_author_need_not(thread, post, cast):
    with pytest.raises(Refused):
        actions.remove(viewer(cast.facilitator), post, reason="")
    actions.remove(viewer(cast.neighbour), post, reason="")
    with pytest.raises(WrongState):
        actions.remove(viewer(cast.neighbour), post, reason="")


def test_strangers_and_staff_remove_nothing(thread, post, cast, sign_in):
    for name in ("member", "staff", "expert", "outsider"):
        sent = sign_in(getattr(cast, name)).send(f"/posts/{post.public_id}/removal", reason="No.")
        assert sent.status_code == 403
    assert queries.post_now(viewer(cast.member), post.id).removed_at is None


def test_the_author_restores_only_what_they_removed_themselves(thread, post, cast, sign_in):
    actions.remove(viewer(cast.facilitator), post, reason="Insulta.")
    removed = queries.post_now(viewer(cast.neighbour), post.id)
    with pytest.raises(Forbidden):
        actions.restore(viewer(cast.neighbour), removed)
    client = sign_in(cast.facilitator)
    back = f"/posts/{post.public_id}/removal/withdrawal"
    assert client.send(back).status_code == 303
    assert client.send(back).status_code == 303  # twice is harmless
    assert client.send(back, window="another").status_code == 409
    assert "Palabras que sobran." in client.get(f"/threads/{thread.public_id}").text


def test_with_its_first_post_a_thread_leaves_every_list(thread, post, cast, sign_in):
    first = queries.post_rows(thread).posts[0]
    client = sign_in(cast.member)
    client.send(f"/posts/{first.public_id}/removal", reason="Me equivoqué.")
    for url in ("/exchanges/americas/stages/1", "/challenges"):
        assert "Un título" not in client.get(url).text
    assert queries.threads_by_id(viewer(cast.member), [thread.id]) == {}
    page = client.get(f"/threads/{thread.public_id}")
    assert page.status_code == 200
    assert "Un título" not in page.text
    client.send(f"/posts/{first.public_id}/removal/withdrawal")
    assert "Un título" in client.get("/challenges").text


def test_a_removed_solution_is_in_no_library(app, cast, sign_in):
    thread = make.thread(cast.member, kind=ThreadKind.SOLUTION.value, title="Vivero propio")
    client = sign_in(cast.neighbour)
    assert "Vivero propio" in client.get("/solutions").text
    first = queries.post_now(viewer(cast.member), queries.post_rows(thread).posts[0].id)
    actions.remove(viewer(cast.member), first, reason="")
    assert "Vivero propio" not in client.get("/solutions").text


def test_a_removed_post_is_not_answered(thread, post, cast, sign_in, row_counts):
    """Neither by its address, nor with a page from before."""
    actions.remove(viewer(cast.facilitator), post, reason="Insulta.")
    db.session.commit()
    before = row_counts()
    sent = sign_in(cast.member).send(
        f"/threads/{thread.public_id}/posts",
        body="Lo que respondo.",
        language="es",
        kind="reply",
        parent=post.public_id,
    )
    assert sent.status_code == 422
    assert "The post you answer was removed." in sent.text
    assert "Lo que respondo." in sent.text
    assert row_counts() == before
    with pytest.raises(Refused):
        make.post(cast.member, thread, parent=post)


def test_a_removed_thread_is_not_answered(thread, cast, sign_in):
    first = queries.post_now(viewer(cast.member), queries.post_rows(thread).posts[0].id)
    actions.remove(viewer(cast.member), first, reason="")
    client, url = sign_in(cast.neighbour), f"/threads/{thread.public_id}"
    sent = client.send(f"{url}/posts", body="x", language="es", kind="reply")
    assert sent.status_code == 409
    page = client.get(url).text
    assert "Esta conversación fue retirada." in page
    assert "/posts/new" not in page


def test_who_facilitates_is_not_taken_for_an_author_of_the_same_name(thread, post, cast, sign_in):
    db.session.get(Person, cast.facilitator.id).name = cast.neighbour.name
    actions.remove(viewer(cast.facilitator), post, reason="Insulta.")
    page = sign_in(cast.member).get(f"/threads/{thread.public_id}").text
    assert f"This post was removed by {cast.neighbour.name}, who facilitates." in page


def test_what_its_author_took_back_nobody_else_shows_again(thread, post, cast, sign_in):
    actions.remove(viewer(cast.neighbour), post, reason="")
    facilitator = sign_in(cast.facilitator)
    page = facilitator.get(f"/threads/{thread.public_id}").text
    assert "Palabras que sobran." not in page
    back = f"/posts/{post.public_id}/removal/withdrawal"
    assert f'action="{back}"' not in page
    refused = facilitator.send(back)
    assert refused.status_code == 403
    assert "nobody else shows it again" in refused.text
    assert facilitator.get(f"/posts/{post.public_id}/revisions").status_code == 403
    assert queries.post_now(viewer(cast.member), post.id).removed_at is not None
    assert sign_in(cast.neighbour).send(back).status_code == 303
