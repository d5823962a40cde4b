"""How `flask db …` runs the revisions in `versions/`: on the app's own engine, one transaction."""

from typing import Any

from alembic import context
from flask import current_app

from forum.db.types import UTCDateTime

_extension = current_app.extensions["migrate"]


def plain_types(kind: str, thing: Any, _autogen: Any) -> str | bool:
    """Write our own column types as what they are in the database: a revision outlives our code."""
    return (
        "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, UTCDateTime) else False
    )


def nothing_empty(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """Make no revision when nothing changed."""
    if (
        getattr(context.config.cmd_opts, "autogenerate", False)
        and directives[0].upgrade_ops.is_empty()
    ):
        directives.clear()


def run() -> None:
    """Bring the app's database to the wanted revision."""
    with _extension.db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=_extension.db.metadata,
            render_item=plain_types,
            process_revision_directives=nothing_empty,
            **_extension.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
