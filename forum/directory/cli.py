"""`flask people invite`: for the first people, and those whom nobody in a project invites."""

import click
from sqlalchemy import select

from forum.accounts import actions
from forum.accounts.cli import people
from forum.accounts.sides import Side
from forum.db import db, immediate
from forum.directory.models import Project, ProjectRole
from forum.lib.permission import Refused


@people.command("invite")
@click.argument("email")
@click.option("--side", type=click.Choice([str(side) for side in Side]), default="member")
@click.option("--project", "slug", help="The slug of the project they belong to.")
@click.option("--role", type=click.Choice([str(r) for r in ProjectRole]), default="member")
@click.option("--name", default="", help="As you know this person.")
@click.option("--locale", default="", help="The language of the letter.")
def invite(email: str, *, side: str, slug: str | None, role: str, name: str, locale: str) -> None:
    """Invite EMAIL; "-" for somebody without an address, whose link is handed over."""
    with immediate():
        project_id = _project_id(slug) if slug else None
        if side == Side.MEMBER and project_id is None:
            raise click.ClickException("Somebody of a project needs --project.")
        try:
            invited = actions.invite(
                None,
                email=None if email == "-" else email,
                side=side,
                project_id=project_id,
                role=role if project_id else None,
                name=name,
                locale=locale,
            )
        except Refused as refused:
            raise click.ClickException(refused.message) from None
        db.session.commit()
        waits = invited.invitation.confirmed_at is None
    click.echo(f"Invited. The link, if no letter arrives:\n{invited.url}")
    if waits:
        click.echo("A coordinator of the project or a facilitator confirms who joins by it.")


def _project_id(slug: str) -> int:
    found = db.session.scalar(select(Project.id).where(Project.slug == slug))
    if found is None:
        raise click.ClickException(f"There is no project {slug}.")
    return found
