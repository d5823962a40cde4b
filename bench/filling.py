"""A forum in which many posts can be found, loaded in bulk.

The texts are of the demonstration's words, as often as they occur there; the entries are made
by the search room's own tokens, so that the index is the one the program would have made. The
last posts are written one by one, as people write them.
A database once made is kept (`build/bench`, or beside the server's data) until what makes it
changes.
"""

import fcntl
import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.schema import CreateTable

from bench import postgresql, world
from bench import words as bench_words
from bench.words import Writer
from forum.accounts.models import Person
from forum.db import Base, db, immediate
from forum.directory.models import Project
from forum.discussions.kinds import ThreadKind
from forum.discussions.models import Thread
from forum.exchanges.models import Stage
from forum.lib import clock, tokens
from forum.search import documents, index, upkeep
from forum.search import words as search_words
from forum.search.models import Source, place_of
from forum.spaces.kinds import SpaceKind
from forum.spaces.queries import single_space

KEPT = Path(__file__).resolve().parents[1] / "build" / "bench"
DATABASES = ("sqlite", "postgresql")
A_THREAD = 20  # posts in each
TEXTS = 20_000  # different ones at most; in a larger forum they are told again
ONE_BY_ONE = 60  # posts that are written each in its own transaction
A_ROUND = 3  # of these, between two rounds of the worker, who puts the index in order
CHUNK = 10_000  # threads an INSERT
AT_ONCE, USUAL = 64 << 20, 1 << 20  # bytes of words that SQLite indexes at once
APART = timedelta(minutes=3)  # one post from the next: a million in six years
FIRST_POST = 1_000_000  # ids of posts that only search knows
RARE = "quetzalillo"  # a word of one post in a thousand

_COLUMNS = (
    "id", "source", "object_id", "at", "path", "kind", "state", "thread_id", "space_id",
    "project_id", "country", "language", "title", "text", "tokens",
)  # fmt: skip
_INSERT = (
    f"INSERT INTO search_entry ({', '.join(_COLUMNS)})"  # names of our own
    f" VALUES ({', '.join('?' * len(_COLUMNS))})"
)
_COPY = f"COPY search_entry ({', '.join(_COLUMNS)}, vector) FROM STDIN"
_POSTGRESQL_INDEXES = (  # made after the rows, as the index of words is
    "ALTER TABLE search_entry ADD CONSTRAINT uq_search_entry_source_object_id"
    " UNIQUE (source, object_id)",
    "CREATE INDEX ix_search_entry_thread ON search_entry (thread_id, id)",
)

Row = tuple[Any, ...]


def made(posts: int, kind: str = "sqlite") -> tuple[Flask, str]:
    """A forum in which so many posts can be found, nine of ten by the network alone.

    Returns the app and the cookie of somebody of the network, just signed in.
    """
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / ".lock").open("w") as lock:  # whoever else asks for one waits until it is made
        fcntl.flock(lock, fcntl.LOCK_EX)
        app = (_made_on_sqlite if kind == "sqlite" else _made_on_postgresql)(posts)
    with app.app_context(), immediate():
        person = db.session.query(Person).order_by(Person.id).limit(1).one()
        cookie = world.cookie_of(app, person)
        db.session.commit()
    return app, cookie


def _made_on_sqlite(posts: int) -> Flask:
    folder = KEPT / f"search-{posts}-{_version()}"
    if not folder.exists():
        for old in KEPT.glob(f"search-{posts}-*"):
            shutil.rmtree(old)
        unfinished = folder.with_suffix(".unfinished")
        unfinished.mkdir(parents=True)
        app = world.build(unfinished, threads=20, posts=400).app
        rows = _prepare(app, posts)
        database = sqlite3.connect(unfinished / "bench.db", isolation_level=None)
        _fill_sqlite(database, islice(rows, posts - ONE_BY_ONE))
        _one_by_one(app, rows, lambda row: database.execute(_INSERT, row))
        for statement in ("ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"):
            database.execute(statement)
        database.close()
        unfinished.rename(folder)
    return world.app_at(folder)


def _made_on_postgresql(posts: int) -> Flask:
    name = f"search_{posts}_{_version()}"
    there = postgresql.databases()
    if name not in there:
        for old in there:
            if old.startswith(f"search_{posts}_"):
                postgresql.drop(old)
        unfinished = f"{name}_unfinished"
        postgresql.renew(unfinished)
        url = postgresql.url(unfinished)
        app = world.build(postgresql.FOLDER, threads=20, posts=400, url=url).app
        rows = _prepare(app, posts)
        with psycopg.connect(postgresql.address(unfinished), autocommit=True) as database:
            written = _Copied(database)
            _fill_postgresql(database, written, islice(rows, posts - ONE_BY_ONE))
            _one_by_one(app, rows, lambda row: written.copy([row]))
        postgresql.rename(unfinished, name)
    return world.app_at(postgresql.FOLDER, postgresql.url(name))


def _one_by_one(app: Flask, rows: Iterator[Row], write: Callable[[Row], object]) -> None:
    """The last rows, as people write them: a few, and the worker comes by, and a few more."""
    last = list(rows)
    with app.app_context():
        for at in range(0, len(last), A_ROUND):
            more = True
            while more:
                with immediate():
                    more = upkeep.put_in_order()
                    db.session.commit()
            for row in last[at : at + A_ROUND]:
                write(row)
        db.session.remove()
        db.engine.dispose()


