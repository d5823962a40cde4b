"""The migrations make exactly the tables the models describe, on both databases."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import Integer, MetaData, Table, func, insert, inspect, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError

from forum.accounts.models import Person
from forum.coalition.lifecycle import ProposalStatus
from forum.coalition.models import Coalition, CoSponsor, Proposal, Vote
from forum.coalition.tally import Rules
from forum.db import BIG, db, is_of_the_models
from forum.discussions.models import Draft, Post
from forum.lib import tokens
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


def test_every_column_that_holds_an_id_is_as_wide_as_ids_are():
    """They are 64 bits: an id that another table counted past 32 bits fits everywhere."""
    wide = BIG.compile(postgresql.dialect())
    narrow = [
        f"{table.name}.{column.name}"
        for table in db.metadata.sorted_tables
        for column in table.columns
        if (column.name == "id" or column.name.endswith("_id"))
        and isinstance(column.type, Integer)
        and column.type.compile(postgresql.dialect()) != wide
    ]
    assert narrow == []


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


NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OLD_RULES = {"quorum": "1/2", "majority": "3/4", "discussion_days": 30, "cosponsors": 0}


def test_a_coalition_in_the_middle_of_its_work_stays_whole(empty):
    upgrade(revision="0004")
    with db.engine.begin() as connection:
        _fill(connection)
        before = _rows(connection)
    upgrade()
    _expect_the_same(before, but={("coalition", "rules")})

    coalition = db.session.scalars(select(Coalition)).one()
    assert Rules.of(coalition.rules) == Rules(majority="3/4", discussion_days=30)
    assert coalition.rules.keys() >= {"form_check_days", "few_members", "longest_extension_days"}
    vote = db.session.scalars(select(Vote)).one()
    assert vote.rules == OLD_RULES
    assert Rules.of(vote.rules).cosponsors == 0
    draft = db.session.scalars(select(Draft)).one()
    assert (draft.window, draft.version) == ("", 1)
    assert db.session.scalars(select(Post)).one().argument is None


def test_what_is_in_discussion_stays_there_whoever_stands_behind_it(empty):
    upgrade(revision="0004")
    with db.engine.begin() as connection:
        _fill(connection)
    upgrade()
    alone, backed, voted, begun = db.session.scalars(select(Proposal).order_by(Proposal.id))
    for shown in (alone, backed, voted):
        assert shown.shared_at == shown.discussion_at is not None
    assert begun.shared_at is None
    assert (alone.status, backed.status) == (ProposalStatus.IN_DISCUSSION,) * 2
    assert [c.proposal_id for c in db.session.scalars(select(CoSponsor))] == [backed.id]
    assert (voted.status, begun.status) == (ProposalStatus.VOTING, ProposalStatus.DRAFT)
    alone.merged_into_id, alone.status = backed.id, ProposalStatus.MERGED
    db.session.commit()
    db.session.delete(backed)
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_what_stood_before_goes_back_whole_too(empty):
    upgrade(revision="0004")
    with db.engine.begin() as connection:
        _fill(connection)
        before = _rows(connection)
    upgrade()
    with db.engine.begin() as connection:
        draft = Table("draft", MetaData(), autoload_with=connection)
        _add(connection, "draft", person_id=1, what="summary", thread_id=1, place="summary.1")
        assert connection.scalar(select(func.count()).select_from(draft)) == 2
    downgrade(revision="0004")
    _expect_the_same(before, but={("coalition", "rules")})
    with db.engine.begin() as connection:
        rules = _rows(connection)["coalition"][0]["rules"]
        assert rules == OLD_RULES | {"cosponsors": 2}


def test_migrations_go_back_to_nothing(empty):
    upgrade()
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}


def _fill(connection: Any) -> None:
    """A draft of a reply; a proposal alone in discussion, one backed, one voted on, one begun."""
    add = partial(_add, connection)
    add("region", slug="lac")
    add("person", name="Ana", side="member", email="ana@example.org")
    for space in ({"kind": "network"}, {"kind": "coalition", "region_id": 1}):
        add("space", **space)
    for slug in ("selva", "sierra"):
        add("project", slug=slug, country="PE", region_id=1)
    thread = {"space_id": 2, "author_id": 1, "kind": "discussion", "status": "open"}
    add("thread", title="Costs", **thread)
    add("post", thread_id=1, number=1, path="1", author_id=1, kind="reply", body="Words")
    add("draft", person_id=1, what="reply", thread_id=1, place="reply.1", fields={"form": "a=b"})
    add("coalition", slug="lac", region_id=1, space_id=2, number_prefix="LAC", rules=OLD_RULES)
    for project_id in (1, 2):
        add("coalition_membership", coalition_id=1, project_id=project_id)
    same = {"coalition_id": 1, "space_id": 2, "author_id": 1, "project_id": 1}
    shown = same | {"thread_id": 1, "discussion_at": NOW}
    for number, status in enumerate(("in_discussion", "in_discussion", "voting", "draft"), 1):
        of = same if status == "draft" else shown
        add("proposal", status=status, visibility_after="network", version=1, **of)
        add("proposal_version", proposal_id=number, number=1, author_id=1, title="Fewer costs")
    add("cosponsor", proposal_id=2, project_id=2, person_id=1)
    until = {"opens_at": NOW, "closes_at": NOW + timedelta(days=14)}
    add("vote", proposal_id=3, version_id=3, call=1, opened_by_id=1, rules=OLD_RULES, **until)
    add("seat", vote_id=1, project_id=1, country="PE")
    add("ballot", seat_id=1, seq=1, choice="agree", cast_by_id=1, mandate="The assembly")


def _add(connection: Any, table: str, **values: Any) -> None:
    """A row; what must be said and is not is empty, now or a word of its own."""
    to = Table(table, MetaData(), autoload_with=connection)
    usual = {int: 0, bool: False, str: "", datetime: NOW, object: {}}
    row = {c.name: usual[c.type.python_type] for c in to.columns if not c.nullable}
    del row["id"]
    if "public_id" in row:
        row["public_id"] = tokens.public_id()
    connection.execute(insert(to), row | values)


def _rows(connection: Any) -> dict[str, list[dict[str, Any]]]:
    every = MetaData()
    every.reflect(connection, only=lambda name, _: is_of_the_models(name, "table", {}))
    return {
        name: [dict(row) for row in connection.execute(select(table).order_by("id")).mappings()]
        for name, table in every.tables.items()
        if name != "alembic_version"
    }


def _expect_the_same(before: dict[str, Any], *, but: set[tuple[str, str]]) -> None:
    """Each row that was there, in the columns that it had."""
    with db.engine.begin() as connection:
        after = _rows(connection)
    for table, rows in before.items():
        assert len(after[table]) == len(rows), table
        for old, new in zip(rows, after[table], strict=True):
            kept = {name for name in old if (table, name) not in but}
            assert {n: new[n] for n in kept} == {n: old[n] for n in kept}, table


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
