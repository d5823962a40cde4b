"""A removed reply is no longer counted among a thread's posts."""

from collections.abc import Sequence

from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_COUNT = """
UPDATE thread SET post_count = (
  SELECT count(*) FROM post WHERE post.thread_id = thread.id{standing}
) WHERE id IN (SELECT thread_id FROM post WHERE removed_at IS NOT NULL)
"""


def upgrade() -> None:
    """Go forward."""
    op.execute(_COUNT.format(standing=" AND (post.removed_at IS NULL OR post.number = 1)"))


def downgrade() -> None:
    """Go back."""
    op.execute(_COUNT.format(standing=""))
