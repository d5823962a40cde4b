"""PostgreSQL, asked by statements that each connection prepares once.

A cursor of the driver begins a transaction, looks its statement up among those prepared, finds
its parameters by name and waits for the server in Python: for a page's few short selects that
costs more than the selects. Here the driver's own access to libpq (`psycopg.pq`) sends a name
and the values, and the driver's own readers make the rows.

No transaction is begun: each statement sees what is committed, as it does inside of one too
(read committed).
"""

from copy import copy
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from psycopg import Error, errors
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ConnStatus, ExecStatus
from sqlalchemy import Dialect
from sqlalchemy.pool import PoolProxiedConnection

_KEPT = 512  # statements a connection holds prepared, a few kilobytes each at the server
_PREPARED = "statements prepared"
_NO_LONGER = (errors.InvalidSqlStatementName, errors.FeatureNotSupported)

_dialects: WeakKeyDictionary[Dialect, Dialect] = WeakKeyDictionary()
_numbers = count()


def numbering(dialect: Dialect) -> Dialect:
    """The dialect of an engine that has connected, its parameters by number as libpq has them."""
    if dialect not in _dialects:
        numbered: Any = copy(dialect)
        numbered.paramstyle, numbered.positional = "numeric_dollar", True
        numbered.identifier_preparer = numbered.preparer(numbered)
        _dialects[dialect] = numbered
    return _dialects[dialect]


class Prepared:
    """A connection of the pool, for reading."""

    def __init__(self, connection: PoolProxiedConnection) -> None:
        driver: Any = connection.driver_connection
        kept = connection.info.get(_PREPARED)
        if kept is None:
            kept = connection.info[_PREPARED] = ({}, Transformer(driver))
        self._names: dict[str, bytes] = kept[0]
        self._made: Any = kept[1]
        self._libpq = driver.pgconn

    def ask(self, sql: str, told: tuple[Any, ...]) -> list[Any]:
        """The rows, as the driver's cursor gives them; raises the driver's errors.

        A statement whose plan the server gave up (a table has changed, another server answers)
        is prepared anew.
        """
        try:
            return self._ask(sql, told)
        except _NO_LONGER:
            self._names.pop(sql, None)
            return self._ask(sql, told)

    def is_lost(self) -> bool:
        """Whether the server has gone, or has closed the connection."""
        return bool(self._libpq.status == ConnStatus.BAD)

    def _ask(self, sql: str, told: tuple[Any, ...]) -> list[Any]:
        name = self._names.get(sql) or self._prepare(sql)
        values = self._made.dump_sequence(told, (PyFormat.TEXT,) * len(told))
        result = self._libpq.exec_prepared(name, values)
        if result.status != ExecStatus.TUPLES_OK:
            raise _failed(result)
        self._made.set_pgresult(result)
        rows: list[Any] = self._made.load_rows(0, result.ntuples, tuple)
        return rows

    def _prepare(self, sql: str) -> bytes:
        if len(self._names) >= _KEPT:
            oldest = self._names.pop(next(iter(self._names)))
            self._libpq.exec_(b"DEALLOCATE " + oldest)
        name = b"read_%d" % next(_numbers)
        result = self._libpq.prepare(name, sql.encode())
        if result.status != ExecStatus.COMMAND_OK:
            raise _failed(result)
        self._names[sql] = name
        return name


def _failed(result: Any) -> Error:
    return errors.error_from_result(result)
