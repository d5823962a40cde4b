"""`flask people invite`."""

from sqlalchemy import select

from forum.accounts.models import Invitation
from forum.db import db


def run(app, *words):
    return app.test_cli_runner().invoke(args=["people", "invite", *words])


def invitations():
    return list(db.session.scalars(select(Invitation)))


def test_the_first_people_are_invited_by_command(app, cast, letters):
    done = run(app, "Marta@example.org", "--project", "ceiba", "--role", "coordinator")
    assert done.exit_code == 0
    (made,) = invitations()
    assert (made.email, str(made.side), made.role) == ("marta@example.org", "member", "coordinator")
    assert made.confirmed_at is not None
    assert len(letters("invitation")) == 1


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
