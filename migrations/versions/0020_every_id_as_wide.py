"""Every column that holds an id is as wide as the ids it holds.

On SQLite an integer is as wide as it must be; nothing changes there.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_NARROW = {
    "event": ("object_id",),
    "expert_profile": ("person_id",),
    "letter": ("about_id",),
    "received_mail": ("person_id", "item_id"),
    "search_entry": ("object_id", "thread_id", "space_id", "project_id"),
    "space_member": ("person_id",),
    "subscription": ("thing_id",),
}


def upgrade() -> None:
    """Go forward."""
    _become(sa.BigInteger(), sa.Integer())


def downgrade() -> None:
    """Go back; where an id is wider by now, that fails and nothing is lost."""
    _become(sa.Integer(), sa.BigInteger())


def _become(kind: sa.types.TypeEngine[int], before: sa.types.TypeEngine[int]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    for table, columns in _NARROW.items():
        for column in columns:
            op.alter_column(table, column, type_=kind, existing_type=before)
