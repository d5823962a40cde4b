"""`flask coalition …`: the beginning, when there is nobody yet whose word would do. All of it is logged."""

from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy import select

from forum.accounts.models import Person
from forum.accounts.queries import account_named
from forum.coalition.actions import members as actions
from forum.coalition.queries.members import coalition_or_404
from forum.db import db, immediate
from forum.lib.permission import Forbidden, Refused
from forum.spaces import viewer_of
from forum.web.identity import Identity

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
@click.option("--confirmed-by", required=True, help="The address of a delegate or facilitator.")
def admit(slug: str, project: str, confirmed_by: str) -> None:
    """Admit PROJECT (a slug) to the coalition SLUG, on the word of one of its own."""
    with immediate():
        viewer = viewer_of(_identity(_person(confirmed_by)))
        try:
            actions.admit_project(viewer, coalition_or_404(slug), project)
        except Refused as refused:
            raise click.ClickException(refused.message) from None
        except Forbidden as forbidden:
            raise click.ClickException(forbidden.reason) from None
        db.session.commit()
    click.echo(f"{project} is a member of {slug}.")


def _person(address: str) -> Person:
    account = account_named(address)
    found = account and db.session.scalars(select(Person).where(Person.id == account.id)).first()
    if not found:
        raise click.ClickException(f"Nobody signs in as {address}.")
    return found


def _identity(person: Person) -> Identity:
    return Identity(
        person_id=person.id,
        public_id=person.public_id,
        name=person.name,
        side=str(person.side),
        is_operator=person.is_operator,
        locale=person.locale,
        timezone=person.timezone,
        session_epoch=person.session_epoch,
    )
