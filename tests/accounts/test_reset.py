"""A new password by a link."""

import re

import pytest
from sqlalchemy import func, select

from forum.accounts import actions, limits
from forum.accounts.models import Person, ResetLink
from forum.activity.models import Event
from forum.db import db
from forum.lib.permission import Forbidden, WrongState
from forum.lib.tokens import digest
from tests.accounts.conftest import NEW, path, token
from tests.people import PASSWORD, viewer

pytestmark = pytest.mark.both_databases


def ask(client, email):
    return client.send("/password/reset", email=email)


@pytest.fixture
def link(client, cast, letters):
    """The path of the link mailed to the member."""
    ask(client, cast.member.email)
    (letter,) = letters("reset")
    found = re.search(r"http://localhost(/password/\w+)", letter.text)
    assert found
    return found[1]


def test_a_link_comes_by_mail_in_the_persons_language(client, cast, letters):
    assert ask(client, cast.neighbour.email).status_code == 200
    (letter,) = letters()
    assert (letter.kind, letter.language, letter.secret) == ("reset", "es", True)
    assert letter.to_address == cast.neighbour.email


def test_known_and_unknown_addresses_are_answered_alike(app, cast, letters):
    known = ask(app.test_client(), cast.member.email)
    unknown = ask(app.test_client(), "nobody@people.example")
    suspended = ask(app.test_client(), cast.suspended.email)
    assert known.status_code == unknown.status_code == suspended.status_code == 200
    assert (
        known.text.replace(cast.member.email, "")
        == unknown.text.replace("nobody@people.example", "")
        == suspended.text.replace(cast.suspended.email, "")
    )
    assert [letter.to_address for letter in letters()] == [cast.member.email]


def test_nearly_the_same_is_done_for_both(client, cast, statements):
    with statements() as known:
        ask(client, cast.member.email)
    with statements() as unknown:
        ask(client, "nobody@people.example")
    assert [s for s in known if "letter" in s] == [s for s in unknown if "letter" in s]


def test_the_link_is_stored_hashed(link, cast):
    (stored,) = db.session.scalars(select(ResetLink))
    assert stored.token_hash == digest(link.rsplit("/", 1)[1])


def test_a_new_password_counts_and_the_old_does_not(client, app, cast, link):
    assert client.get(link).status_code == 200
    assert client.send(link, new_password=NEW).status_code == 303
    assert client.get("/me").status_code == 200
    fresh = app.test_client()
    assert fresh.send("/sign-in", email=cast.member.email, password=PASSWORD).status_code == 422
    assert fresh.send("/sign-in", email=cast.member.email, password=NEW).status_code == 303


def test_every_session_ends(client, sign_in, cast, link):
    elsewhere = sign_in(cast.member)
    assert elsewhere.get("/me").status_code == 200
    client.send(link, new_password=NEW)
    assert elsewhere.get("/me").status_code == 303


def test_it_is_recorded_without_the_password(client, cast, link, events):
    client.send(link, new_password=NEW)
    (event,) = events("person.password_reset")
    assert event.object_id == cast.member.id
    for one in db.session.scalars(select(Event)):
        assert NEW not in str(vars(one))


def test_a_link_works_once(client, app, link):
    client.send(link, new_password=NEW)
    other = app.test_client()
    assert other.get(link).status_code == 404
    assert other.send(link, new_password="otra frase distinta").status_code == 404


def test_a_weak_password_leaves_the_link_open(client, link):
    assert client.send(link, new_password="1234567890").status_code == 422
    assert client.send(link, new_password=NEW).status_code == 303


def test_a_link_runs_out(client, cast, clock_at, letters):
    start = clock_at("2026-03-01T12:00")
    ask(client, cast.member.email)
    found = re.search(r"(/password/\w+)", letters()[0].text)[1]
    clock_at(start + actions.MAILED_LINK_LASTS)
    assert client.get(found).status_code == 404
    with pytest.raises(WrongState):
        actions.reset_password(found.rsplit("/", 1)[1], password_hash="-")


def test_using_one_link_closes_the_others(client, cast, letters, clock_at):
    start = clock_at("2026-03-01T12:00")
    ask(client, cast.member.email)
    clock_at(start + actions.resets.AGAIN_AFTER)
    ask(client, cast.member.email)
    first, second = (re.search(r"(/password/\w+)", one.text)[1] for one in letters())
    client.send(second, new_password=NEW)
    assert client.get(first).status_code == 404


def test_pressed_twice_there_is_one_letter(client, cast, letters):
    ask(client, cast.member.email)
    ask(client, cast.member.email)
    assert len(letters()) == 1


def test_letters_to_one_address_are_limited_known_or_not(client, cast, letters, clock_at):
    start = clock_at("2026-03-01T12:00")
    limit = limits.LETTERS[0]
    for email in (cast.member.email, "nobody@people.example"):
        for _letter in range(limit.most):
            assert ask(client, email).status_code == 200
        assert ask(client, email).status_code == 429
    clock_at(start + limit.window)
    assert ask(client, cast.member.email).status_code == 200


def test_looking_at_the_link_uses_nothing_up(client, link, row_counts):
    before = row_counts()
    client.get(link)
    assert row_counts() == before


def test_a_facilitator_hands_over_a_link(client, cast, events, letters):
    issued = actions.issue_reset_link(viewer(cast.facilitator), cast.member.id)
    assert client.send(path(issued.url), new_password=NEW).status_code == 303
    (event,) = events("person.reset_link_issued")
    assert (event.actor_id, event.object_id) == (cast.facilitator.id, cast.member.id)
    assert events("person.password_reset")[0].particulars["issued_by"] == cast.facilitator.id
    assert letters() == []


def test_a_coordinator_hands_one_to_the_own_people(cast, app):
    assert actions.issue_reset_link(
        viewer(cast.coordinator), cast.member.id, in_own_project=True
    ).url


def test_others_are_refused(cast, app):
    with pytest.raises(Forbidden):
        actions.issue_reset_link(viewer(cast.member), cast.delegate.id, in_own_project=True)
    with pytest.raises(Forbidden):
        actions.issue_reset_link(viewer(cast.facilitator), cast.staff.id)
    assert db.session.scalar(select(func.count()).select_from(ResetLink)) == 0


def test_two_at_the_same_moment_set_one_password(race, cast, app):
    issued = actions.issue_reset_link(None, cast.member.id)
    db.session.commit()

    def reset(i):
        actions.reset_password(token(issued.url), password_hash=f"hash-{i}")
        db.session.commit()
        return i

    results = race(5, reset)
    (won,) = [one for one in results if isinstance(one, int)]
    assert db.session.get(Person, cast.member.id).password_hash == f"hash-{won}"
