"""`flask assets build`: put the static files together, fingerprinted and compressed."""

import click

from forum.web import assets as web_assets


@click.group()
def assets() -> None:
    """Static files."""


@assets.command()
def build() -> None:
    """Build `static/built/` anew."""
    click.echo(f"{len(web_assets.build())} files")
