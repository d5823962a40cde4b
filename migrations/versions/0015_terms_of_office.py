"""A delegate or an alternate may be named for a term."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go forward. Who was named before was named without an end."""
    op.add_column("delegate", sa.Column("term_ends_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Go back. An office whose term is over is held again: whoever facilitates looks at it."""
    op.drop_column("delegate", "term_ends_at")
