"""Search over many posts, loaded in bulk: what a page of it costs, and how that grows.

The texts are of the demonstration's words, as often as they occur there; the entries are made
by the search room's own tokens, so that the index is the one the program would have made.
A database once made is kept in `build/bench` until what makes it changes.
"""

import hashlib
import shutil
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert
from sqlalchemy.schema import CreateTable

from bench import words as bench_words
from bench import world
from bench.words import Writer
from forum.accounts.models import Person
from forum.db import Base, db, immediate
from forum.directory.models import Project
from forum.discussions.kinds import ThreadKind
from forum.discussions.models import Thread
from forum.exchanges.models import Stage
from forum.lib import clock, tokens
from forum.search import documents, index
from forum.search import words as search_words
from forum.search.models import SearchEntry, Source, place_of
from forum.spaces.kinds import SpaceKind
from forum.spaces.queries import single_space

KEPT = Path(__file__).resolve().parents[1] / "build" / "bench"
A_THREAD = 20  # posts in each
TEXTS = 20_000  # different ones at most; in a larger forum they are told again
CHUNK = 10_000  # rows an INSERT
APART = timedelta(seconds=7)  # one post from the next
FIRST_POST = 1_000_000  # ids of posts that only search knows
RARE = "zapotillo"  # a word of one post in a thousand

# what is asked: a page's name and its address
QUESTIONS = (
    ("search, common word", "/search?q=costos"),
    ("search, two words", "/search?q=costos+proyecto"),
    ("search, with synonyms", "/search?q=auditor"),
    ("search, phrase", "/search?q=%22los+costos%22"),
    ("search, beginning", "/search?q=cert*"),
    ("search, narrowed", "/search?q=costos&kind=reply&country=GT"),
    ("search, rare word", f"/search?q={RARE}"),
    ("search, nothing found", "/search?q=xyzzyqq"),
    ("search, closest first", "/search?q=costos&order=best"),
)

Rows = Iterator[dict[str, Any]]


def made(posts: int) -> tuple[Flask, str]:
    """A forum in which so many posts can be found, nine of ten by the network alone.

    Returns the app and the cookie of somebody of the network, just signed in.
    """
    folder = KEPT / f"search-{posts}-{_version()}"
    if not folder.exists():
        for old in KEPT.glob(f"search-{posts}-*"):
            shutil.rmtree(old)
        unfinished = folder.with_suffix(".unfinished")
        unfinished.mkdir(parents=True)
        _make(unfinished, posts)
        unfinished.rename(folder)
    app = world.app_at(folder)
    with app.app_context(), immediate():
        person = db.session.query(Person).order_by(Person.id).limit(1).one()
        cookie = world.cookie_of(app, person)
        db.session.commit()
    return app, cookie


def pages(cookie: str) -> list[tuple[str, str, str, str]]:
    """The questions as pages to be measured: name, who, path, cookie."""
    asked = [(name, "signed in", path, cookie) for name, path in QUESTIONS]
    return [*asked, ("search, common word", "visitor", "/search?q=costos", "")]


def _version() -> str:
    """Known by what makes the database: this generator, the tokens, the tables."""
    said = [Path(str(module.__file__)).read_text() for module in (bench_words, world, search_words)]
    said += [Path(__file__).read_text(), *index.SQLITE_CREATE]
    said += [str(CreateTable(table)) for table in Base.metadata.sorted_tables]
    return hashlib.sha256("".join(said).encode()).hexdigest()[:12]


def _make(folder: Path, posts: int) -> None:
    app = world.build(folder, threads=20, posts=400).app
    with app.app_context(), immediate():
        for trigger in ("added", "gone", "changed"):  # the index is made once, at the end
            db.session.execute(db.text(f"DROP TRIGGER search_entry_{trigger}"))
        first = (db.session.query(db.func.max(Thread.id)).scalar() or 0) + 1
        start = clock.now() - APART * posts
        _store(Thread, _threads(posts, first, start))
        _store(SearchEntry, _entries(posts, first, start))
        for statement in (*index.SQLITE_CREATE, _told("rebuild"), _told("optimize"), "ANALYZE"):
            db.session.execute(db.text(statement.replace(":", r"\:")))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def _told(command: str) -> str:
    return f"INSERT INTO search_text(search_text) VALUES ('{command}')"  # our own


def _threads(posts: int, first: int, start: Any) -> Rows:
    writer = Writer(seed=3)
    author = db.session.query(Thread.author_id).limit(1).scalar()
    stages, spaces = _places()
    for place in range(-(-posts // A_THREAD)):
        yield {
            "id": first + place,
            "public_id": tokens.public_id(),
            "stage_id": stages[place % len(stages)],
            "space_id": spaces[place % len(spaces)],
            "title": writer.sentence(50),
            "kind": ThreadKind.DISCUSSION,
            "author_id": author,
            "language": "es",
            "last_number": A_THREAD,
            "post_count": A_THREAD,
            "last_post_at": start + APART * place * A_THREAD,
        }


def _entries(posts: int, first: int, start: Any) -> Rows:
    projects = [tuple(row) for row in db.session.query(Project.id, Project.country)]
    stages, spaces = _places()
    texts = _texts(min(posts, TEXTS))
    for n in range(posts):
        at, place = start + APART * n, n // A_THREAD
        space, stage = spaces[place % len(spaces)], stages[place % len(stages)]
        project, country = projects[n % len(projects)]
        kind = "reply" if n % A_THREAD else "discussion"
        text, found = texts[n % len(texts)]
        rare = f" ~{RARE}" if n % 1_000 == 7 else ""
        marks = (
            f"#country.{country} #in.{space} #kind.{kind} #lang.es #project.{project}"
            f" #stage.{stage} #state.open #thread.{first + place}"
        ).lower()
        yield {
            "id": place_of(at, Source.POST, FIRST_POST + n),
            "source": Source.POST,
            "object_id": FIRST_POST + n,
            "at": at,
            "path": f"/posts/{n:012}",
            "kind": kind,
            "state": "open",
            "thread_id": first + place,
            "space_id": space,
            "project_id": project,
            "country": country,
            "language": "es",
            "text": f"{text} {RARE}." if rare else text,
            "tokens": f"{found}{rare} {marks}",
        }


def _places() -> tuple[list[int], list[int]]:
    stages = [stage for (stage,) in db.session.query(Stage.id)]
    return stages, [single_space(SpaceKind.PUBLIC).id, *[single_space(SpaceKind.NETWORK).id] * 9]


def _texts(many: int) -> list[tuple[str, str]]:
    """Texts, each with its tokens."""
    writer = Writer(seed=2)
    texts = (documents.plain(writer.paragraphs(world.POST_CHARACTERS)) for _ in range(many))
    return [(text, search_words.tokens("", text, "es", ())) for text in texts]


def _store(model: Any, rows: Rows) -> None:
    while chunk := list(islice(rows, CHUNK)):
        db.session.execute(insert(model.__table__), chunk)
