"""What waits longest, and what a project faces, are found by an index."""

from collections.abc import Sequence

from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go forward."""
    op.create_index("ix_thread_waiting", "thread", ["kind", "status", "created_at", "id"])
    op.create_index("ix_faced_by_project_id", "faced_by", ["project_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_faced_by_project_id", "faced_by")
    op.drop_index("ix_thread_waiting", "thread")
