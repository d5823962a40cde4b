"""More reasons to be told of something, and of which late commitment that was told."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_OLD_REASONS = 2**29 - 1


def upgrade() -> None:
    """Go forward. SQLite's whole numbers are wide enough as they are."""
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("notification", "reasons", type_=sa.BigInteger())
    op.add_column("commitment", sa.Column("late_told_on", sa.Date()))


def downgrade() -> None:
    """Go back. Entries that told of nothing older are lost."""
    op.drop_column("commitment", "late_told_on")
    op.execute(f"DELETE FROM notification WHERE reasons & {_OLD_REASONS} = 0")
    op.execute(f"UPDATE notification SET reasons = reasons & {_OLD_REASONS}")
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("notification", "reasons", type_=sa.Integer())
