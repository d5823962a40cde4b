"""The public record, a person's standing, and that a coalition's matters leave no trace outside."""

import re

import pytest
from sqlalchemy import select, update

from forum.activity.models import Event
from forum.db import db
from forum.discussions import actions as discussions
from forum.discussions import queries as threads
from forum.discussions.models import Thread
from forum.moderation.kinds import ForAuthor, ForPost, Reason
from forum.moderation.queries import deciding, record
from tests.factories import discussions as make
from tests.factories import moderation as moderate
from tests.people import viewer

pytestmark = pytest.mark.both_databases

OUTSIDE = ("staff", "outsider", "expert", "guest", "observer", "operator", "loose_facilitator")


def words(post):
    return ("Palabras que sobran.", "Un título", post.public_id, post.thread.public_id)


def test_it_says_what_was_done_without_words_titles_or_names(post, cast, sign_in):
    moderate.report(cast.delegate, post, note="Lo dijo de Ana.")
    moderate.decide(cast.facilitator, post, for_author=ForAuthor.WARNED)
    page = sign_in(cast.expert).get("/moderation/record").text
    assert "The post was removed. Its author was warned." in page
    assert "Personal attack" in page
    assert "Facilitator" in page
    names = (cast.delegate.name, cast.neighbour.name, "Aquí nos tratamos", "Lo dijo de Ana.")
    for word in (*words(post), *names):
        assert word not in page


def test_what_is_done_straight_from_a_thread_stands_there_too(post, cast, sign_in):
    me = viewer(cast.facilitator)
    discussions.remove(me, post, reason="Insulta.")
    discussions.restore(me, threads.post_now(me, post.id))
    page = sign_in(cast.member).get("/moderation/record").text
    assert page.count("nobody had reported it") == 2
    assert "The post was removed." in page
    assert "The post was restored." in page
    assert "Insulta." not in page


def test_a_removal_that_is_part_of_a_decision_stands_there_once(post, cast):
    moderate.report(cast.delegate, post)
    moderate.decide(cast.facilitator, post)
    (line,) = record.what_was_done(viewer(cast.member)).rows
    assert (line.for_post, line.reason) == (ForPost.REMOVED, Reason.PERSONAL_ATTACK)


def test_what_an_author_removes_of_their_own_is_no_moderation(post, cast):
    author = viewer(cast.neighbour)
    discussions.remove(author, post, reason="")
    discussions.restore(author, threads.post_now(author, post.id))
    assert record.what_was_done(viewer(cast.member)).rows == []


def test_signed_out_one_reads_what_was_public(post, cast, client):
    moderate.report(cast.delegate, post)
    moderate.decide(cast.facilitator, post)
    assert "The post was removed." not in client.get("/moderation/record").text
    public = make.thread(cast.member, space=cast.spaces["public"])
    (first,) = threads.post_rows(public).posts
    moderate.report(cast.delegate, first, reason=Reason.PRICES)
    moderate.decide(cast.facilitator, first, reason=Reason.PRICES)
    page = client.get("/moderation/record").text
    assert "The post was removed." in page
    assert "Prices or buyers" in page


def test_it_goes_on_page_by_page_with_nothing_twice(thread, cast, clock_at):
    for n in range(2 * deciding.PAGE + 3):
        clock_at(f"2099-05-01T12:{n // 3:02}")  # three at the same moment
        post = make.post(cast.neighbour, thread)
        discussions.remove(viewer(cast.facilitator), post, reason="Publicidad.")
    seen, after, pages = [], None, 0
    while pages == 0 or after:
        page = record.what_was_done(viewer(cast.member), after)
        seen += [line.id for line in page.rows]
        after, pages = page.after, pages + 1
    assert pages == 3
    assert len(seen) == len(set(seen)) == 2 * deciding.PAGE + 3
    assert seen == sorted(seen, reverse=True)


def test_the_queue_goes_on_page_by_page_with_nothing_twice(thread, cast, clock_at):
    for n in range(deciding.PAGE + 3):
        clock_at(f"2099-05-01T12:{n // 3:02}")
        moderate.report(cast.delegate, make.post(cast.neighbour, thread))
    me = viewer(cast.facilitator)
    first = deciding.waiting(me)
    second = deciding.waiting(me, first.after)
    ids = [row.post_id for row in (*first.rows, *second.rows)]
    assert second.after is None
    assert len(ids) == len(set(ids)) == deciding.PAGE + 3 == deciding.waiting_count(me)


@pytest.mark.parametrize("url", ["/moderation", "/moderation/record"])
def test_a_cursor_of_nonsense_is_the_first_page(post, cast, sign_in, url):
    assert sign_in(cast.facilitator).get(f"{url}?after=~~~").status_code == 200


