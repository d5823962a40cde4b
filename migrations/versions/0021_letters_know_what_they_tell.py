"""A letter knows what it tells, and can be withdrawn before it is handed over."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_WERE = "status IN ('waiting', 'sending', 'sent', 'failed')"
_ARE = "status IN ('waiting', 'sending', 'sent', 'failed', 'withdrawn')"


def upgrade() -> None:
    """Go forward. What waits to be sent was written before: it is sent as it is."""
    with op.batch_alter_table("letter") as letter:
        letter.add_column(sa.Column("tells", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("letter") as letter:
        letter.alter_column("tells", existing_type=sa.JSON(), server_default=None)
    _may_be(_ARE)


def downgrade() -> None:
    """Go back. What was withdrawn was not sent."""
    op.execute("UPDATE letter SET status = 'failed' WHERE status = 'withdrawn'")
    _may_be(_WERE)
    with op.batch_alter_table("letter") as letter:
        letter.drop_column("tells")


def _may_be(condition: str) -> None:
    name = op.f("ck_letter_letter_status")
    with op.batch_alter_table("letter") as letter:
        letter.drop_constraint(name, type_="check")
        letter.create_check_constraint(name, condition)
