"""Where the index says otherwise than its rows."""

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from forum.db import db
from forum.search import actions, index
from forum.search.models import SearchEntry, Source
from forum.search.words import vector

_OTHERWISE = text(
    "SELECT e.id FROM search_entry e JOIN unnest(CAST(:ids AS bigint[]), CAST(:vectors AS text[]))"
    " AS made(id, vector) ON made.id = e.id"
    " WHERE e.vector IS DISTINCT FROM CAST(made.vector AS tsvector)"
)


def drift() -> list[str]:
    """What differs, as sentences for the operator: entries from rows, the index from entries."""
    found = []
    for source in Source:
        for after, until in actions.batches(source):
            one = actions.difference_in(source, after, until)
            found += [f"{source} {row['object_id']}: not in the index" for row in one.missing]
            found += [f"{source} {row['object_id']}: indexed otherwise" for _id, row in one.changed]
            found += [f"{source}: entry {entry} stands for nothing" for entry in one.gone]
    return found + (_sqlite() if db.engine.dialect.name == "sqlite" else _postgresql())


def _sqlite() -> list[str]:
    try:
        with db.session.begin_nested():
            db.session.execute(text(index.SQLITE_CHECK))
    except DatabaseError as problem:
        return [f"search_text: {problem.orig}"]
    return []


def _postgresql() -> list[str]:
    found: list[str] = []
    last = 0
    while rows := db.session.execute(
        SearchEntry.__table__.select()
        .with_only_columns(SearchEntry.id, SearchEntry.tokens)
        .where(SearchEntry.id > last)
        .order_by(SearchEntry.id)
        .limit(actions.BATCH)
    ).all():
        last = rows[-1].id
        made = {"ids": [row.id for row in rows], "vectors": [vector(row.tokens) for row in rows]}
        found += [
            f"entry {entry}: its vector differs"
            for (entry,) in db.session.execute(_OTHERWISE, made)
        ]
    return found
