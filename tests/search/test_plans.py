"""The questions put to the database never read a whole table.

On SQLite alone: on PostgreSQL the plan follows the statistics, and with the few rows of a test
it rightly reads small tables whole.
"""

from forum.db import db
from forum.search import asking, queries
from forum.search.glossary import BUILT_IN, compile_groups
from tests.people import viewer
from tests.search.shelf import fill

GLOSSARY = compile_groups(BUILT_IN)
ASKED = ("certificacion", '"plan vivo"', "cert* -auditor")
SMALL = ("SCAN space",)  # a row for each coalition: read once, not for each hit
WHO = ("member", "expert", "staff", "facilitator", None)


def reads_much(line):
    """Whether a step reads a whole table or sorts what it found."""
    scans = line.startswith("SCAN ") and "VIRTUAL TABLE INDEX" not in line and line not in SMALL
    return scans or "TEMP B-TREE" in line


def plan(cast, who, q):
    """What SQLite says it would do, a line a step, for the page of that search."""
    me = viewer(getattr(cast, who) if who else None)
    question = queries.Question(asked=asking.read(q, GLOSSARY))
    seen = []

    def note(_connection, _cursor, statement, values, *_rest):
        if "search_text" in statement and not statement.startswith("EXPLAIN"):
            seen.append((statement, values))

    db.event.listen(db.engine, "before_cursor_execute", note)
    try:
        queries.find(me, question, ())
    finally:
        db.event.remove(db.engine, "before_cursor_execute", note)
    raw = db.session.connection().connection.cursor()
    return [
        line
        for said in seen
        for *_ids, line in raw.execute(f"EXPLAIN QUERY PLAN {said[0]}", said[1])
    ]


def test_the_index_leads_and_every_other_row_is_looked_up(app, cast):
    fill(cast)
    for who in WHO:
        for q in ASKED:
            lines = plan(cast, who, q)
            assert any(line.startswith("SCAN search_text VIRTUAL TABLE INDEX") for line in lines)
            assert [line for line in lines if reads_much(line)] == [], (who, q)


def test_a_question_that_reads_the_table_would_be_noticed(app, cast):
    raw = db.session.connection().connection.cursor()
    asked = "EXPLAIN QUERY PLAN SELECT id FROM search_entry WHERE text LIKE '%plan%'"
    assert next(raw.execute(asked))[-1].startswith("SCAN search_entry")
