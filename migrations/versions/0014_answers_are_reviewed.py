"""A drafted answer is put up for review, and who reviewed it is kept."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_POINTS_AT = {
    "proposal_id": "proposal",
    "asked_by_id": "person",
    "reviewer_id": "person",
    "response_id": "response",
}


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "draft_review",
        sa.Column("proposal_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", ID, nullable=False),
        sa.Column("reviewer_id", ID, nullable=True),
        sa.Column(
            "verdict",
            sa.Enum(
                "approved",
                "returned",
                name="review_verdict",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("response_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_review")),
        *(
            sa.ForeignKeyConstraint([at], [f"{to}.id"], name=op.f(f"fk_draft_review_{at}_{to}"))
            for at, to in _POINTS_AT.items()
        ),
        sa.UniqueConstraint(
            "proposal_id", "version", name=op.f("uq_draft_review_proposal_id_version")
        ),
        sa.CheckConstraint("reviewer_id <> asked_by_id", name=op.f("ck_draft_review_by_another")),
        sa.CheckConstraint(
            "(verdict IS NULL) = (reviewer_id IS NULL)"
            " AND (verdict IS NULL) = (reviewed_at IS NULL)",
            name=op.f("ck_draft_review_reviewed_by_someone"),
        ),
        sa.CheckConstraint(
            "verdict <> 'returned' OR note <> ''", name=op.f("ck_draft_review_returned_with_note")
        ),
        sa.CheckConstraint(
            "response_id IS NULL OR verdict = 'approved'",
            name=op.f("ck_draft_review_published_as_approved"),
        ),
    )


def downgrade() -> None:
    """Go back. Who reviewed what is lost."""
    op.drop_table("draft_review")
