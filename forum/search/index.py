"""The index beside the table: FTS5 on SQLite, a tsvector with GIN on PostgreSQL.

The statements are constants so that a migration can say the same ones.
"""

# external content: the words stand once, in the table; triggers carry each change over,
# whoever makes it. The tokens are ours: only spaces part them.
SQLITE_CREATE = (
    """CREATE VIRTUAL TABLE IF NOT EXISTS search_text USING fts5(
    tokens, content='search_entry', content_rowid='id',
    tokenize="ascii tokenchars '=~#.-_'", detail='full', columnsize=0)""",
    """CREATE TRIGGER IF NOT EXISTS search_entry_added AFTER INSERT ON search_entry BEGIN
    INSERT INTO search_text(rowid, tokens) VALUES (new.id, new.tokens);
END""",
    """CREATE TRIGGER IF NOT EXISTS search_entry_gone AFTER DELETE ON search_entry BEGIN
    INSERT INTO search_text(search_text, rowid, tokens) VALUES ('delete', old.id, old.tokens);
END""",
    """CREATE TRIGGER IF NOT EXISTS search_entry_changed AFTER UPDATE ON search_entry
WHEN old.tokens <> new.tokens OR old.id <> new.id BEGIN
    INSERT INTO search_text(search_text, rowid, tokens) VALUES ('delete', old.id, old.tokens);
    INSERT INTO search_text(rowid, tokens) VALUES (new.id, new.tokens);
END""",
)
SQLITE_DROP = ("DROP TABLE IF EXISTS search_text",)  # the triggers go with their table
SQLITE_CHECK = "INSERT INTO search_text(search_text, rank) VALUES ('integrity-check', 1)"

POSTGRESQL_CREATE = ("CREATE INDEX ix_search_entry_vector ON search_entry USING gin (vector)",)
