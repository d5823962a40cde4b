"""`flask search …`: making the index anew, and finding where it differs from its rows."""

import sys
from collections.abc import Iterator

import click
from flask.cli import with_appcontext

from forum.db import db, immediate
from forum.search import actions, upkeep
from forum.search.checking import drift
from forum.search.models import Source


@click.group()
def search() -> None:
    """The search index."""


@search.command()
@click.option("--batch", default=actions.BATCH, show_default=True, help="Things a transaction.")
@with_appcontext
def reindex(batch: int) -> None:
    """Index everything anew, while the forum is in use. Broken off, it may be begun again."""
    for source in Source:
        seen = changed = 0
        for after, until in _ranges(source, batch):
            with immediate():
                changed += actions.reindex_batch(source, after, until)
                db.session.commit()
            seen += batch if until is not None else 0
            if until is not None and seen % (batch * 20) == 0:
                click.echo(f"{source}: {seen} …")
        click.echo(f"{source}: {changed} entries brought up to date")
    more = True
    while more:
        with immediate():
            more = upkeep.put_in_order()
            db.session.commit()


@search.command()
@with_appcontext
def check() -> None:
    """Compare the index with what it is made of; ends with 1 when they differ."""
    found = drift()
    for line in found:
        click.echo(line)
    click.echo(f"{len(found)} entries differ from their rows")
    sys.exit(1 if found else 0)


def _ranges(source: Source, batch: int) -> Iterator[tuple[int, int | None]]:
    with immediate(writing=False):
        ranges = list(actions.batches(source, batch))
        db.session.rollback()
    return iter(ranges)
