"""The documents an answer cites."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go forward. What was answered before cites nothing."""
    for table in ("response_draft", "response"):
        op.add_column(table, sa.Column("documents", sa.JSON(), server_default="[]", nullable=False))
        if op.get_bind().dialect.name != "sqlite":
            op.alter_column(table, "documents", server_default=None)


def downgrade() -> None:
    """Go back. The documents cited are lost."""
    for table in ("response_draft", "response"):
        op.drop_column(table, "documents")
