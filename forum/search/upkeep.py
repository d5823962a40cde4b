"""Keeping the index quick to ask: what was written piece by piece is joined, a little at a time.

Every post leaves its words apart from the rest. FTS5 keeps them in segments and joins these only
when there are many; each question looks into every one. A GIN index has a list of what is not in
its place yet; each question reads all of it. Both are put in order by the worker, in steps so
short that whoever writes hardly waits.
"""

from typing import Any

from sqlalchemy import text

from forum.db import db

STEP = 500  # pages of the index that are written anew in a step: about 40 ms
_TOGETHER = 2  # segments of one level that are worth joining
_CONFIGURED = text("SELECT v FROM search_text_config WHERE k = 'usermerge'")
_CONFIGURE = text("INSERT INTO search_text(search_text, rank) VALUES ('usermerge', :together)")
_JOIN = text("INSERT INTO search_text(search_text, rank) VALUES ('merge', :pages)")
_CLEAN = text("SELECT gin_clean_pending_list('ix_search_entry_vector')")


def put_in_order(pages: int = STEP) -> bool:
    """Do one step. Returns whether there was anything to do.

    Segments of the same level are joined into one of the next, so that a large one is written
    anew about as often as the forum doubles, and there are few at any time.
    """
    if db.engine.dialect.name != "sqlite":
        return bool(db.session.scalar(_CLEAN))
    if db.session.scalar(_CONFIGURED) != _TOGETHER:
        db.session.execute(_CONFIGURE, {"together": _TOGETHER})
    driver: Any = db.session.connection().connection.driver_connection
    before = driver.total_changes
    db.session.execute(_JOIN, {"pages": pages})
    return bool(driver.total_changes - before > 1)  # as FTS5 tells it: one is the command itself


def put_in_order_at_leisure() -> int:
    """The chore: a step a round. It counts nothing, so the worker rests before the next one."""
    put_in_order()
    return 0
