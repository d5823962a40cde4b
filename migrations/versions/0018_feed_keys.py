"""The key behind somebody's own addresses of feeds and calendars."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "feed_key",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("word", sa.String(length=24), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_key")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_feed_key_person_id_person")
        ),
        sa.UniqueConstraint("person_id", name=op.f("uq_feed_key_person_id")),
    )


def downgrade() -> None:
    """Go back. Everybody's own addresses end."""
    op.drop_table("feed_key")