def _version() -> str:
    """Known by what makes the database: this generator, the tokens, the tables."""
    said = [Path(str(module.__file__)).read_text() for module in (bench_words, world, search_words)]
    said += [Path(__file__).read_text(), *index.SQLITE_CREATE, *index.POSTGRESQL_CREATE]
    said += [str(CreateTable(table)) for table in Base.metadata.sorted_tables]
    return hashlib.sha256("".join(said).encode()).hexdigest()[:12]


def _prepare(app: Flask, posts: int) -> Iterator[Row]:
    """Store the threads; the rows of their posts, to be stored past the session."""
    with app.app_context(), immediate():
        first = (db.session.query(db.func.max(Thread.id)).scalar() or 0) + 1
        start = clock.now() - APART * posts
        threads = list(_threads(posts, first, start))
        for at in range(0, len(threads), CHUNK):
            db.session.execute(insert(Thread.__table__), threads[at : at + CHUNK])
        db.session.commit()
        projects = [tuple(row) for row in db.session.query(Project.id, Project.country)]
        places = _places()
        db.session.remove()
        db.engine.dispose()
    return _entries(posts, first, start, projects, places)


def _fill_sqlite(database: sqlite3.Connection, rows: Iterator[Row]) -> None:
    say = database.execute
    for pragma in (
        "journal_mode=OFF",
        "synchronous=OFF",
        "cache_size=-524288",
        "mmap_size=8000000000",
    ):
        say(f"PRAGMA {pragma}")
    for trigger in ("added", "gone", "changed"):  # the index is made once, from all rows
        say(f"DROP TRIGGER search_entry_{trigger}")
    say("BEGIN")
    database.executemany(_INSERT, rows)
    say("COMMIT")
    tell = "INSERT INTO search_text(search_text, rank) VALUES (?, ?)"
    say(tell, ("hashsize", AT_ONCE))  # fewer, larger pieces to join
    for command in ("rebuild", "optimize"):
        say("INSERT INTO search_text(search_text) VALUES (?)", (command,))
    say(tell, ("hashsize", USUAL))
    for statement in index.SQLITE_CREATE:
        say(statement)
    say("PRAGMA journal_mode=WAL")


def _fill_postgresql(
    database: psycopg.Connection[Any], written: "_Copied", rows: Iterator[Row]
) -> None:
    say = database.execute
    with database.transaction():
        say("ALTER TABLE search_entry DROP CONSTRAINT uq_search_entry_source_object_id")
        say("DROP INDEX ix_search_entry_thread, ix_search_entry_vector")
        say("TRUNCATE search_entry")  # what is loaded into an emptied table is not logged
        written.copy(rows)
        for statement in (*_POSTGRESQL_INDEXES, *index.POSTGRESQL_CREATE):
            say(statement.encode())
    say("VACUUM ANALYZE")


class _Copied:
    """Rows copied into PostgreSQL; the tsvector of a text that occurs again is made once."""

    def __init__(self, database: psycopg.Connection[Any]) -> None:
        self._database = database
        self._vectors: dict[str, str] = {}

    def copy(self, rows: Iterable[Row]) -> None:
        with self._database.cursor().copy(_COPY.encode()) as copy:
            for row in rows:
                copy.write_row((*row, self._vector(row[-1])))

    def _vector(self, made: str) -> str:
        found, mark, marks = made.partition(" #")
        if found not in self._vectors:
            self._vectors[found] = search_words.vector(found)
        return " ".join((self._vectors[found], *(f"'{one}'" for one in (mark + marks).split())))


def _threads(posts: int, first: int, start: Any) -> Iterator[dict[str, Any]]:
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


def _entries(
    posts: int, first: int, start: Any, projects: list[Row], places: tuple[list[int], list[int]]
) -> Iterator[Row]:
    """The entries, oldest first, as `_COLUMNS` has them."""
    stages, spaces = places
    texts = _texts(min(posts, TEXTS))
    for n in range(posts):
        at, place = start + APART * n, n // A_THREAD
        space, stage = spaces[place % len(spaces)], stages[place % len(stages)]
        project, country = projects[n % len(projects)]
        kind = "reply" if n % A_THREAD else "discussion"
        text, found = texts[n % len(texts)]
        if n % 1_000 == 7:
            text, found = f"{text} {RARE}.", f"{found} ~{RARE}"
        marks = (
            f"#country.{country.lower()} #in.{space} #kind.{kind} #lang.es #project.{project}"
            f" #stage.{stage} #state.open #thread.{first + place}"
        )
        yield (
            place_of(at, Source.POST, FIRST_POST + n),
            "post",
            FIRST_POST + n,
            at.strftime("%Y-%m-%d %H:%M:%S.%f"),
            f"/posts/{n:012}",
            kind,
            "open",
            first + place,
            space,
            project,
            country,
            "es",
            "",
            text,
            f"{found} {marks}",
        )


def _places() -> tuple[list[int], list[int]]:
    stages = [stage for (stage,) in db.session.query(Stage.id)]
    return stages, [single_space(SpaceKind.PUBLIC).id, *[single_space(SpaceKind.NETWORK).id] * 9]


def _texts(many: int) -> list[tuple[str, str]]:
    """Texts, each with its tokens."""
    writer = Writer(seed=2)
    texts = [documents.plain(writer.paragraphs(world.POST_CHARACTERS)) for _ in range(many)]
    assert not any(RARE in text for text in texts)
    return [(text, search_words.tokens("", text, "es", ())) for text in texts]
