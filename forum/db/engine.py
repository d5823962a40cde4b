"""How each database is spoken to.

SQLite: write-ahead log with full syncing, a busy timeout, foreign keys on; and BEGIN said by
us, since the driver's own mode begins nothing before a SELECT and would then fail when a
reader turns writer. What will write says BEGIN IMMEDIATE, so that what an action checked is
still true when it is stored.

PostgreSQL: read committed, one statement timeout; actions that check and store lock the rows
they checked (`with_for_update`, which SQLite leaves out).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

from forum.db.waiting import ask_who_waited

BUSY_TIMEOUT_MS = 10_000  # how long a writer waits for the one before it
STATEMENT_TIMEOUT_MS = 15_000  # no page needs a statement this long
PAGE_CACHE_KIB = 16_384
MEMORY_MAP_BYTES = 256 * 1024 * 1024

_POSTGRESQL = (
    f"statement_timeout={STATEMENT_TIMEOUT_MS}",
    "timezone=UTC",
    "random_page_cost=1.1",  # no disk turns: an index is asked before a table is read whole
    "jit=off",  # compiling takes longer than any page's statement
)

_writing: ContextVar[bool] = ContextVar("writing", default=False)


@contextmanager
def immediate(*, writing: bool = True) -> Iterator[None]:
    """Inside the block transactions begin as a writer's (or, with False, as a reader's)."""
    token = _writing.set(writing)
    try:
        yield
    finally:
        _writing.reset(token)


def engine_options(url: str) -> dict[str, Any]:
    """The options of `create_engine` for that address."""
    if url.startswith("sqlite"):
        return {"connect_args": {"isolation_level": None, "timeout": BUSY_TIMEOUT_MS / 1000}}
    return {
        "pool_size": 8,
        "max_overflow": 8,
        "connect_args": {"options": " ".join(f"-c {one}" for one in _POSTGRESQL)},
    }


def prepare_engine(engine: Engine) -> None:
    """Attach our habits to a new engine."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_pragmas)
        event.listen(engine, "begin", _sqlite_begin)
    else:
        ask_who_waited(engine)


def _sqlite_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        f"cache_size=-{PAGE_CACHE_KIB}",
        f"mmap_size={MEMORY_MAP_BYTES}",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    begin = "BEGIN IMMEDIATE" if _writing.get() else "BEGIN"
    driver: Any = connection.connection.driver_connection
    driver.execute(begin)  # the driver's own way: said with every page, and nothing to be told
