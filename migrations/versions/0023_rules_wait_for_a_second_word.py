"""A change of rules that a delegate asks for waits for another project's word."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from forum.db import UTCDateTime

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLE = "rules_wish"
_AT = {
    "coalition_id": "coalition",
    "person_id": "person",
    "project_id": "project",
    "proposal_id": "proposal",
    "confirmed_by_id": "person",
    "change_id": "rules_change",
}
_CHECKS = {
    "says_why": "why <> ''",
    "confirmed_by_another": "confirmed_by_id <> person_id",
    "confirmed_is_changed": "(confirmed_by_id IS NULL) = (change_id IS NULL)",
    "changed_is_ended": "change_id IS NULL OR ended_at IS NOT NULL",
}


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        _TABLE,
        sa.Column("id", _ID, nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        *(sa.Column(name, _ID, nullable=name in ("confirmed_by_id", "change_id")) for name in _AT),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=1000), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules_wish")),
        sa.UniqueConstraint("public_id", name=op.f("uq_rules_wish_public_id")),
        sa.UniqueConstraint("change_id", name=op.f("uq_rules_wish_change_id")),
        *(
            sa.ForeignKeyConstraint([name], [f"{at}.id"], name=op.f(f"fk_rules_wish_{name}_{at}"))
            for name, at in _AT.items()
        ),
        *(
            sa.CheckConstraint(condition, name=op.f(f"ck_rules_wish_{name}"))
            for name, condition in _CHECKS.items()
        ),
    )
    waiting = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_rules_wish_waiting",
        _TABLE,
        ["coalition_id"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table(_TABLE)
