"""Amendments taken back, an argument's mark before it was changed, a recount's format.

What stands keeps its meaning: a result that was sealed before is of the first format, and its
head is the one that was mailed.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateColumn

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_STATES_WERE = "state IN ('open', 'taken', 'declined', 'lapsed')"
_STATES_ARE = "state IN ('open', 'taken', 'declined', 'withdrawn', 'lapsed')"
_ARGUMENTS = "argument IN ('for', 'against', 'question')"
_FIRST_FORMAT = "'recount/1'"


def upgrade() -> None:
    """Go forward."""
    _amendments_may_be(_STATES_ARE)
    _add("post_revision", sa.Column("argument", sa.String(length=32), nullable=True), _ARGUMENTS)
    _add("result", sa.Column("format", sa.String(length=16), nullable=False))


def downgrade() -> None:
    """Go back. What was taken back was not taken up; results of the newer format lose their head.

    An older program would make another head of them, and take the vote for rewritten.
    """
    op.execute(f"UPDATE result SET head = '' WHERE format <> {_FIRST_FORMAT}")
    op.drop_column("result", "format")
    op.drop_column("post_revision", "argument")
    op.execute("UPDATE amendment SET state = 'lapsed' WHERE state = 'withdrawn'")
    _amendments_may_be(_STATES_WERE)


def _amendments_may_be(condition: str) -> None:
    name = op.f("ck_amendment_amendment_state")
    with op.batch_alter_table("amendment") as batch:
        batch.drop_constraint(name, type_="check")
        batch.create_check_constraint(name, condition)


def _add(table: str, column: sa.Column, check: str = "") -> None:
    """Add a column: with a CHECK of its values, or of the first format for what stands."""
    name = f"ck_{table}_{table}_{column.name}"
    if not column.nullable:
        column.server_default = sa.DefaultClause(sa.text(_FIRST_FORMAT))
    if _on_sqlite():
        said = str(CreateColumn(column).compile(dialect=op.get_bind().dialect))
        said += f" CONSTRAINT {name} CHECK ({check})" if check else ""
        op.execute(f"ALTER TABLE {table} ADD COLUMN {said}")
        return
    op.add_column(table, column)
    if check:
        op.create_check_constraint(op.f(name), table, check)
    else:
        op.alter_column(table, column.name, server_default=None)


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
