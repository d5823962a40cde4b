"""`flask people …`"""

import re

from sqlalchemy import select

from forum.accounts.models import Invitation, Person
from forum.db import db
from tests.accounts.conftest import JOINING, NEW, path


def run(app, *words):
    result = app.test_cli_runner().invoke(args=["people", *words])
    db.session.expire_all()
    return result


def test_the_first_operator_is_invited_as_an_observer(app, cast, client, letters):
    result = run(app, "operator", "Root@Host.example")
    assert result.exit_code == 0, result.output
    url = re.search(r"http://\S+", result.output)[0]
    assert [letter.to_address for letter in letters("invitation")] == ["root@host.example"]
    client.send(path(url), JOINING)
    person = db.session.scalars(select(Person).where(Person.email == "root@host.example")).one()
    assert (person.side, person.is_operator) == ("observer", True)


def test_somebody_who_is_there_becomes_an_operator(app, cast, events):
    assert run(app, "operator", cast.observer.email).exit_code == 0
    assert db.session.get(Person, cast.observer.id).is_operator
    assert events("person.made_operator")[0].actor_id is None
    assert db.session.scalars(select(Invitation)).all() == []


def test_a_link_to_a_new_password_for_whoever_has_no_other_way(app, cast, client):
    result = run(app, "reset-link", cast.operator.email)
    assert client.send(path(result.output.strip()), new_password=NEW).status_code == 303
    assert run(app, "reset-link", "nobody").exit_code == 1
