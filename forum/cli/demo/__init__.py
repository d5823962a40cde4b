"""`flask demo …`: the demonstration, told through the rooms' own actions."""

import click
from flask.cli import with_appcontext
from sqlalchemy import delete, select

from forum.accounts import demo as accounts_of_demo
from forum.accounts.models import Person
from forum.cli.demo import asks, care, ground, proposals, reading, talk, trials
from forum.cli.demo.story import Story
from forum.db import db, immediate
from forum.mail.models import Letter
from forum.search.actions import reindex_batch
from forum.search.models import Source
from forum.web.locale import force_locale
from forum.web.settings import settings


@click.group()
def demo() -> None:
    """The demonstration: an exchange with projects, talk, proposals and answers."""


@demo.command()
@click.option("--if-empty", is_flag=True, help="Do nothing where there are people already.")
@with_appcontext
def load(if_empty: bool) -> None:
    """Fill an empty database; its dates count from today. Refused outside a demonstration."""
    if not (settings().demo or settings().testing):
        raise click.ClickException("Only a demonstration is filled (FORUM_DEMO=1).")
    with immediate():
        if db.session.scalar(select(Person.id).limit(1)) is None:
            told = fill()
            db.session.commit()
            click.echo(f"The demonstration is loaded: {told} things happened.")
        elif if_empty:
            click.echo("There are people here already: nothing is loaded.")
        else:
            raise click.ClickException("There are people here already: nothing is loaded.")


@demo.command()
@with_appcontext
def accounts() -> None:
    """Print the accounts to look around with. Refused outside a demonstration."""
    if not (settings().demo or settings().testing):
        raise click.ClickException("Only a demonstration has such accounts (FORUM_DEMO=1).")
    with force_locale("en"):  # as every command speaks
        roles = accounts_of_demo.in_words(settings().body_name)
    width = max(map(len, roles))
    click.echo(f"\n  {settings().app_name}: {settings().base_url}\n")
    for email, role in roles.items():
        click.echo(f"  {email:<{width}}  {role}")
    click.echo(f"\n  {'password of all':<{width}}  {accounts_of_demo.PASSWORD}\n")


def fill() -> int:
    """Tell the whole story into an empty database; returns how many things happened in it.

    The caller commits. Letters that it made are thrown away: they are of days gone by.
    """
    story = Story()
    ground.lay(story)
    talk.plan(story)
    trials.plan(story)
    asks.plan(story)
    care.plan(story)
    proposals.plan(story)
    reading.plan(story)
    happened = story.tell()
    reindex_batch(Source.PROJECT, 0, None)  # the ground was laid without a word of it
    db.session.execute(delete(Letter))
    return happened