def test_few_statements_however_much_there_is(thread, cast, sign_in, statements):
    for _n in range(deciding.PAGE + 1):
        post = make.post(cast.neighbour, thread)
        moderate.report(cast.delegate, post)
        moderate.report(cast.expert, post)
    client = sign_in(cast.facilitator)
    for url in (
        "/moderation",
        "/moderation/record",
        f"/moderation/posts/{post.public_id}/decision",
    ):
        client.get(url)
        with statements() as seen:
            assert client.get(url).status_code == 200
        assert len(seen) <= 8, "\n".join(seen)


def test_reporting_costs_a_thread_no_statement(thread, cast, sign_in, statements):
    client = sign_in(cast.delegate)
    url = f"/threads/{thread.public_id}"
    client.get(url)
    with statements() as before:
        client.get(url)
    for _n in range(20):
        make.post(cast.neighbour, thread)
    db.session.commit()
    with statements() as after:
        assert client.get(url).text.count("/reports") == 21  # the first one's too
    assert len(after) <= len(before)


# --- no trace outside -----------------------------------------------------------------------


def as_read(client, url):
    main = client.get(url).text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r'name="(key|csrf_token)" value="[^"]*"', "", main)


def everything(client):
    pages = ("/", "/me", "/moderation", "/moderation/record", "/challenges")
    return [as_read(client, url) for url in pages]


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_coalitions_reports_and_decisions_leave_no_trace(secret, cast, sign_in, name):
    client = sign_in(cast.people[name])
    author = db.session.get(type(cast.neighbour), cast.neighbour.id).public_id
    before = [*everything(client), as_read(client, f"/people/{author}")]
    moderate.report(cast.delegate, secret)
    assert [*everything(client), as_read(client, f"/people/{author}")] == before
    moderate.decide(cast.facilitator, secret, for_author=ForAuthor.WARNED)
    assert [*everything(client), as_read(client, f"/people/{author}")] == before
    assert record.what_was_done(viewer(cast.people[name])).rows == []
    for url in (
        f"/moderation/posts/{secret.public_id}/decision",
        f"/posts/{secret.public_id}/reports",
    ):
        assert client.get(url).status_code == 404


def test_inside_the_coalition_it_stands_in_the_record(secret, cast, sign_in):
    moderate.report(cast.delegate, secret)
    moderate.decide(cast.facilitator, secret)
    page = sign_in(cast.member).get("/moderation/record").text
    assert "The post was removed." in page
    assert "Only for the coalition" in page


def test_a_thread_made_narrower_takes_its_reports_along(post, cast):
    moderate.report(cast.delegate, post)
    outside = viewer(cast.loose_facilitator)
    assert deciding.waiting_count(outside) == 1
    db.session.execute(
        update(Thread)
        .where(Thread.id == post.thread_id)
        .values(space_id=cast.spaces["coalition"].id)
    )
    assert deciding.waiting_count(outside) == 0
    assert deciding.waiting(outside).rows == []
    assert deciding.waiting_count(viewer(cast.facilitator)) == 1
    moderate.decide(cast.facilitator, post)
    assert record.what_was_done(outside).rows == []
    assert record.what_was_done(viewer(cast.staff)).rows == []


# --- a person's standing --------------------------------------------------------------------


def test_who_facilitates_reads_somebodys_standing_on_their_page(post, secret, cast, sign_in):
    moderate.report(cast.delegate, post)
    moderate.decide(cast.facilitator, post, for_author=ForAuthor.SUSPENDED, days=7)
    moderate.report(cast.delegate, secret)
    url = f"/people/{cast.neighbour.public_id}"
    page = sign_in(cast.facilitator).get(url).text
    assert "Its author was suspended until" in page
    assert "Aquí nos tratamos con respeto." in page
    assert "1 report on their posts waits for a decision." in page
    outside = sign_in(cast.loose_facilitator).get(url).text
    assert "Its author was suspended until" in outside
    assert "waits for a decision" not in outside
    for name in ("member", "delegate", "staff", "expert"):
        assert "suspended" not in sign_in(cast.people[name]).get(url).text


def test_nobody_reads_their_own_standing(thread, cast, sign_in):
    own = make.post(cast.facilitator, thread)
    moderate.report(cast.delegate, own)
    page = sign_in(cast.facilitator).get(f"/people/{cast.facilitator.public_id}").text
    assert "Reports and decisions" not in page


def test_the_ledger_holds_no_words(post, cast):
    moderate.report(cast.delegate, post, note="Lo dijo de Ana.")
    moderate.decide(cast.facilitator, post, for_author=ForAuthor.SUSPENDED, days=3)
    for event in db.session.scalars(select(Event)):
        assert "Ana" not in str(event.particulars)
        assert "respeto" not in str(event.particulars)
