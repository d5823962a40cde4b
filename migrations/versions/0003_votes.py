"""Votes that can be recounted, assisted, called a second time; objections that travel.

What stands keeps an empty nonce: it was sealed before there was a chain.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateColumn

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
HOW = "assisted_how IN ('phone', 'paper')"


def upgrade() -> None:
    """Come to it. What stood stays."""
    for table in ("vote", "seat", "ballot"):
        _add(table, sa.Column("nonce", sa.String(length=32), nullable=False), "''")
    _add("result", sa.Column("head", sa.String(length=64), nullable=False), "''")
    _add("ballot", sa.Column("mandate", sa.String(length=300), nullable=False), "''")
    _add("ballot", sa.Column("instructed_by_id", ID, nullable=True), points_at="person")
    _add(
        "ballot",
        sa.Column("assisted_how", sa.String(length=32), nullable=True),
        ballot_assisted_how=HOW,
        assisted_by_whom_and_how="(instructed_by_id IS NULL) = (assisted_how IS NULL)",
    )
    op.create_index("ix_ballot_instructed_by_id", "ballot", ["instructed_by_id"])
    _make_tables()


def downgrade() -> None:
    """Go back. What only the newer tables and columns held is lost."""
    for table in ("vote_reminder", "minority_statement", "ballot_confirmation"):
        op.drop_table(table)
    op.drop_index("ix_ballot_instructed_by_id", "ballot")
    with op.batch_alter_table("ballot") as batch:
        batch.drop_constraint(op.f("ck_ballot_assisted_by_whom_and_how"), type_="check")
        batch.drop_constraint(op.f("ck_ballot_ballot_assisted_how"), type_="check")
        for column in ("assisted_how", "instructed_by_id", "mandate", "nonce"):
            batch.drop_column(column)
    op.drop_column("result", "head")
    for table in ("seat", "vote"):
        op.drop_column(table, "nonce")


def _make_tables() -> None:
    _make(
        "ballot_confirmation",
        sa.Column("ballot_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballot.id"], name=op.f("fk_ballot_confirmation_ballot_id_ballot")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_ballot_confirmation_person_id_person")
        ),
        sa.UniqueConstraint("ballot_id", name=op.f("uq_ballot_confirmation_ballot_id")),
    )
    _make(
        "minority_statement",
        sa.Column("seat_id", ID, nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answer_language", sa.String(length=16), nullable=False),
        sa.Column("answered_by_id", ID, nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["seat.id"], name=op.f("fk_minority_statement_seat_id_seat")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"],
            ["person.id"],
            name=op.f("fk_minority_statement_answered_by_id_person"),
        ),
        sa.UniqueConstraint("seat_id", name=op.f("uq_minority_statement_seat_id")),
    )
    _make(
        "vote_reminder",
        sa.Column("vote_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "kind IN ('half_time', 'last_day')", name=op.f("ck_vote_reminder_vote_reminder_kind")
        ),
        sa.ForeignKeyConstraint(
            ["vote_id"], ["vote.id"], name=op.f("fk_vote_reminder_vote_id_vote")
        ),
        sa.UniqueConstraint("vote_id", "kind", name=op.f("uq_vote_reminder_vote_id_kind")),
    )


def _make(table: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        *columns,
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


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
