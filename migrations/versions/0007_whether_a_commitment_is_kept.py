"""Whether the coalition takes a commitment for fulfilled, and what shows a step of it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go forward. What was told before shows nothing."""
    evidence = sa.Column("evidence", sa.String(length=300), server_default="", nullable=False)
    op.add_column("commitment_update", evidence)
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("commitment_update", "evidence", server_default=None)
    op.create_table(
        "commitment_mark",
        sa.Column("commitment_id", ID, nullable=False),
        sa.Column("project_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("fulfilled", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_mark")),
        *(
            sa.ForeignKeyConstraint(
                [f"{at}_id"], [f"{at}.id"], name=op.f(f"fk_commitment_mark_{at}_id_{at}")
            )
            for at in ("commitment", "project", "person")
        ),
        sa.UniqueConstraint(
            "commitment_id", "project_id", name=op.f("uq_commitment_mark_commitment_id_project_id")
        ),
        sa.CheckConstraint(
            "fulfilled OR reason <> ''", name=op.f("ck_commitment_mark_says_what_is_missing")
        ),
    )


def downgrade() -> None:
    """Go back. What the projects said of commitments is lost."""
    op.drop_table("commitment_mark")
    op.drop_column("commitment_update", "evidence")
