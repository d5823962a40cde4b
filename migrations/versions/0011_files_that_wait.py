"""Files that came with a form which was refused, until it is sent again."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "waiting_file",
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("file_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_file")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_waiting_file_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_waiting_file_file_id_stored_file")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_waiting_file_public_id")),
        sa.UniqueConstraint("file_id", name=op.f("uq_waiting_file_file_id")),
    )
    op.create_index("ix_waiting_file_person_id", "waiting_file", ["person_id", "id"])


def downgrade() -> None:
    """Go back. What waits is left in the store as files of nothing."""
    op.drop_table("waiting_file")
