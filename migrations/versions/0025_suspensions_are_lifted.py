"""A suspension is lifted before its end, with a reason."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from forum.db import UTCDateTime

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "lifting",
        sa.Column("id", _ID, nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("decision_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_lifting_says_why")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_lifting_decision_id_decision")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_lifting_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lifting")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_lifting_decision_id")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("lifting")
