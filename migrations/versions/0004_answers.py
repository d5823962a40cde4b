"""More time to answer, ratings, commitments that move, closing, reminders.

SQLite cannot add a constraint to a table that stands, but it takes one along with a new column:
`_add` says both ways. What a table held stays.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateColumn

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_EXTENSIONS = sa.text("kind = 'extension'")
_ADDED = {
    "proposal": ["extended_until", "closed_at", "closed_reason"],
    "commitment_update": ["due_on", "due_before"],
    "rating": ["language"],
}


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "answer_reminder",
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('soon', 'due')", name=op.f("ck_answer_reminder_kind")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_answer_reminder_proposal_id_proposal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_reminder")),
        sa.UniqueConstraint(
            "proposal_id",
            "due_on",
            "kind",
            name=op.f("uq_answer_reminder_proposal_id_due_on_kind"),
        ),
    )
    _add("proposal", sa.Column("extended_until", sa.Date(), nullable=True))
    _add("proposal", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    _add("proposal", sa.Column("closed_reason", sa.String(length=1000), nullable=False), "''")
    op.create_index(
        "ix_response_extended_once",
        "response",
        ["proposal_id"],
        unique=True,
        sqlite_where=_EXTENSIONS,
        postgresql_where=_EXTENSIONS,
    )
    _add("commitment_update", sa.Column("due_before", sa.Date(), nullable=True))
    _add(
        "commitment_update",
        sa.Column("due_on", sa.Date(), nullable=True),
        new_day_has_reason="due_on IS NULL OR (due_before IS NOT NULL AND note <> '')",
    )
    _add("rating", sa.Column("language", sa.String(length=16), nullable=False), "'es'")


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_response_extended_once", "response")
    for table, columns in _ADDED.items():
        with op.batch_alter_table(table) as batch:
            if table == "commitment_update":
                batch.drop_constraint(
                    op.f("ck_commitment_update_new_day_has_reason"), type_="check"
                )
            for column in columns:
                batch.drop_column(column)
    op.drop_table("answer_reminder")


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
