"""Long threads and full stages cost what short ones do."""

import re

import pytest
from sqlalchemy import select

from forum.db import db
from forum.discussions import queries
from forum.discussions.models import Thread
from forum.discussions.queries import Filter
from forum.lib import clock
from forum.web.paging import cursor
from tests.factories import discussions as make
from tests.people import viewer

MOST_STATEMENTS = 8


def numbers_on(text):
    """The numbers of the posts on a page, in their order."""
    return [int(number) for number in re.findall(r'<article class="[^"]*" id="p(\d+)"', text)]


def walk(client, url):
    """Every page from there on: their addresses and post numbers."""
    pages = []
    while url:
        text = client.get(url).text
        pages.append((url, numbers_on(text)))
        url = None
        if 'rel="next"' in text:
            url = text.split('rel="next" href="')[1].split('"')[0]
    return pages


@pytest.mark.both_databases
def test_a_thread_of_ten_thousand_opens_like_one_of_ten(app, cast, sign_in, statements):
    small, large = make.thread(cast.member), make.thread(cast.member)
    make.fill_thread(small, cast.neighbour, 9)
    make.fill_thread(large, cast.neighbour, 9_999)
    db.session.commit()
    client = sign_in(cast.member)
    client.get("/challenges")  # what is kept between requests is read before
    counts = {}
    last = queries.post_rows(make.again(large), after=9_950).posts[-1]
    everything = {
        "small": f"/threads/{small.public_id}",
        "first": f"/threads/{large.public_id}",
        "middle": f"/threads/{large.public_id}?after=5000",
        "last": f"/threads/{large.public_id}?after=9969",
    }
    for name, url in everything.items():
        with statements() as seen:
            answer = client.get(url)
        assert answer.status_code == 200
        counts[name] = len(seen)
    assert max(counts.values()) <= MOST_STATEMENTS, counts
    assert counts["first"] == counts["small"]
    assert counts["middle"] == counts["last"]
    with statements() as seen:
        led = client.get(f"/posts/{last.public_id}")
    assert len(seen) <= MOST_STATEMENTS
    page = client.get(led.headers["Location"].split("#")[0]).text
    assert f'id="p{last.number}"' in page


def test_the_pages_of_a_thread_hold_every_post_once_in_the_trees_order(app, cast, sign_in):
    thread = make.thread(cast.member)
    make.fill_thread(thread, cast.neighbour, 150)
    db.session.commit()
    pages = walk(sign_in(cast.member), f"/threads/{thread.public_id}")
    numbers = [number for _url, page in pages for number in page]
    whole = queries.post_rows(make.again(thread), posts=1000, characters=10**6)
    assert numbers == [post.number for post in whole.posts]
    assert all(len(page) <= 30 for _url, page in pages)
    assert len(pages) == 6


def test_back_through_the_earlier_pages_one_comes_to_the_first(app, cast, sign_in):
    thread = make.thread(cast.member)
    make.fill_thread(thread, cast.neighbour, 150)
    db.session.commit()
    client = sign_in(cast.member)
    pages = walk(client, f"/threads/{thread.public_id}")
    url, back = pages[-1][0], 0
    while True:
        text = client.get(url).text
        if 'rel="prev"' not in text:
            break
        url = text.split('rel="prev" href="')[1].split('"')[0]
        back += 1
    assert url == f"/threads/{thread.public_id}"
    assert back == 5


def test_a_page_ends_at_its_characters_but_holds_one_post(app, cast, sign_in):
    thread = make.thread(cast.member)
    make.fill_thread(thread, cast.neighbour, 12, body="x" * 5_000)
    make.fill_thread(make.again(thread), cast.neighbour, 1, body="y" * 20_000)
    db.session.commit()
    pages = walk(sign_in(cast.member), f"/threads/{thread.public_id}")
    assert [len(page) for _url, page in pages][:2] == [4, 3]
    assert sum(len(page) for _url, page in pages) == 14


