"""What is asked, and by which connection: the session's, or one of a block that only reads.

Beginning and ending a session's transaction costs more than two of the selects that a page asks.
A request that only reads (`Reading`) asks over a connection of its own, until it needs the
session.
"""

from collections.abc import Callable
from contextvars import ContextVar, Token
from typing import Any, Protocol

from sqlalchemy import Dialect, Engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.pool import PoolProxiedConnection

from forum.db.base import db
from forum.db.prepared import Prepared, numbering
from forum.db.standby import Standby

_CONNECTION = "connection of"  # a transaction; kept with the session


class Answers(Protocol):
    """Whatever can be asked in the words of one database."""

    dialect: Dialect

    def ask(self, sql: str, told: Any) -> list[Any]:
        """The rows, as the driver gives them."""


class Reading:
    """A block that only reads: what is written out is asked over one connection, begun for it.

    Once the session has begun a transaction, that one is asked, as outside of such a block. A
    `standby` is asked in the engine's place while it answers.
    """

    def __init__(self, engine: Callable[[], Engine], standby: Standby | None = None) -> None:
        self._engine_of = engine
        self._standby = standby
        self._engine: Engine | None = None
        self._connection: PoolProxiedConnection | None = None
        self._asked: Any = None
        self.dialect: Any = None
        self.session_began = False

    def __enter__(self) -> None:
        self._token: Token[Reading | None] = _reading.set(self)

    def __exit__(self, *_error: object) -> None:
        _reading.reset(self._token)
        if self._connection is not None:
            self._connection.close()  # the pool rolls back

    def is_open(self) -> bool:
        """Whether one may ask here: no session has begun, and nobody listens to what is said."""
        engine = self._engine
        if engine is None:
            engine = self._engine = self._engine_of()
        if self.session_began or engine.dispatch.before_cursor_execute:
            return False
        if self._asked is None:
            self._begin(engine)
        return True

    def ask(self, sql: str, told: Any) -> list[Any]:
        """The rows, as the driver gives them.

        Where the connection was lost since it was last used, another is asked: nothing was
        changed, so asking twice is the same.
        """
        try:
            found: list[Any] = self._asked.ask(sql, told)
        except self.dialect.loaded_dbapi.Error as error:
            if not self._asked.is_lost():
                raise _told_as_usual(error, sql, told, self.dialect) from error
            return self._ask_another(sql, told)
        return found

    def _begin(self, engine: Engine) -> None:
        self._connection = self._standby.connection() if self._standby else None
        if self._connection is None:
            self._connection = engine.raw_connection()
        elif self._standby:
            engine = self._standby.engine
        if engine.dialect.name == "sqlite":
            self._asked, self.dialect = Snapshot(self._connection), engine.dialect
        else:
            self._asked, self.dialect = Prepared(self._connection), numbering(engine.dialect)

    def _ask_another(self, sql: str, told: Any) -> list[Any]:
        assert self._engine is not None
        assert self._connection is not None
        self._connection.invalidate()
        lost = self._standby.engine if self._standby else self._engine
        lost.dispose()  # those that wait in the pool were lost with it
        self._begin(self._engine)
        try:
            found: list[Any] = self._asked.ask(sql, told)
        except self.dialect.loaded_dbapi.Error as error:
            raise _told_as_usual(error, sql, told, self.dialect) from error
        return found


class Snapshot:
    """A connection of the pool to SQLite, for reading: all is answered as of the first question."""

    def __init__(self, connection: PoolProxiedConnection) -> None:
        driver: Any = connection.driver_connection
        self._driver = driver
        driver.execute("BEGIN")

    def ask(self, sql: str, told: Any) -> list[Any]:
        """The rows."""
        found: list[Any] = self._driver.execute(sql, told).fetchall()
        return found

    def is_lost(self) -> bool:
        """A file is not lost."""
        return False


class _InSession:
    """The connection of the session's transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self.dialect = connection, connection.dialect

    def ask(self, sql: str, told: Any) -> list[Any]:
        """The rows; said by the driver itself unless somebody listens to what is said."""
        connection = self._connection
        if connection.dispatch.before_cursor_execute:
            return [tuple(row) for row in connection.exec_driver_sql(sql, told)]
        cursor = connection.connection.cursor()
        try:
            cursor.execute(sql, told)
            return list(cursor.fetchall())
        except self.dialect.loaded_dbapi.Error as error:
            raise _told_as_usual(error, sql, told, self.dialect) from error
        finally:
            cursor.close()


_reading: ContextVar[Reading | None] = ContextVar("reading", default=None)


@event.listens_for(Session, "after_begin")
def _session_began(_session: Session, _begun: SessionTransaction, _on: Connection) -> None:
    reading = _reading.get()
    if reading is not None:
        reading.session_began = True


def there_is() -> Answers:
    """Whom to ask: what the session holds and has not said yet is said before."""
    reading = _reading.get()
    if reading is not None and reading.is_open():
        return reading
    session = db.session()
    if session.autoflush:
        session.flush()
    return _in_session(session)


def _in_session(session: Session) -> _InSession:
    """The connection of the session's transaction, looked for once in each."""
    there: _InSession | None
    transaction, there = session.info.get(_CONNECTION, (None, None))
    if there is None or transaction is not session.get_transaction():
        there = _InSession(session.connection())
        session.info[_CONNECTION] = session.get_transaction(), there
    return there


def _told_as_usual(error: Exception, sql: str, told: Any, dialect: Dialect) -> BaseException:
    """The driver's error as SQLAlchemy tells it."""
    kind: Any = dialect.loaded_dbapi.Error
    return DBAPIError.instance(sql, told, error, kind, dialect=dialect)
