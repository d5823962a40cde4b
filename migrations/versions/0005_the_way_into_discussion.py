"""A proposal's way into discussion, amendments, rules as settings, arguments, drafts of every form.

What stands keeps its state: what is in discussion stays there, whoever stands behind it, and a
vote keeps the rules it was opened under. The rules of a coalition get those that were fixed or
not asked for before, each with its usual value.

SQLite cannot exchange a constraint of a table that stands: the table is made anew. Its rows are
set aside meanwhile, in the same transaction, and other tables' references to them are checked at
its end (see `_set_aside`).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateColumn

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)

_NEW_RULES = {
    "longest_voting_days": 120,
    "few_members": 8,
    "cosponsors_when_few": 1,
    "cosponsor_countries": 2,
    "form_check_days": 0,
    "longest_extension_days": 90,
}
_COSPONSORS = 2  # 0 was written down while nobody asked for any

_ARGUMENTS = sa.text("argument IS NOT NULL")
_AGAIN = sa.text("again_of_id IS NOT NULL AND status NOT IN ('draft', 'withdrawn')")
_CURRENT = sa.text("until IS NULL")
_OPEN = sa.text("settled_at IS NULL")

_DRAFTS_WERE = {
    "draft_of": "what IN ('thread', 'reply', 'solution', 'edit')",
    "threads_in_stages": "(what = 'thread') = (stage_id IS NOT NULL)",
    "answers_a_thread": "what NOT IN ('reply', 'solution') OR thread_id IS NOT NULL",
}
_DRAFTS_ARE = {
    "draft_of": (
        "what IN ('thread', 'reply', 'solution', 'edit', 'case', 'summary', 'thread_for',"
        " 'reply_for')"
    ),
    "threads_in_stages": "(what IN ('thread', 'case', 'thread_for')) = (stage_id IS NOT NULL)",
    "answers_a_thread": (
        "what NOT IN ('reply', 'solution', 'reply_for', 'summary') OR thread_id IS NOT NULL"
    ),
}
_PROPOSALS_WERE = {
    "withdrawn_with_reason": (
        "status <> 'withdrawn' OR (aside_at IS NOT NULL AND aside_reason <> '')"
    ),
}
_PROPOSALS_ARE = {
    "aside_with_reason": (
        "status NOT IN ('withdrawn', 'deferred') OR (aside_at IS NOT NULL AND aside_reason <> '')"
    ),
    "again_with_evidence": "(again_of_id IS NULL) = (new_evidence = '')",
    "merged_into_another": "(status = 'merged') = (merged_into_id IS NOT NULL)",
}


def upgrade() -> None:
    """Go forward. What stood stays."""
    _make_amendments()
    _make_coauthors()
    _make_merge_suggestions()
    _make_moves()
    _make_rules_changes()
    _add("ballot", sa.Column("mandate_file_id", ID, nullable=True), points_at="stored_file")
    op.create_index(op.f("ix_ballot_mandate_file_id"), "ballot", ["mandate_file_id"])
    _add(
        "post",
        sa.Column("argument", sa.String(length=32), nullable=True),
        post_argument="argument IN ('for', 'against', 'question')",
    )
    _index("ix_post_argument", "post", ["thread_id", "argument"], where=_ARGUMENTS, unique=False)
    _add("draft", sa.Column("window", sa.String(length=24), nullable=False), "''")
    _add("draft", sa.Column("version", sa.Integer(), nullable=False), "1")
    with op.batch_alter_table("draft") as batch:
        _put(batch, "draft", _DRAFTS_WERE, _DRAFTS_ARE)
    _add_to_proposals()
    _settle_rules()


def downgrade() -> None:
    """Go back. What only the newer tables and columns held is lost, drafts of newer forms too."""
    _forget_rules()
    _drop_from_proposals()
    op.execute(f"DELETE FROM draft WHERE NOT ({_DRAFTS_WERE['draft_of']})")
    with op.batch_alter_table("draft") as batch:
        _put(batch, "draft", _DRAFTS_ARE, _DRAFTS_WERE)
    op.drop_column("draft", "version")
    op.drop_column("draft", "window")
    op.drop_index("ix_post_argument", "post")
    op.drop_column("post", "argument")
    op.drop_index(op.f("ix_ballot_mandate_file_id"), "ballot")
    op.drop_column("ballot", "mandate_file_id")
    for table in ("rules_change", "proposal_move", "merge_suggestion", "coauthor", "amendment"):
        op.drop_table(table)


def _add_to_proposals() -> None:
    """The coalition has seen what it discusses since the discussion began."""
    evidence = sa.Column("new_evidence", sa.Text(), server_default=sa.text("''"), nullable=False)
    with _set_aside("proposal"), op.batch_alter_table("proposal") as batch:
        batch.add_column(sa.Column("shared_at", MOMENT, nullable=True))
        batch.add_column(sa.Column("form_passed_version", sa.Integer(), nullable=True))
        batch.add_column(evidence)
        for column in ("again_of_id", "merged_into_id"):
            batch.add_column(sa.Column(column, ID, nullable=True))
            batch.create_foreign_key(
                op.f(f"fk_proposal_{column}_proposal"), "proposal", [column], ["id"]
            )
        _put(batch, "proposal", _PROPOSALS_WERE, _PROPOSALS_ARE)
    if not _on_sqlite():
        op.alter_column("proposal", "new_evidence", server_default=None)
    op.execute("UPDATE proposal SET shared_at = discussion_at")
    op.create_index(op.f("ix_proposal_merged_into_id"), "proposal", ["merged_into_id"])
    _index("uq_proposal_again", "proposal", ["again_of_id"], where=_AGAIN)


def _drop_from_proposals() -> None:
    op.drop_index("uq_proposal_again", "proposal")
    op.drop_index(op.f("ix_proposal_merged_into_id"), "proposal")
    with _set_aside("proposal"), op.batch_alter_table("proposal") as batch:
        _put(batch, "proposal", _PROPOSALS_ARE, _PROPOSALS_WERE)
        for column in ("again_of_id", "merged_into_id"):
            batch.drop_constraint(op.f(f"fk_proposal_{column}_proposal"), type_="foreignkey")
            batch.drop_column(column)
        for column in ("shared_at", "form_passed_version", "new_evidence"):
            batch.drop_column(column)


def _settle_rules() -> None:
    for coalition_id, rules in _rules():
        usual = _NEW_RULES | rules
        _set_rules(coalition_id, usual | {"cosponsors": rules.get("cosponsors") or _COSPONSORS})


def _forget_rules() -> None:
    """An older program refuses rules it does not know."""
    for coalition_id, rules in _rules():
        _set_rules(coalition_id, {n: value for n, value in rules.items() if n not in _NEW_RULES})


_COALITION = sa.table("coalition", sa.column("id", ID), sa.column("rules", sa.JSON()))


def _rules() -> Sequence[Any]:
    return op.get_bind().execute(sa.select(_COALITION.c.id, _COALITION.c.rules)).all()


def _set_rules(coalition_id: int, rules: dict[str, Any]) -> None:
    op.execute(_COALITION.update().where(_COALITION.c.id == coalition_id).values(rules=rules))


def _make_amendments() -> None:
    _make(
        "amendment",
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=32), nullable=False),
        sa.Column("passage", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("why", sa.String(length=2000), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("decided_by_id", ID, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("reasons", sa.String(length=2000), nullable=False),
        sa.Column("reasons_language", sa.String(length=16), nullable=False),
        sa.Column("version_made", sa.Integer(), nullable=True),
        sa.UniqueConstraint("public_id", name=op.f("uq_amendment_public_id")),
        proposal_id="proposal",
        author_id="person",
        project_id="project",
        decided_by_id="person",
        amendment_part=(
            "part IN ('title', 'problem', 'ask', 'evidence', 'document', 'section', 'time_frame',"
            " 'expected_cost')"
        ),
        amendment_state="state IN ('open', 'taken', 'declined', 'lapsed')",
        changes_something="passage <> words",
        says_why="why <> ''",
        decided_once="(state = 'open') = (decided_at IS NULL)",
        taken_into_a_version="(state = 'taken') = (version_made IS NOT NULL)",
        declined_with_reasons="state <> 'declined' OR reasons <> ''",
        decided_by_someone="state NOT IN ('taken', 'declined') OR decided_by_id IS NOT NULL",
    )
    op.create_index("ix_amendment_proposal", "amendment", ["proposal_id", "id"])
    op.create_index(op.f("ix_amendment_author_id"), "amendment", ["author_id"])


def _make_coauthors() -> None:
    _make(
        "coauthor",
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("side", sa.String(length=32), nullable=True),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("invited_by_id", ID, nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id", "side"],
            ["person.id", "person.side"],
            name=op.f("fk_coauthor_person_id_side_person"),
        ),
        proposal_id="proposal",
        person_id="person",
        project_id="project",
        invited_by_id="person",
        members_only="side = 'member'",
        side_while_current="(until IS NULL) = (side IS NOT NULL)",
    )
    op.create_index(op.f("ix_coauthor_person_id"), "coauthor", ["person_id"])
    _index("uq_coauthor_current", "coauthor", ["proposal_id", "person_id"], where=_CURRENT)


def _make_merge_suggestions() -> None:
    _make(
        "merge_suggestion",
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("target_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=True),
        sa.Column("target_accepted_at", MOMENT, nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        proposal_id="proposal",
        target_id="proposal",
        person_id="person",
        two_proposals="proposal_id <> target_id",
    )
    op.create_index(op.f("ix_merge_suggestion_target_id"), "merge_suggestion", ["target_id"])
    _index("uq_merge_suggestion_open", "merge_suggestion", ["proposal_id"], where=_OPEN)


def _make_moves() -> None:
    _make(
        "proposal_move",
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("other_id", ID, nullable=True),
        proposal_id="proposal",
        person_id="person",
        other_id="proposal",
        proposal_move=(
            "what IN ('shared', 'form_passed', 'returned', 'discussed', 'merge_suggested',"
            " 'merge_accepted', 'merge_declined', 'merged', 'took_in', 'deferred', 'taken_up',"
            " 'withdrawn')"
        ),
        with_reason=(
            "what NOT IN ('returned', 'merge_suggested', 'merge_declined', 'deferred', 'withdrawn')"
            " OR reason <> ''"
        ),
    )
    op.create_index(op.f("ix_proposal_move_proposal_id"), "proposal_move", ["proposal_id"])


def _make_rules_changes() -> None:
    _make(
        "rules_change",
        sa.Column("coalition_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("proposal_id", ID, nullable=True),
        sa.Column("why", sa.String(length=1000), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.UniqueConstraint(
            "coalition_id", "version", name=op.f("uq_rules_change_coalition_id_version")
        ),
        coalition_id="coalition",
        person_id="person",
        proposal_id="proposal",
        says_why="why <> ''",
    )
    op.create_index(op.f("ix_rules_change_proposal_id"), "rules_change", ["proposal_id"])


def _make(table: str, *things: sa.schema.SchemaItem, **more: str) -> None:
    """A table; `more` says what a column points at, and conditions by the names of their checks."""
    columns = {thing.name for thing in things if isinstance(thing, sa.Column)}
    op.create_table(
        table,
        *things,
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(
            sa.ForeignKeyConstraint([name], [f"{at}.id"], name=op.f(f"fk_{table}_{name}_{at}"))
            for name, at in more.items()
            if name in columns
        ),
        *(
            sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))
            for name, condition in more.items()
            if name not in columns
        ),
    )


def _index(
    name: str, table: str, columns: list[str], *, where: sa.TextClause, unique: bool = True
) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _put(batch: Any, table: str, old: dict[str, str], new: dict[str, str]) -> None:
    """The `new` CHECK constraints in the place of the `old` ones."""
    for name in old:
        batch.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
    for name, condition in new.items():
        batch.create_check_constraint(op.f(f"ck_{table}_{name}"), condition)


@contextmanager
def _set_aside(table: str) -> Iterator[None]:
    """Have no row in the table while SQLite makes it anew, and the same rows in it after.

    SQLite refuses to drop a table whose rows others point at. Here they are gone when it is
    dropped, and back before the transaction ends, when the references are checked.
    """
    if not _on_sqlite():
        yield
        return
    before = _columns(table)
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute(f"CREATE TEMPORARY TABLE set_aside AS SELECT * FROM {table}")
    op.execute(f"DELETE FROM {table}")
    yield
    columns = ", ".join(f'"{name}"' for name in before if name in _columns(table))
    op.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM set_aside")
    op.execute("DROP TABLE set_aside")


def _columns(table: str) -> list[str]:
    return [column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)]


def _add(
    table: str, column: sa.Column, default: str | None = None, *, points_at: str = "", **checks: str
) -> None:
    """Add a column, for standing rows with `default`, and CHECK constraints by their names."""
    column.server_default = sa.DefaultClause(sa.text(default)) if default else None
    if _on_sqlite():
        said = str(CreateColumn(column).compile(dialect=op.get_bind().dialect))
        if points_at:
            said += f" CONSTRAINT fk_{table}_{column.name}_{points_at} REFERENCES {points_at} (id)"
        for name, condition in checks.items():
            said += f" CONSTRAINT ck_{table}_{name} CHECK ({condition})"
        op.execute(f"ALTER TABLE {table} ADD COLUMN {said}")
        return
    op.add_column(table, column)
    if default:
        op.alter_column(table, column.name, server_default=None)
    if points_at:
        name = f"fk_{table}_{column.name}_{points_at}"
        op.create_foreign_key(name, table, points_at, [column.name], ["id"])
    for name, condition in checks.items():
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)
