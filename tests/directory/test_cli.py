"""`flask people invite`."""

from sqlalchemy import select

from forum.accounts.models import Invitation
from forum.db import db
from forum.directory.models import ProjectMember
from forum.lib import clock


def run(app, *words):
    return app.test_cli_runner().invoke(args=["people", "invite", *words])


def invitations():
    return list(db.session.scalars(select(Invitation)))


def test_the_first_people_are_invited_by_command(app, cast, letters):
    done = run(app, "Marta@example.org", "--project", "monte-lejano", "--role", "coordinator")
    assert done.exit_code == 0
    assert "confirms who joins" not in done.output
    (made,) = invitations()
    assert (made.email, str(made.side), made.role) == ("marta@example.org", "member", "coordinator")
    assert made.confirmed_at is not None
    assert len(letters("invitation")) == 1


def test_a_command_alone_lets_nobody_into_a_coalitions_project_that_has_people(app, cast):
    done = run(app, "marta@example.org", "--project", "ceiba")
    assert "A coordinator of the project or a facilitator confirms who joins" in done.output
    assert invitations()[0].confirmed_at is None


def test_the_first_of_a_coalitions_project_come_by_command(app, cast):
    members = select(ProjectMember).where(ProjectMember.project_id == cast.projects["ceiba"].id)
    for member in db.session.scalars(members):
        member.until, member.side = clock.now(), None
    db.session.commit()
    run(app, "marta@example.org", "--project", "ceiba")
    assert invitations()[0].confirmed_at is not None


def test_somebody_without_an_address_gets_a_link(app, cast, letters):
    done = run(app, "-", "--side", "expert")
    assert "http://localhost/invitations/" in done.output
    assert letters() == []


def test_what_does_not_fit_is_said_and_nothing_stored(app, cast):
    for words in (
        ("m@example.org",),
        ("m@example.org", "--project", "nowhere"),
        ("m@example.org", "--side", "expert", "--project", "ceiba"),
        ("delegate@people.example", "--project", "ceiba"),
    ):
        assert run(app, *words).exit_code == 1
    assert invitations() == []
