"""A block that only reads asks PostgreSQL by statements that each connection prepares once."""

import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy import (
    Integer,
    bindparam,
    column,
    create_engine,
    func,
    insert,
    literal,
    select,
    table,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from forum.db import Reading, db, prepared, rows_of
from forum.discussions.models import Topic

pytestmark = [
    pytest.mark.parametrize("database", ["postgresql"], indirect=True),
    pytest.mark.usefixtures("_topic"),
]

KNOWN = {"slug": "water", "group": "water", "labels": {"en": "Water"}, "position": 0}
BACKEND = select(func.pg_backend_pid().label("pid"))
SLUGS = select(Topic.slug).order_by(Topic.slug)
TOLD = select(
    literal("100 % of $1").label("sign"),
    literal("%").label("per_cent"),
    (Topic.position + bindparam("more", type_=Integer())).label("sum"),
).where(Topic.slug == bindparam("said"))
WRONG = select((1 // (Topic.position + bindparam("zero", type_=Integer()))).label("n"))
SCRATCH = select(column("held")).select_from(table("scratch"))


@pytest.fixture
def _topic(app, cast):
    db.session.execute(insert(Topic), KNOWN)
    db.session.commit()
    db.session.remove()


class Held(Reading):
    """A block whose connection the test may look at."""

    def __init__(self):
        super().__init__(lambda: db.engine)

    def __enter__(self):
        super().__enter__()
        return self

    @property
    def driver(self):
        return self._connection.driver_connection

    def prepared(self):
        """What the server holds prepared of ours; asked as a cursor asks, and ended."""
        found = self.driver.execute(
            "SELECT statement FROM pg_prepared_statements WHERE name LIKE 'read_%'"
        ).fetchall()
        self.driver.rollback()
        return [said for (said,) in found]


def elsewhere(*sql):
    """Said on a connection of its own, and committed."""
    with create_engine(db.engine.url, poolclass=NullPool).begin() as other:
        for one in sql:
            other.exec_driver_sql(one)


def test_values_go_by_number_and_signs_stay_as_they_are():
    with Held():
        assert [tuple(row) for row in rows_of(TOLD, {"said": "water", "more": 3})] == [
            ("100 % of $1", "%", 3)
        ]
        assert rows_of(TOLD, {"said": "' OR '' = '\\", "more": 0}) == []


def test_a_connection_prepares_a_statement_once():
    with Held() as block:
        for said in ("water", "fire", "water"):
            rows_of(TOLD, {"said": said, "more": 1})
        assert len([one for one in block.prepared() if "FROM topic" in one]) == 1


def test_what_was_used_longest_ago_makes_room(monkeypatch):
    with Held() as block:
        rows_of(BACKEND)
        already = len(block.prepared())
    monkeypatch.setattr(prepared, "_KEPT", already + 1)
    with Held() as block:
        for more in range(4):
            said = select((Topic.position + literal(more).label("n")).label("n"))
            assert [row.n for row in rows_of(said)] == [more]
            assert len(block.prepared()) <= already + 1


def test_it_begins_no_transaction_and_sees_what_others_commit():
    with Held() as block:
        assert [row.slug for row in rows_of(SLUGS)] == ["water"]
        assert block.driver.info.transaction_status == TransactionStatus.IDLE
        elsewhere("UPDATE topic SET slug = 'wells'")
        assert [row.slug for row in rows_of(SLUGS)] == ["wells"]


def test_an_error_is_told_as_usual_and_the_block_goes_on():
    with Held():
        with pytest.raises(DBAPIError, match="division by zero") as told:
            rows_of(WRONG, {"zero": 0})
        assert "FROM topic" in told.value.statement
        assert [row.n for row in rows_of(WRONG, {"zero": 1})] == [1]


def test_a_server_that_has_gone_is_looked_for_again():
    """Between two blocks and inside of one: reading twice changes nothing."""
    with Held():
        (row,) = rows_of(BACKEND)
    elsewhere(f"SELECT pg_terminate_backend({row.pid}, 5000)")
    with Held():
        (other,) = rows_of(BACKEND)
        assert other.pid != row.pid
        db.engine.dispose(close=False)
        elsewhere(f"SELECT pg_terminate_backend({other.pid}, 5000)")
        assert rows_of(BACKEND)[0].pid != other.pid


def test_a_table_that_has_changed_is_read_as_it_is_now():
    elsewhere("CREATE TABLE scratch (held integer)", "INSERT INTO scratch VALUES (1)")
    try:
        with Held():
            assert rows_of(SCRATCH)[0].held == 1
            elsewhere("ALTER TABLE scratch ALTER held TYPE text")
            assert rows_of(SCRATCH)[0].held == "1"
    finally:
        elsewhere("DROP TABLE scratch")
