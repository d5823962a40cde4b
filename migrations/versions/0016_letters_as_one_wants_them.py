"""How one is written to, and what a letter told already."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
MATTERS = ("personal", "followed", "votes", "proposals", "sessions")
UNREAD = sa.text("read_at IS NULL")


def _pace(matter: str) -> sa.Column[str]:
    paces = sa.Enum(
        *("at_once", "daily", "weekly", "never"),
        name=op.f(f"ck_letter_plan_{matter}_pace"),
        native_enum=False,
        create_constraint=True,
        length=32,
    )
    return sa.Column(matter, paces, nullable=True)


def upgrade() -> None:
    """Go forward. What stands unread in the lists was told, as if by letter: nobody is flooded."""
    op.create_table(
        "letter_plan",
        sa.Column("person_id", ID, nullable=False),
        *(_pace(matter) for matter in MATTERS),
        sa.Column("quiet_days", sa.String(length=7), nullable=False),
        sa.Column("notice_only", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        *(sa.Column(f"{name}_at", MOMENT) for name in ("last", "daily", "weekly")),
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_plan")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_letter_plan_person_id_person")
        ),
        sa.UniqueConstraint("person_id", name=op.f("uq_letter_plan_person_id")),
    )
    op.create_index("ix_letter_plan_next_at", "letter_plan", ["next_at", "id"])
    op.create_table(
        "private_letters",
        sa.Column("space_id", ID, nullable=False),
        sa.Column("chosen_by_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_private_letters")),
        sa.ForeignKeyConstraint(
            ["space_id"], ["space.id"], name=op.f("fk_private_letters_space_id_space")
        ),
        sa.ForeignKeyConstraint(
            ["chosen_by_id"], ["person.id"], name=op.f("fk_private_letters_chosen_by_id_person")
        ),
        sa.UniqueConstraint("space_id", name=op.f("uq_private_letters_space_id")),
    )
    op.add_column("notification", sa.Column("personal_at", MOMENT))
    op.add_column("notification", sa.Column("mailed_at", MOMENT))
    op.add_column("notification", sa.Column("mailed_number", sa.Integer()))
    op.execute("UPDATE notification SET mailed_at = told_at, mailed_number = upto_number")
    for name in ("personal_at", "told_at"):
        op.create_index(
            f"ix_notification_{name}",
            "notification",
            [name],
            sqlite_where=UNREAD,
            postgresql_where=UNREAD,
        )


def downgrade() -> None:
    """Go back. What anybody chose is lost."""
    for name in ("told_at", "personal_at"):
        op.drop_index(f"ix_notification_{name}", "notification")
    for name in ("mailed_number", "mailed_at", "personal_at"):
        op.drop_column("notification", name)
    op.drop_table("private_letters")
    op.drop_index("ix_letter_plan_next_at", "letter_plan")
    op.drop_table("letter_plan")
