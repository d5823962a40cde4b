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


def test_an_account_is_closed_with_a_reason_and_opened_again(app, cast, sign_in, events):
    inside = sign_in(cast.member)
    assert run(app, "suspend", cast.member.email).exit_code == 2
    assert run(app, "suspend", cast.member.email, "--reason", "Wrote threats.").exit_code == 0
    assert inside.get("/me").status_code == 303
    assert db.session.get(Person, cast.member.id).suspended_reason == "Wrote threats."
    assert run(app, "restore", cast.member.email).exit_code == 0
    assert not db.session.get(Person, cast.member.id).is_suspended()
    recorded = [*events("person.suspended"), *events("person.restored")]
    assert [event.actor_id for event in recorded] == [None, None]
    assert not any("threats" in str(event.particulars) for event in recorded)


def test_closing_and_opening_twice_is_once(app, cast, events):
    for _twice in range(2):
        assert run(app, "suspend", cast.member.email, "--reason", "Why.").exit_code == 0
    for _twice in range(2):
        assert run(app, "restore", cast.member.email).exit_code == 0
    assert len(events("person.suspended")) == len(events("person.restored")) == 1


def test_a_reason_of_nothing_is_no_reason(app, cast, events):
    result = run(app, "suspend", cast.member.email, "--reason", " ")
    assert result.exit_code == 1
    assert "say why" in result.output
    assert events("person.suspended") == []


def test_a_side_is_changed_and_the_ledger_says_from_where_to_where(app, cast, events):
    for _twice in range(2):
        assert run(app, "side", cast.observer.email, "staff").exit_code == 0
    (event,) = events("person.side_changed")
    assert (event.actor_id, event.particulars) == (None, {"before": "observer", "after": "staff"})


def test_who_is_in_a_coalitions_room_is_not_put_on_another_side(app, cast, events):
    result = run(app, "side", cast.member.email, "staff")
    assert result.exit_code == 1
    assert "That has to end" in result.output
    assert db.session.get(Person, cast.member.id).side == "member"
    assert events("person.side_changed") == []


def test_the_commands_refuse_who_is_not_there(app, cast):
    for words in (("suspend", "x", "--reason", "Why."), ("restore", "x"), ("side", "x", "staff")):
        result = run(app, *words)
        assert result.exit_code == 1
        assert "Nobody signs in as x." in result.output
    assert run(app, "side", cast.observer.email, "king").exit_code == 2
