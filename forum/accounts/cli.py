"""`flask people …`: what has to be possible before anybody is there. Rooms above add to it."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask.cli import AppGroup

from forum.accounts import actions, queries
from forum.accounts.sides import Side
from forum.db import db, immediate
from forum.lib.permission import Refused, WrongState

people = AppGroup(
    "people", help="Invite people, name operators, close and open accounts, change sides."
)


@people.command("operator")
@click.argument("email")
def operator(email: str) -> None:
    """Make somebody an operator: EMAIL of a person, or of one to be invited as an observer."""
    with immediate():
        account = queries.account_named(email)
        if account:
            person = actions.make_operator(account.id)
            click.echo(f"{person.name} is an operator.")
        else:
            invited = actions.invite(None, email=email, side=Side.OBSERVER, is_operator=True)
            click.echo(f"Invited {email}. The link, if no letter arrives:\n{invited.url}")
        db.session.commit()


@people.command("reset-link")
@click.argument("name")
def reset_link(name: str) -> None:
    """A link to a new password for NAME, an address or sign-in name; it is shown only here."""
    with _somebody(name) as person_id:
        issued = actions.issue_reset_link(None, person_id)
    click.echo(issued.url)


@people.command("suspend")
@click.argument("name")
@click.option("--reason", required=True, help="Kept with the account, for those who look later.")
def suspend(name: str, *, reason: str) -> None:
    """Close the account of NAME, an address or sign-in name, until `flask people restore`."""
    with _somebody(name) as person_id:
        person = actions.suspend(None, person_id, reason=reason.strip())
    click.echo(f"{person.name} is signed out everywhere and cannot sign in.")


@people.command("restore")
@click.argument("name")
def restore(name: str) -> None:
    """Open the suspended account of NAME, an address or sign-in name, again."""
    with _somebody(name) as person_id:
        person = actions.restore(None, person_id)
    click.echo(f"{person.name} can sign in.")


@people.command("side")
@click.argument("name")
@click.argument("side", type=click.Choice([str(side) for side in Side]))
def change_side(name: str, side: str) -> None:
    """Put NAME, an address or sign-in name, on another SIDE; every coalition reads that it was."""
    with _somebody(name) as person_id:
        person = actions.change_side(None, person_id, Side(side))
    click.echo(f"{person.name} is on the side: {person.side}.")


@contextmanager
def _somebody(name: str) -> Iterator[int]:
    """The inner id of who signs in so, in a transaction that is committed at the end."""
    with immediate():
        account = queries.account_named(name)
        if account is None:
            raise click.ClickException(f"Nobody signs in as {name}.")
        try:
            yield account.id
        except Refused as refused:
            raise click.ClickException(refused.message) from None
        except WrongState as wrong:
            raise click.ClickException(wrong.reason) from None
        db.session.commit()
