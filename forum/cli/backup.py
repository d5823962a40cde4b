"""`flask backup FILE`: a consistent copy of the SQLite database while it is in use."""

import sqlite3
from contextlib import closing
from pathlib import Path

import click
from flask.cli import with_appcontext

from forum.db import db


@click.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(target: Path) -> None:
    """Copy the database to TARGET (refused if it exists). For PostgreSQL use pg_dump."""
    source = db.engine.url.database
    if db.engine.dialect.name != "sqlite" or not source:
        raise click.ClickException("This database is PostgreSQL: use pg_dump.")
    if target.exists():
        raise click.ClickException(f"{target} exists already.")
    with (
        closing(sqlite3.connect(source)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)
    click.echo(f"{target}: {target.stat().st_size} bytes")
