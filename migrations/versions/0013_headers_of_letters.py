"""Letters carry headers of their own, and how many leave in a minute is known."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go forward. Letters that were written before have none."""
    op.add_column("letter", sa.Column("headers", sa.JSON(), server_default="{}", nullable=False))
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("letter", "headers", server_default=None)
    op.create_index("ix_letter_claimed_at", "letter", ["claimed_at"])


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_letter_claimed_at", "letter")
    op.drop_column("letter", "headers")
