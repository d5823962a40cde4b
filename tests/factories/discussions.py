"""Stages, threads and posts for tests, written as the cast would write them."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from forum.db import db
from forum.directory.models import Region
from forum.discussions import actions, queries, tree
from forum.discussions.kinds import PostKind, ThreadKind
from forum.discussions.models import Post, Thread
from forum.discussions.rows import PlacedPost, ThreadRow
from forum.exchanges.models import Exchange, Stage
from forum.lib import clock, markup, tokens
from forum.spaces.kinds import SpaceKind
from forum.spaces.queries import single_space
from tests.people import Cast, viewer

TOPICS = [
    {"slug": "finance-markets", "labels": {"en": "Finance", "es": "Finanzas"}},
    {"slug": "operating-costs", "group": "finance-markets", "labels": {"en": "Operating costs"}},
    {"slug": "land-plans", "labels": {"en": "Land plans"}},
    {"slug": "fire", "group": "land-plans", "labels": {"en": "Fire", "es": "Fuego"}},
]


def stage(number: int = 1, **more: Any) -> Stage:
    """A stage open since yesterday of the one exchange, which is made when missing."""
    exchange = db.session.scalars(select(Exchange)).first()
    if exchange is None:
        region = db.session.scalars(select(Region)).one()
        exchange = Exchange(slug="americas", region_id=region.id, title="Intercambio")
        db.session.add(exchange)
        db.session.flush()
        actions.ensure_topics(TOPICS)
    values = {"title": f"Etapa {number}", "opens_at": clock.now() - timedelta(days=1)}
    made = Stage(exchange_id=exchange.id, number=number, **(values | more))
    db.session.add(made)
    db.session.flush()
    return made


def some_stage() -> Stage:
    """The first stage, made when missing."""
    found = db.session.scalars(select(Stage).order_by(Stage.number)).first()
    return found or stage()


def thread(author: Any, **more: Any) -> ThreadRow:
    """A thread started by that person: a challenge for the network unless told otherwise."""
    kind = more.pop("kind", "challenge")
    body = more.pop("body", "Los costos no se cubren.")
    where = more.pop("stage", None) or some_stage()
    space = more.pop("space", None) or single_space(SpaceKind.NETWORK)
    values = {
        "title": "Costos de operación",
        "html": markup.render(body),
        "language": "es",
        "space_id": space.id,
    }
    made = actions.start_thread(
        viewer(author), stage=where, kind=ThreadKind(kind), body=body, **(values | more)
    )
    db.session.flush()
    return queries.thread_row(made.id)


def post(author: Any, thread: ThreadRow, **more: Any) -> PlacedPost:
    """A reply by that person."""
    body = more.pop("body", "En nuestro caso pasó lo mismo.")
    kind = PostKind(more.pop("kind", "reply"))
    me = viewer(author)
    made = actions.reply(
        me, thread, body=body, html=markup.render(body), language="es", kind=kind, **more
    )
    return queries.post_now(me, made.id)


def again(thread: ThreadRow, reader: Any = None) -> ThreadRow:
    """The thread as it is now."""
    if reader is not None:
        return queries.thread_now(viewer(reader), thread.id)
    return queries.thread_row(thread.id)


def fill_thread(thread: ThreadRow, author: Any, count: int, body: str = "Una respuesta.") -> None:
    """Add `count` posts in bulk: a third answer the thread, the others the post before."""
    first = thread.last_number + 1
    at, paths, rows = clock.now(), {}, []
    for number in range(first, first + count):
        above = "" if number % 3 == 0 else paths.get(number - 1, "")
        path = paths[number] = tree.path_of(number, above)
        rows.append(
            {
                "public_id": tokens.public_id(),
                "thread_id": thread.id,
                "number": number,
                "path": path,
                "depth": tree.depth_of(path),
                "author_id": author.id,
                "kind": PostKind.REPLY,
                "body": body,
                "html": f"<p>{body}</p>",
                "language": "es",
                "created_at": at,
            }
        )
    db.session.execute(insert(Post), rows)
    held = db.session.get_one(Thread, thread.id)
    held.last_number += count
    held.post_count += count
    db.session.flush()


def fill_stage(cast: Cast, where: Stage, count: int) -> None:
    """Add `count` network threads without posts, in bulk, each a minute older than the last."""
    now = clock.now()
    people = [cast.member, cast.neighbour, cast.expert, cast.staff]
    kinds = list(ThreadKind)
    last = db.session.execute(select(db.func.max(Thread.id))).scalar() or 0
    threads = []
    for n in range(count):
        at: datetime = now - timedelta(minutes=n)
        author, kind = people[n % 4], kinds[n % 6]
        threads.append(
            {
                "id": last + n + 1,
                "public_id": tokens.public_id(),
                "stage_id": where.id,
                "space_id": cast.spaces["network"].id,
                "title": f"Conversación {n}",
                "kind": kind,
                "author_id": author.id,
                "language": "es",
                "last_number": 1,
                "post_count": 1,
                "last_post_at": at,
                "created_at": at,
            }
        )
    db.session.execute(insert(Thread), threads)
