"""`flask people …`: what has to be possible before anybody is there. Rooms above add to it."""

import click
from flask.cli import AppGroup

from forum.accounts import actions, queries
from forum.accounts.sides import Side
from forum.db import db, immediate

people = AppGroup("people", help="Invite people, name operators, help somebody back in.")


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
    with immediate():
        account = queries.account_named(name)
        if account is None:
            raise click.ClickException(f"Nobody signs in as {name}.")
        issued = actions.issue_reset_link(None, account.id)
        db.session.commit()
    click.echo(issued.url)
