"""`flask coalition …`: the beginning, while there is nobody whose word would do. It is logged."""

from typing import Any, BinaryIO

import click
from flask.cli import AppGroup
from sqlalchemy import select

from forum.accounts.models import Person
from forum.accounts.queries import account_named
from forum.coalition import recount
from forum.coalition.actions import members as actions
from forum.coalition.queries.members import coalition_or_404
from forum.db import db, immediate
from forum.lib.permission import Refused

coalition = AppGroup("coalition", help="Found a coalition and admit its first members.")


@coalition.command("found")
@click.argument("region")
@click.option("--name", required=True, help="What the coalition is called.")
@click.option("--timezone", required=True, help="Its zone, such as America/Guatemala.")
@click.option("--facilitator", required=True, help="The address of who facilitates it.")
@click.option("--prefix", "number_prefix", default="LAC", show_default=True, help="Of numbers.")
@click.option("--slug", default="", help="Its address; the region's when left out.")
def found(facilitator: str, **what: Any) -> None:
    """Found the coalition of REGION (a slug)."""
    with immediate():
        try:
            made = actions.found_coalition(facilitator=_person(facilitator), **what)
        except Refused as refused:
            raise click.ClickException(refused.message) from None
        db.session.commit()
    click.echo(f"{made.name} is founded: /coalitions/{made.slug}")


@coalition.command("admit")
@click.argument("slug")
@click.argument("project")
@click.option("--confirmed-by", required=True, help="The address of whose word it is.")
def admit(slug: str, project: str, confirmed_by: str) -> None:
    """Admit PROJECT (a slug) to the coalition SLUG as the very first member."""
    with immediate():
        try:
            actions.admit_first(coalition_or_404(slug), project, word_of=_person(confirmed_by))
        except Refused as refused:
            raise click.ClickException(refused.message) from None
        db.session.commit()
    click.echo(f"{project} is a member of {slug}.")


votes = AppGroup("votes", help="Count a vote again.")


@votes.command("verify")
@click.argument("file", type=click.File("rb"))
@click.option("--head", help="The head that was mailed to the delegates at sealing.")
def verify(file: BinaryIO, head: str | None) -> None:
    """Recompute FILE, a recount downloaded from a proposal's page, without the database."""
    try:
        made = recount.verify(file.read().decode(), head)
    except UnicodeDecodeError:
        raise click.ClickException("The file is not text in UTF-8.") from None
    except recount.Differs as found:
        raise click.ClickException(str(found)) from None
    result = made["result"]
    click.echo(
        f"{result['cast']} of {result['seats']} seats voted: {result['agree']} agree, "
        f"{result['abstain']} abstain, {result['disagree']} disagree, {result['block']} object. "
        f"It comes to: {result['outcome']}, decided by {result['deciding']}."
    )
    click.echo("Rules, seats, ballots and result agree with each other.")
    click.echo(
        "The head is the one you were given."
        if head
        else f"Now compare this head with the one that was mailed at sealing: {made['head']}"
    )


def _person(address: str) -> Person:
    account = account_named(address)
    found = account and db.session.scalars(select(Person).where(Person.id == account.id)).first()
    if not found:
        raise click.ClickException(f"Nobody signs in as {address}.")
    return found
