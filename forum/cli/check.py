"""`flask check …`: finds what should never be."""

import sys

import click
from flask.cli import with_appcontext

from forum.discussions.queries import count_drift
from forum.search.checking import drift as search_drift


@click.group()
def check() -> None:
    """Look for what should never be; ends with 1 when it finds something."""


@check.command()
@with_appcontext
def counts() -> None:
    """Compare what is kept for speed, counters and the search index, with its rows."""
    drift = count_drift()
    indexed = search_drift()
    for line in drift + indexed:
        click.echo(line)
    click.echo(f"{len(drift)} counters differ from their rows")
    click.echo(f"{len(indexed)} entries of the search index differ from theirs")
    drift += indexed
    sys.exit(1 if drift else 0)
