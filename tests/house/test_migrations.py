"""The migrations make exactly the tables the models describe, on both databases."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import MetaData, Table, insert, inspect, select, text

from forum.accounts.models import Person
from forum.db import db, is_of_the_models
from tests import postgres
from tests.conftest import create_tables, make_app, unavailable


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[Any]:
    """The app on a database without a table."""
    if request.param == "sqlite":
        app = make_app(tmp_path, f"sqlite:///{tmp_path / 'empty.db'}")
    else:
        if reason := postgres.missing():
            unavailable(reason)
        app = make_app(tmp_path, postgres.empty("forum_migrated"))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_migrations_match_the_models(empty):
    upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_of_the_models})
        differences = compare_metadata(context, db.metadata)
    assert differences == []


def test_migrations_make_every_constraint_of_the_models(empty):
    upgrade()
    migrated = _described()
    with db.engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    db.drop_all()
    create_tables()
    assert _described() == migrated


def test_what_stood_before_a_migration_stays(empty):
    upgrade(revision="0001")
    with db.engine.begin() as connection:
        person = Table("person", MetaData(), autoload_with=connection)
        somebody = {"public_id": "x" * 12, "email": "a@b.example", "name": "Ana", "side": "expert"}
        rest = {"is_operator": False, "locale": "es", "timezone": "UTC", "password_hash": ""}
        more = {
            "session_epoch": 0,
            "version": 1,
            "suspended_reason": "",
            "created_at": datetime.now(UTC),
        }
        known = {c.name for c in person.columns if not c.nullable} - {"id"}
        row = somebody | rest | more
        row |= dict.fromkeys(known - set(row), "")
        connection.execute(insert(person), row)
    upgrade()
    found = db.session.scalars(select(Person)).one()
    assert (found.name, found.light, found.suspended_until) == ("Ana", False, None)


def test_migrations_go_back_to_nothing(empty):
    upgrade()
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}


def _described() -> dict[str, Any]:
    seen = inspect(db.engine)
    return {
        table: {
            "columns": {
                c["name"]: (str(c["type"]), c["nullable"]) for c in seen.get_columns(table)
            },
            "indexes": sorted(
                (str(i["name"]), tuple(i["column_names"]), bool(i["unique"]))
                for i in seen.get_indexes(table)
            ),
            "unique": sorted(tuple(u["column_names"]) for u in seen.get_unique_constraints(table)),
            "checks": sorted(_plain(c["sqltext"]) for c in seen.get_check_constraints(table)),
            "keys": sorted(
                (tuple(k["constrained_columns"]), k["referred_table"], tuple(k["referred_columns"]))
                for k in seen.get_foreign_keys(table)
            ),
        }
        for table in seen.get_table_names()
        if table != "alembic_version"
    }


def _plain(condition: str) -> str:
    return re.sub(r"[\s\"]+", "", condition)
