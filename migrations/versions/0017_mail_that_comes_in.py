"""Mail that came in, letters that came back, and the canary."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from forum.db import UTCDateTime

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "received_mail",
        sa.Column("id", _ID, nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column(
            "ended",
            sa.Enum(
                "posted",
                "refused",
                name="mail_ended",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_mail")),
        sa.UniqueConstraint(
            "fingerprint",
            "person_id",
            "what",
            "item_id",
            name=op.f("uq_received_mail_fingerprint_person_id_what_item_id"),
        ),
    )
    op.create_index("ix_received_mail_person_id", "received_mail", ["person_id", "created_at"])
    op.create_index("ix_received_mail_created_at", "received_mail", ["created_at"])
    op.create_table(
        "bouncing",
        sa.Column("id", _ID, nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("counted_at", UTCDateTime(), nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("paused_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("address = lower(address)", name=op.f("ck_bouncing_address_folded")),
        sa.CheckConstraint("points >= 0", name=op.f("ck_bouncing_points_count")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bouncing")),
        sa.UniqueConstraint("address", name=op.f("uq_bouncing_address")),
    )
    op.create_index(op.f("ix_bouncing_paused_at"), "bouncing", ["paused_at"])
    op.create_table(
        "canary_flight",
        sa.Column("id", _ID, nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("home_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canary_flight")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("canary_flight")
    op.drop_table("bouncing")
    op.drop_table("received_mail")
