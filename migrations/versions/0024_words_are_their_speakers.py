"""Words that somebody wrote down are those of their speaker, once that is confirmed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_CHECK = "ck_spoken_for_written_by_another_once_confirmed"
_AT = "fk_spoken_for_writer_id_person"
_NAME = "(SELECT person.name FROM person WHERE person.id = {of})"
_OF_POST = "(SELECT s.{column} FROM spoken_for s WHERE s.post_id = post.id)"
_CONFIRMED = "SELECT post_id FROM spoken_for WHERE confirmed_at IS NOT NULL"


def upgrade() -> None:
    """Go forward. What was confirmed before becomes the speaker's."""
    with op.batch_alter_table("spoken_for") as table:
        table.add_column(sa.Column("writer_id", _ID, nullable=True))
        table.create_foreign_key(op.f(_AT), "person", ["writer_id"], ["id"])
    op.execute(
        "UPDATE spoken_for SET writer_id = (SELECT p.author_id FROM post p"
        " WHERE p.id = spoken_for.post_id) WHERE confirmed_at IS NOT NULL"
    )
    with op.batch_alter_table("spoken_for") as table:
        table.create_check_constraint(
            op.f(_CHECK), "(writer_id IS NULL) = (confirmed_at IS NULL)"
        )
    _give("claimant_id", name=_NAME.format(of=_OF_POST.format(column="claimant_id")))


def downgrade() -> None:
    """Go back."""
    _give("writer_id", name=_OF_POST.format(column="name"))
    with op.batch_alter_table("spoken_for") as table:
        table.drop_constraint(op.f(_CHECK), type_="check")
        table.drop_constraint(op.f(_AT), type_="foreignkey")
        table.drop_column("writer_id")


def _give(column: str, name: str) -> None:
    """Make that person the author of the posts, and of the threads that they begin."""
    op.execute(
        f"UPDATE post SET author_id = {_OF_POST.format(column=column)},"  # noqa: S608  # our own
        f" on_behalf_of = {name} WHERE id IN ({_CONFIRMED})"
    )
    op.execute(
        "UPDATE thread SET author_id = (SELECT p.author_id FROM post p WHERE p.thread_id = thread.id"
        " AND p.number = 1) WHERE id IN (SELECT p.thread_id FROM post p WHERE p.number = 1"
        f" AND p.id IN ({_CONFIRMED}))"
    )
