"""A page of something huge asks the database what a page of something small does."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from forum.db import db
from forum.discussions.kinds import PostKind, ThreadKind
from forum.discussions.models import Post, Thread
from forum.discussions.tree import path_of
from forum.lib import clock, tokens
from tests.house.test_pages import QUERIES_BUDGET
from tests.house.world import make_world
from tests.people import load_cast

POSTS = 10_000
THREADS = 50_000


@pytest.fixture
def world(app, stage):
    """The world, on whichever database this test runs on."""
    made = make_world(db.session, load_cast(db.session))
    db.session.commit()
    db.session.expunge_all()
    return made


@pytest.fixture
def stage(stages, database):
    found = stages(database)
    found.renew()
    return found


@pytest.mark.both_databases
def test_a_thread_of_ten_thousand_posts_opens_like_a_small_one(world, sign_in, statements):
    small, large = world.threads["network"], world.threads["locked"]
    lengthen(large, POSTS, world.cast)
    member = sign_in(world.cast.member)
    costs = {
        where: asked(member, statements, path)
        for where, path in {
            "small": f"/threads/{small.public_id}",
            "first page": f"/threads/{large.public_id}",
            "middle": f"/threads/{large.public_id}?after={POSTS // 2}",
            "last page": f"/threads/{large.public_id}?after={POSTS - 5}",
        }.items()
    }
    assert max(costs.values()) <= QUERIES_BUDGET, costs
    assert costs["first page"] <= costs["small"], costs
    assert costs["middle"] <= costs["small"] + 1, costs
    assert costs["last page"] <= costs["small"] + 1, costs


@pytest.mark.both_databases
def test_a_stage_of_fifty_thousand_threads_opens_like_a_small_one(world, sign_in, statements):
    fill_stage(world, world.stages[3], THREADS)
    member = sign_in(world.cast.member)
    first = f"/exchanges/{world.exchange.slug}/stages/3"
    costs = {"small": asked(member, statements, f"/exchanges/{world.exchange.slug}/stages/2")}
    costs["first page"] = asked(member, statements, first)
    last = f"{first}?after={cursor_of_the_oldest(world.stages[3])}"
    costs["last page"] = asked(member, statements, last)
    assert max(costs.values()) <= QUERIES_BUDGET, costs
    assert max(costs["first page"], costs["last page"]) <= costs["small"], costs


def asked(client: Any, statements: Any, path: str) -> int:
    client.get("/terms")  # what the program keeps for good is read once
    with statements() as seen:
        answer = client.get(path)
    assert answer.status_code == 200, path
    return len(seen)


def lengthen(thread: Any, posts: int, cast: Any) -> None:
    """Give the thread so many posts: a tenth at the top, the rest replies to them."""
    row = db.session.get(Thread, thread.id)
    top = db.session.scalars(
        select(Post).where(Post.thread_id == thread.id).order_by(Post.number)
    ).all()
    last = top[-1].number
    paths = {1: top[0].path}
    rows = []
    for number in range(last + 1, posts + 1):
        parent = number - number % 10
        above = paths.get(parent, "") if number % 10 else ""
        paths[number] = path_of(number, above)
        rows.append(
            {
                "public_id": tokens.public_id(),
                "created_at": clock.now(),
                "thread_id": thread.id,
                "number": number,
                "path": paths[number],
                "depth": 1 if above else 0,
                "author_id": cast.member.id,
                "kind": PostKind.REPLY,
                "body": "Una respuesta.",
                "html": "<p>Una respuesta.</p>",
                "language": "es",
            }
        )
    db.session.execute(insert(Post), rows)
    row.last_number = row.post_count = posts
    db.session.commit()


def fill_stage(world: Any, stage: Any, threads: int) -> None:
    """Give the stage so many threads, one a minute into the past."""
    now = clock.now()
    rows = [
        {
            "public_id": f"t{number:011}",
            "created_at": now - timedelta(minutes=number),
            "stage_id": stage.id,
            "space_id": world.cast.spaces["network"].id,
            "title": f"Conversación {number}",
            "kind": ThreadKind.QUESTION,
            "author_id": world.cast.member.id,
            "language": "es",
            "last_post_at": now - timedelta(minutes=number),
        }
        for number in range(threads)
    ]
    db.session.execute(insert(Thread), rows)
    db.session.commit()


def cursor_of_the_oldest(stage: Any) -> str:
    from forum.web.paging import cursor

    at, number = db.session.execute(
        select(Thread.last_post_at, Thread.id)
        .where(Thread.stage_id == stage.id)
        .order_by(Thread.last_post_at, Thread.id)
        .offset(5)
        .limit(1)
    ).one()
    return cursor(at, number)
