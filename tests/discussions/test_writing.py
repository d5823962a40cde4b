"""Starting, answering, changing: it works, it records, it refuses."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from forum.activity.models import Event
from forum.db import db
from forum.discussions import actions, queries
from forum.discussions.actions.writing import EDIT_GRACE
from forum.discussions.kinds import PostKind, ThreadKind
from forum.discussions.models import Post, PostRevision, ReadMark, Thread
from forum.lib import clock
from forum.lib.permission import Forbidden, Refused
from forum.web.forms import Stale
from tests.browserless import path_of
from tests.factories import discussions as make
from tests.people import viewer

pytestmark = pytest.mark.both_databases

NEW = {
    "title": "No alcanza para operar",
    "kind": "challenge",
    "body": "Los **costos** no se cubren.",
    "language": "es",
    "visibility": "network",
    "topics": ["operating-costs"],
}


def verbs():
    return list(db.session.scalars(select(Event.verb).order_by(Event.id)))


def how_many(model):
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


# --- a thread


def test_a_thread_is_started_from_the_form(app, cast, sign_in):
    make.stage()
    answer = sign_in(cast.member).send("/exchanges/americas/stages/1/threads", NEW)
    assert answer.status_code == 303
    thread = db.session.scalars(select(Thread)).one()
    assert path_of(answer) == f"/threads/{thread.public_id}"
    row = queries.thread_row(thread.id)
    assert (row.title, row.kind, row.project_name) == (NEW["title"], "challenge", "Proyecto Ceiba")
    assert row.topics == ("operating-costs",)
    assert (row.post_count, row.last_number, row.faced_count) == (1, 1, 1)
    post = queries.post_rows(row).posts[0]
    assert post.html == "<p>Los <strong>costos</strong> no se cubren.</p>\n"
    assert verbs() == ["thread.started"]
    assert queries.count_drift() == []


def test_a_stranger_starts_none(app, cast, sign_in, row_counts):
    make.stage()
    db.session.commit()
    before = row_counts()
    for name, status in (("observer", 403), ("operator", 403)):
        sent = sign_in(getattr(cast, name)).send("/exchanges/americas/stages/1/threads", NEW)
        assert sent.status_code == status
    assert row_counts() == before


def test_a_closed_stage_takes_none_and_gives_the_text_back(app, cast, sign_in, row_counts):
    make.stage(closes_at=clock.now())
    db.session.commit()
    before = row_counts()
    sent = sign_in(cast.member).send("/exchanges/americas/stages/1/threads", NEW)
    assert sent.status_code == 409
    assert "This stage closed on" in sent.text
    assert "Back to the stage" in sent.text
    assert NEW["body"] in sent.text
    assert row_counts() == before


def test_the_form_of_a_closed_stage_leads_back_to_it(app, cast, sign_in):
    make.stage(closes_at=clock.now())
    page = sign_in(cast.member).get("/exchanges/americas/stages/1/threads/new")
    assert page.status_code == 409
    back = re.search(r'<a class="button primary" href="?([^">]+)', page.text)
    assert back[1] == "/exchanges/americas/stages/1"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 161),
        ("kind", "manifesto"),
        ("kind", None),
        ("body", "   "),
        ("body", "x" * 20_001),
        ("body", "roto \ufffd"),
        ("language", "tlh"),
        ("visibility", "staff"),
        ("visibility", "everyone"),
        ("topics", ["no-such-topic"]),
        ("topics", ["finance-markets"]),
    ],
)
def test_what_does_not_fit_comes_back_with_the_text(app, cast, sign_in, row_counts, field, value):
    make.stage()
    db.session.commit()
    before = row_counts()
    sent = sign_in(cast.member).send("/exchanges/americas/stages/1/threads", {**NEW, field: value})
    assert sent.status_code == 422
    if field != "body":
        assert "costos" in sent.text
    if field == "topics":
        assert "Please choose topics from the list." in sent.text
        assert "is not a valid" not in sent.text
    assert row_counts() == before


def test_staff_cannot_write_for_the_coalition(app, cast, sign_in, row_counts):
    make.stage()
    db.session.commit()
    before = row_counts()
    form = sign_in(cast.staff).get("/exchanges/americas/stages/1/threads/new").text
    assert 'value="coalition"' not in form
    sent = sign_in(cast.staff).send(
        "/exchanges/americas/stages/1/threads", {**NEW, "visibility": "coalition"}
    )
    assert sent.status_code == 422
    assert row_counts() == before
    with pytest.raises(Forbidden):
        make.thread(cast.staff, space=cast.spaces["coalition"])


def test_a_preview_stores_nothing_and_leaves_the_key_for_the_posting(
    app, cast, sign_in, row_counts
):
    make.stage()
    db.session.commit()
    before, client = row_counts(), sign_in(cast.member)
    url = "/exchanges/americas/stages/1/threads"
    seen = client.send(url, {**NEW, "preview": "1", "key": "one-key"})
    assert seen.status_code == 200
    assert "<strong>costos</strong>" in seen.text
    assert row_counts() == before
    assert client.send(url, {**NEW, "key": "one-key"}).status_code == 303


def test_pressed_twice_it_is_there_once(app, cast, sign_in):
    make.stage()
    client, url = sign_in(cast.member), "/exchanges/americas/stages/1/threads"
    first = client.send(url, {**NEW, "key": "k"})
    second = client.send(url, {**NEW, "key": "k"})
    assert path_of(first) == path_of(second)
    assert (how_many(Thread), how_many(Post)) == (1, 1)
    other = client.send(url, {**NEW, "key": "k", "title": "Otro título"})
    assert other.status_code == 409
    assert "Otro título" in other.text
    assert how_many(Thread) == 1


# --- a reply


def test_a_reply_is_posted_and_leads_to_its_place(app, cast, sign_in):
    thread = make.thread(cast.member)
    sent = sign_in(cast.neighbour).send(
        f"/threads/{thread.public_id}/posts", body="También aquí.", language="es", kind="reply"
    )
    assert sent.status_code == 303
    post = db.session.scalars(select(Post).where(Post.number == 2)).one()
    assert path_of(sent) == f"/posts/{post.public_id}"
    assert (post.depth, post.parent_id) == (0, None)
    assert post.project_id == cast.projects["encinos"].id
    now = make.again(thread)
    assert (now.post_count, now.last_number) == (2, 2)
    assert verbs() == ["thread.started", "post.written"]
    assert queries.count_drift() == []


def test_htmx_gets_the_new_post_alone(app, cast, sign_in):
    thread = make.thread(cast.member)
    sent = sign_in(cast.neighbour).send(
        f"/threads/{thread.public_id}/posts",
        htmx=True,
        body="También aquí.",
        language="es",
        kind="reply",
    )
    assert sent.status_code == 200
    assert 'id="p2"' in sent.text
    assert "<html" not in sent.text
    assert "<form" not in sent.text.split("<article")[0]


def test_answers_stand_below_what_they_answer(app, cast):
    thread = make.thread(cast.member)
    one = make.post(cast.neighbour, thread)
    two = make.post(cast.expert, thread)
    below = make.post(cast.member, thread, parent=one)
    deeper = make.post(cast.neighbour, thread, parent=below)
    order = [post.number for post in queries.post_rows(make.again(thread)).posts]
    assert order == [1, one.number, below.number, deeper.number, two.number]
    assert (below.parent_id, deeper.depth) == (one.id, 2)


def test_an_answer_to_the_deepest_hangs_beside_it(app, cast):
    thread = make.thread(cast.member)
    post = make.post(cast.neighbour, thread)
    for _level in range(10):
        post = make.post(cast.neighbour, thread, parent=post)
    rows = {p.id: p for p in queries.post_rows(make.again(thread)).posts}
    for row in rows.values():
        assert row.depth <= 8
        if row.parent_id:
            assert row.path[:-4] == rows[row.parent_id].path


def test_a_reply_to_a_post_of_another_thread_is_refused(app, cast, sign_in):
    thread, other = make.thread(cast.member), make.thread(cast.member)
    post = make.post(cast.neighbour, other)
    sent = sign_in(cast.delegates["encinos"]).send(
        f"/threads/{thread.public_id}/posts",
        body="Los costos del vivero",
        language="es",
        kind="reply",
        parent=post.public_id,
    )
    assert sent.status_code == 422
    assert "The post you answer is not in this thread." in sent.text
    assert "Los costos del vivero" in sent.text
    assert post.public_id not in sent.text, "pressed again it answers the thread"
    assert make.again(thread).post_count == 1
    with pytest.raises(Refused):
        make.post(cast.neighbour, thread, parent=post)


@pytest.mark.parametrize("kind", ["challenge", "Reply", "", "x" * 50])
def test_an_unknown_kind_of_reply_is_refused(app, cast, sign_in, kind):
    thread = make.thread(cast.member)
    sent = sign_in(cast.delegates["encinos"]).send(
        f"/threads/{thread.public_id}/posts", body="x", language="es", kind=kind
    )
    assert sent.status_code == 422
    assert "There is no such kind of answer." in sent.text
    assert "must be one of" not in sent.text
    assert make.again(thread).post_count == 1


def test_who_does_not_facilitate_writes_no_summary(app, cast, sign_in):
    thread = make.thread(cast.member)
    sent = sign_in(cast.member).send(
        f"/threads/{thread.public_id}/posts", body="x", language="es", kind="summary"
    )
    assert sent.status_code == 422
    with pytest.raises(Forbidden):
        make.post(cast.member, thread, kind="summary")


def test_one_key_sent_six_times_at_once_makes_one_post(app, cast, race, sign_in):
    thread = make.thread(cast.member)
    db.session.commit()
    client = sign_in(cast.neighbour)
    fields = {"body": "Una vez.", "language": "es", "kind": "reply", "key": "same"}

    def press(_i):
        own = app.test_client().become(cast.neighbour)
        return path_of(own.send(f"/threads/{thread.public_id}/posts", fields))

    places = race(6, press)
    assert len(set(map(str, places))) == 1
    assert make.again(thread).post_count == 2
    assert client.get(places[0]).status_code == 303


def test_twenty_who_write_at_once_get_twenty_numbers(app, cast, race):
    thread = make.thread(cast.member)
    db.session.commit()

    def write(i):
        made = make.post(cast.neighbour if i % 2 else cast.expert, thread, body=f"Voz {i}")
        db.session.commit()
        return made.number

    assert sorted(race(12, write)) == list(range(2, 14))
    now = make.again(thread)
    assert (now.last_number, now.post_count) == (13, 13)
    assert queries.count_drift() == []


# --- a change


def change(post, author, body, **more):
    return actions.edit(
        viewer(author),
        post,
        version=more.pop("version", post.version),
        body=body,
        html=f"<p>{body}</p>",
        language="es",
        **more,
    )


def test_a_change_keeps_what_was_said_before(app, cast, clock_at, sign_in):
    start = clock_at("2026-05-04T12:00")
    thread = make.thread(cast.member)
    post = make.post(cast.neighbour, thread, body="Sembramos cien árboles.")
    clock_at(start + timedelta(hours=1))
    change(post, cast.neighbour, "Sembramos doscientos árboles.")
    assert db.session.get(Post, post.id).edited_at == clock.now()
    assert "post.edited" in verbs()
    page = sign_in(cast.member).get(f"/posts/{post.public_id}/revisions").text
    assert "<del>cien</del><ins>doscientos</ins>" in page


def test_a_small_fix_at_once_leaves_no_trace(app, cast, clock_at):
    start = clock_at("2026-05-04T12:00")
    thread = make.thread(cast.member)
    post = make.post(cast.neighbour, thread, body="Sembramos cien arboles.")
    clock_at(start + EDIT_GRACE)
    post = queries.post_now(
        viewer(cast.neighbour), change(post, cast.neighbour, "Sembramos cien árboles.").id
    )
    assert post.edited_at is None
    assert how_many(PostRevision) == 0
    change(
        post, cast.neighbour, "Otra cosa, mucho más larga y distinta que lo de antes, de verdad."
    )
    assert how_many(PostRevision) == 1


def test_the_same_text_again_changes_nothing(app, cast):
    thread = make.thread(cast.member)
    post = make.post(cast.neighbour, thread)
    assert change(post, cast.neighbour, post.body).version == 1


def test_somebody_elses_words_are_not_changed(app, cast, sign_in):
    thread = make.thread(cast.member)
    post = make.post(cast.neighbour, thread)
    for name in ("member", "facilitator", "staff"):
        client = sign_in(getattr(cast, name))
        assert client.get(f"/posts/{post.public_id}/edit").status_code == 403
        sent = client.send(f"/posts/{post.public_id}/edit", body="x", language="es", version=1)
        assert sent.status_code == 403
    assert db.session.get(Post, post.id).body == post.body


def test_the_second_of_two_changes_sees_both_texts(app, cast, sign_in):
    thread = make.thread(cast.member)
    post = make.post(cast.neighbour, thread)
    client, url = sign_in(cast.neighbour), f"/posts/{post.public_id}/edit"
    assert client.send(url, body="Del teléfono.", language="es", version=1).status_code == 303
    late = client.send(url, body="De la computadora.", language="es", version=1)
    assert late.status_code == 409
    assert "Del teléfono." in late.text
    assert "De la computadora." in late.text
    assert 'name="version" type="hidden" value="2"' in late.text
    again = client.send(url, body="Las dos.", language="es", version=2)
    assert again.status_code == 303
    with pytest.raises(Stale):
        change(post, cast.neighbour, "Tarde.", version=1)


def test_the_first_posts_author_changes_the_title_with_its_history(app, cast, sign_in):
    thread = make.thread(cast.member)
    first = queries.post_rows(thread).posts[0]
    sent = sign_in(cast.member).send(
        f"/posts/{first.public_id}/edit",
        body="Los costos no se cubren.",
        language="es",
        version=1,
        title="Costos que nadie paga",
    )
    assert sent.status_code == 303
    assert make.again(thread).title == "Costos que nadie paga"
    assert db.session.scalars(select(PostRevision)).one().title == "Costos de operación"


# --- reading


def test_who_read_all_has_read_their_own_reply_too(app, cast):
    thread = make.thread(cast.member)
    make.post(cast.member, thread)
    assert not make.again(thread, cast.member).unread
    make.post(cast.neighbour, thread)
    assert make.again(thread, cast.member).unread
    make.post(cast.member, thread)
    assert make.again(thread, cast.member).read_number == 2


def test_reading_is_marked_by_a_post_and_never_goes_back(app, cast, sign_in):
    thread = make.thread(cast.member)
    for _n in range(3):
        make.post(cast.neighbour, thread)
    client, url = sign_in(cast.member), f"/threads/{thread.public_id}"
    page = client.get(url)
    assert 'id="new"' in page.text
    assert how_many(ReadMark) == 1  # the author's own, from starting it
    client.send(f"{url}/read", number=4)
    client.send(f"{url}/read", number=2)
    client.send(f"{url}/read", number=999)
    assert make.again(thread, cast.member).read_number == 4
    assert 'id="new"' not in client.get(url).text


def test_the_first_unread_is_the_first_in_the_trees_order_by_somebody_else(app, cast, sign_in):
    thread = make.thread(cast.member)
    one = make.post(cast.neighbour, thread)
    actions.mark_read(viewer(cast.member), make.again(thread), 2)
    later = make.post(cast.neighbour, thread)
    below = make.post(cast.neighbour, thread, parent=one)
    assert below.number > later.number
    led = sign_in(cast.member).get(f"/threads/{thread.public_id}/unread")
    assert led.headers["Location"].endswith(f"#p{below.number}")


def test_a_project_is_the_one_at_the_time_of_writing(app, cast):
    thread = make.thread(cast.staff, kind=ThreadKind.QUESTION.value)
    assert thread.project_id is None
    assert make.post(cast.member, thread).project_name == "Proyecto Ceiba"
    assert make.post(cast.facilitator, thread, kind=PostKind.SUMMARY).project_name is None


def test_a_form_opened_as_a_page_leads_on_to_the_thread(cast, sign_in):
    thread = make.thread(cast.member)
    db.session.commit()
    address = f"/threads/{thread.public_id}/posts/new"
    client = sign_in(cast.member)
    assert 'hx-target="closest .slot"' not in client.get(address).text
    in_place = client.get(address, headers={"HX-Request": "true"}).text
    assert 'hx-target="closest .slot"' in in_place