def test_a_permalink_shows_the_post_with_a_little_before_it(app, cast, sign_in):
    thread = make.thread(cast.member)
    make.fill_thread(thread, cast.neighbour, 120, body="z" * 900)
    db.session.commit()
    client = sign_in(cast.member)
    whole = queries.post_rows(make.again(thread), posts=1000, characters=10**6).posts
    order = [post.number for post in whole]
    for place in (0, 1, 5, 20, 60, 119):
        post = whole[place]
        location = client.get(f"/posts/{post.public_id}").headers["Location"]
        url, anchor = location.split("#")
        assert anchor == f"p{post.number}"
        page = numbers_on(client.get(url).text)
        assert post.number in page
        if "after" in url:
            assert page.index(post.number) == queries.posts.CONTEXT_POSTS
            assert page[0] == order[place - queries.posts.CONTEXT_POSTS]


def test_after_a_post_that_there_is_not_is_no_page(app, cast, sign_in):
    thread = make.thread(cast.member)
    client = sign_in(cast.member)
    assert client.get(f"/threads/{thread.public_id}?after=77").status_code == 404
    assert client.get(f"/threads/{thread.public_id}?after=zwei").status_code == 200


@pytest.mark.both_databases
def test_a_stage_of_fifty_thousand_lists_like_one_of_ten(app, cast, sign_in, statements):
    small, large = make.stage(1), make.stage(2)
    make.fill_stage(cast, small, 10)
    make.fill_stage(cast, large, 50_000)
    db.session.commit()
    client = sign_in(cast.member)
    client.get("/challenges")  # what is kept between requests is read before
    counts = {}
    place = _cursor(large, 49_990)
    urls = {
        "small": "/exchanges/americas/stages/1",
        "first": "/exchanges/americas/stages/2",
        "kind": "/exchanges/americas/stages/2?kind=question",
        "last": f"/exchanges/americas/stages/2?after={place}",
    }
    for name, url in urls.items():
        with statements() as seen:
            answer = client.get(url)
        assert answer.status_code == 200
        counts[name] = len(seen)
    assert max(counts.values()) == counts["small"]
    assert counts["small"] <= MOST_STATEMENTS
    page = client.get(urls["last"]).text
    assert "Conversación 49999" in page
    assert "Older threads" not in page


def _cursor(where, place):
    row = db.session.execute(
        select(Thread.last_post_at, Thread.id)
        .where(Thread.stage_id == where.id)
        .order_by(Thread.last_post_at.desc(), Thread.id.desc())
        .offset(place)
        .limit(1)
    ).one()
    return cursor(row.last_post_at, row.id)


def test_the_pages_of_a_stage_hold_every_thread_once_newest_first(app, cast):
    where = make.stage()
    make.fill_stage(cast, where, 70)
    me, after, seen = viewer(cast.member), None, []
    while True:
        page = queries.threads(me, Filter(stage_id=where.id), after=after)
        seen += page.rows
        after = page.after
        if after is None:
            break
    assert len({row.id for row in seen}) == len(seen) == 70
    assert seen == sorted(seen, key=lambda row: (row.last_post_at, row.id), reverse=True)
    assert seen[0].last_post_at <= clock.now()


def test_filters_hold_together(app, cast, sign_in):
    make.thread(cast.member, title="Fuego en la ladera", topics=["fire"])
    make.thread(cast.member, title="Cuentas claras", topics=["operating-costs"], kind="experience")
    client = sign_in(cast.neighbour)
    for query, fire, accounts in (
        ("", True, True),
        ("?kind=challenge", True, False),
        ("?kind=nonsense", True, True),
        ("?topic=fire", True, False),
        ("?topic=land-plans", True, False),  # the group of fire
        ("?topic=finance-markets&kind=experience", False, True),
        ("?status=solved", False, False),
        ("?after=nonsense", True, True),
    ):
        page = client.get(f"/exchanges/americas/stages/1{query}").text
        assert ("Fuego en la ladera" in page) == fire, query
        assert ("Cuentas claras" in page) == accounts, query
    assert "Cuentas claras" in client.get("/topics/operating-costs").text
    assert client.get("/topics/nothing").status_code == 404


def test_lists_say_what_is_new_to_the_reader(app, cast, sign_in):
    thread = make.thread(cast.member)
    client = sign_in(cast.neighbour)
    assert 'class="row new"' in client.get("/challenges").text
    client.send(f"/threads/{thread.public_id}/read", number=1)
    assert 'class="row new"' not in client.get("/challenges").text
