"""A letter knows what it can be answered to, and which mail it answers."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("letter") as letter:
        letter.add_column(sa.Column("about_what", sa.Integer(), nullable=True))
        letter.add_column(sa.Column("about_id", sa.Integer(), nullable=True))
        letter.add_column(
            sa.Column("in_reply_to", sa.String(250), nullable=False, server_default="")
        )
        letter.create_check_constraint(
            op.f("ck_letter_about_something"), "(about_what IS NULL) = (about_id IS NULL)"
        )
    with op.batch_alter_table("letter") as letter:
        letter.alter_column("in_reply_to", existing_type=sa.String(250), server_default=None)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("letter") as letter:
        letter.drop_constraint(op.f("ck_letter_about_something"), type_="check")
        letter.drop_column("in_reply_to")
        letter.drop_column("about_id")
        letter.drop_column("about_what")
