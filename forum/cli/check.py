"""`flask check …`: finds what should never be."""

import sys

import click
from flask.cli import with_appcontext

from forum.discussions.queries import count_drift


@click.group()
def check() -> None:
    """Look for what should never be; ends with 1 when it finds something."""


@check.command()
@with_appcontext
def counts() -> None:
    """Compare the counters kept for speed with the rows they count."""
    drift = count_drift()
    for line in drift:
        click.echo(line)
    click.echo(f"{len(drift)} counters differ from their rows")
    sys.exit(1 if drift else 0)
