"""`flask backup FILE`: a consistent copy of the SQLite database in use, and of the files."""

import sqlite3
from contextlib import closing
from pathlib import Path

import click
from flask.cli import with_appcontext

from forum.db import db
from forum.files.store import FolderStore, store
from forum.web.settings import settings

_KEYS = (
    "SELECT key FROM stored_file UNION ALL "
    "SELECT preview_key FROM stored_file WHERE preview_key IS NOT NULL"
)


@click.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(target: Path) -> None:
    """Copy the database to TARGET and the files that it names to TARGET.files.

    Refused if either exists. For PostgreSQL use pg_dump; an S3-compatible store is copied by
    its own tools.
    """
    source = db.engine.url.database
    if db.engine.dialect.name != "sqlite" or not source:
        raise click.ClickException("This database is PostgreSQL: use pg_dump.")
    beside = target.with_name(f"{target.name}.files")
    for place in (target, beside):
        if place.exists():
            raise click.ClickException(f"{place} exists already.")
    with (
        closing(sqlite3.connect(source)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new)
        keys = [key for (key,) in new.execute(_KEYS)]
    click.echo(f"{target}: {target.stat().st_size} bytes")
    if settings().files_url:
        click.echo(f"{len(keys)} files are in the S3-compatible store: copy it by its own tools.")
    elif keys:
        _copy_files(keys, beside)


def _copy_files(keys: list[str], beside: Path) -> None:
    """What the copied database names, as it lies in the store: put it back as `files`."""
    copy, missing = FolderStore(beside), 0
    for key in keys:
        try:
            with store().open(key) as body:
                copy.put(key, body.read())
        except FileNotFoundError:  # taken away by its author since the database was copied
            missing += 1
    click.echo(f"{beside}: {len(keys) - missing} files, {missing} missing")
