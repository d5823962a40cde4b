"""The table of addresses that letters came back from has the name of what it holds."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from forum.db import UTCDateTime

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_COLUMNS = "created_at, address, points, counted_at, status, paused_at"


def upgrade() -> None:
    """Go forward."""
    _move("bouncing", "bounced_address")


def downgrade() -> None:
    """Go back."""
    _move("bounced_address", "bouncing")


def _move(before: str, table: str) -> None:
    """Made anew and filled: the names of its constraints and indexes begin with its own."""
    op.create_table(
        table,
        sa.Column("id", _ID, nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("counted_at", UTCDateTime(), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("paused_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("address = lower(address)", name=op.f(f"ck_{table}_address_folded")),
        sa.CheckConstraint("points >= 0", name=op.f(f"ck_{table}_points_count")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("address", name=op.f(f"uq_{table}_address")),
    )
    op.execute(f"INSERT INTO {table} ({_COLUMNS}) SELECT {_COLUMNS} FROM {before}")  # noqa: S608
    op.create_index(op.f(f"ix_{table}_paused_at"), table, ["paused_at"])
    op.drop_table(before)
