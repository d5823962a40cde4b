"""The questions put to the database never read a whole table, whatever they find."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select, text, update

from forum.db import Base, db
from forum.discussions.models import Thread
from forum.search import asking, lookup, queries
from forum.search.glossary import BUILT_IN, compile_groups
from forum.search.models import SearchEntry, Source, place_of
from forum.search.words import tokens, vector
from tests.factories import discussions
from tests.people import viewer
from tests.search.shelf import fill

pytestmark = pytest.mark.both_databases

GLOSSARY = compile_groups(BUILT_IN)
ASKED = (
    "certificacion", '"plan vivo"', "cert* -auditor", "xyzzy",
    "palabra", "rara", "a menudo", '"a menudo"', "palabra -rara",
)  # fmt: skip
NARROWED = ((), (asking.mark("kind", "reply"),), (asking.mark("country", "gt"),))
WHO = ("member", "expert", "staff", "facilitator", None)
MANY = 4_000  # entries: enough that reading them all is not the cheapest
SMALL = {"space"}  # a row for each coalition: read once, not for each hit
TABLES = {table.name for table in Base.metadata.sorted_tables} - SMALL


@pytest.fixture
def many(app, cast):
    """A shelf, and many posts of the network: a word in each, one now and then, one seldom."""
    fill(cast)
    thread = discussions.thread(cast.member, title="De todo", body="Todo.")
    start = datetime(2020, 1, 1, tzinfo=UTC)
    db.session.execute(insert(SearchEntry), [_entry(n, start, thread) for n in range(MANY)])
    db.session.commit()
    db.session.execute(text("ANALYZE"))


def _entry(n, start, thread):
    said = " ".join(
        ("palabra de todos", "a menudo" if n % 60 == 0 else "", "rara" if n % 900 == 0 else "",
         *(f"otra{n % k}" for k in range(2, 40)))
    )  # fmt: skip
    marks = (f"in.{thread.space_id}", "kind.reply", f"country.{'gt' if n % 5 else 'mx'}")
    made = tokens("", said, "es", marks)
    at = start + timedelta(hours=n)
    return {
        "id": place_of(at, Source.POST, 1_000_000 + n),
        "source": Source.POST,
        "object_id": 1_000_000 + n,
        "at": at,
        "path": f"/posts/{n}",
        "kind": "reply",
        "thread_id": thread.id,
        "space_id": thread.space_id,
        "language": "es",
        "text": said,
        "tokens": made,
        "vector": vector(made) if db.engine.dialect.name == "postgresql" else None,
    }


def said_for(me, q, marks, page):
    """What the database is told, each with its values, for that search."""
    question = queries.Question(asked=asking.read(q, GLOSSARY), marks=marks)
    seen = []

    def note(_connection, _cursor, statement, values, *_rest):
        if "search_" in statement:
            seen.append((statement, values))

    db.event.listen(db.engine, "before_cursor_execute", note)
    try:
        page(me, question, ())
    finally:
        db.event.remove(db.engine, "before_cursor_execute", note)
    return seen


def plan(statement, values):
    """What the database does, a line a step; what it left out in the end is not among it."""
    explain = "EXPLAIN QUERY PLAN" if db.engine.dialect.name == "sqlite" else "EXPLAIN ANALYZE"
    rows = db.session.connection().exec_driver_sql(f"{explain} {statement}", values)
    return [row[-1].strip() for row in rows if "never executed" not in row[-1]]


def reads_all(table, line):
    """Whether a step reads that whole table."""
    words = [*line.split(), "", ""]
    return (words[0] == "SCAN" and words[1] == table) or f"Seq Scan on {table}" in line


def test_no_question_reads_all_entries(many, cast):
    asked = [("member", q, marks) for q in ASKED for marks in NARROWED]
    for who, q, marks in (*asked, *((who, "palabra rara", ()) for who in WHO)):
        me = viewer(getattr(cast, who) if who else None)
        for page in (queries.find, queries.candidates):
            for statement, values in said_for(me, q, marks, page):
                lines = plan(statement, values)
                much = [line for line in lines if reads_all("search_entry", line)]
                assert much == [], (who, q, statement, lines)


def test_the_index_leads_and_every_other_row_is_looked_up(app, cast):
    """On SQLite, of any table: where nothing has counted the rows it does not know the small."""
    fill(cast)
    if db.engine.dialect.name == "postgresql":
        return
    for who in WHO:
        me = viewer(getattr(cast, who) if who else None)
        for q in ASKED:
            said = [plan(*told) for told in said_for(me, q, (), queries.find)]
            assert any("SCAN search_text VIRTUAL TABLE INDEX" in line for line in said[0])
            for table in TABLES:
                much = [line for lines in said for line in lines if reads_all(table, line)]
                assert much == [], (who, q, table)


def test_it_would_be_noticed(many):
    asked = "SELECT id FROM search_entry WHERE text LIKE 'rara%'"
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("DROP INDEX ix_search_entry_vector"))
        asked = "SELECT id FROM search_entry WHERE vector @@ CAST('seldom' AS tsquery)"
    assert any(reads_all("search_entry", line) for line in plan(asked, ()))


WAYS = (
    ("palabra", set()),
    ("menudo", {"far", "whole"}),
    ("rara", {"whole"}),
    ("xyzzy", {"whole"}),
)


def test_every_way_of_looking_finds_the_newest(many, cast, monkeypatch):
    """On PostgreSQL: the latest alone, a walk further back, the index of words."""
    monkeypatch.setattr(lookup, "FARTHEST", 600)
    me = viewer(cast.member)
    for q, ways in WAYS:
        if db.engine.dialect.name == "postgresql":
            steps = " ".join(plan(*said_for(me, q, (), queries.find)[0]))
            assert {way for way in ("far", "whole") if f"CTE Scan on {way} " in steps} == ways, q
        fit = SearchEntry.tokens.contains(f"={q} ")
        ids = db.session.scalars(select(SearchEntry.id).where(fit).order_by(SearchEntry.id.desc()))
        newest, got, after = list(ids), [], ""
        while after is not None and len(got) < 100:
            page = queries.find(
                me, queries.Question(asked=asking.read(q, GLOSSARY)), (), after=after
            )
            got += [hit.id for hit in page.hits]
            after = page.after
        assert got == newest[: len(got)], q
        assert len(got) == min(len(newest), 100), q


def test_what_is_not_seen_leaves_no_gap_in_a_page(many, cast, monkeypatch):
    """Also where the latest entries hold as many that fit as a page shows, but not all are seen."""
    removed = discussions.thread(cast.member, title="Otro", body="Nada.")
    at = datetime(2020, 2, 1, tzinfo=UTC)
    db.session.execute(update(Thread).where(Thread.id == removed.id).values(removed_at=at))
    fit = select(SearchEntry).where(SearchEntry.tokens.contains("=palabra "))
    entries = db.session.scalars(fit.order_by(SearchEntry.id.desc()).limit(60)).all()
    for entry in entries[3:9]:
        entry.thread_id = removed.id
    newer = select(func.count()).where(SearchEntry.id > entries[0].id)
    latest = db.session.scalar(newer) + queries.PAGE + 2
    monkeypatch.setattr(lookup, "LATEST", latest)
    seen = [entry.id for entry in entries if entry.thread_id != removed.id]
    db.session.commit()
    question = queries.Question(asked=asking.read("palabra", GLOSSARY))
    page = queries.find(viewer(cast.member), question, ())
    assert [hit.id for hit in page.hits] == seen[: queries.PAGE]
    assert page.more
