"""One's own name, language, zone, password, address and sessions."""

import re

import pytest
from sqlalchemy import select

from forum.accounts import actions, limits, passwords
from forum.accounts.models import AddressChange, Person
from forum.activity.models import Event
from forum.db import db
from forum.lib.tokens import digest
from tests.accounts.conftest import NEW
from tests.browserless import path_of
from tests.people import PASSWORD

PROFILE = {"name": "Ana Lucía Tzul", "locale": "es", "timezone": "America/La_Paz", "version": "1"}

TOKEN = re.compile(r'name="csrf_token"[^>]*')  # says when it was made


def me(cast):
    return db.session.get(Person, cast.member.id)


def test_name_language_and_zone_are_changed(sign_in, cast, events):
    client = sign_in(cast.member)
    assert client.send("/me", PROFILE).status_code == 303
    assert (me(cast).name, me(cast).locale, me(cast).timezone, me(cast).version) == (
        "Ana Lucía Tzul",
        "es",
        "America/La_Paz",
        2,
    )
    assert '<html lang="es">' in client.get("/me").text
    assert "Ana" not in str(events("person.profile_edited")[0].particulars)


def test_a_stale_form_shows_both(sign_in, cast):
    client = sign_in(cast.member)
    client.send("/me", PROFILE)
    answer = client.send("/me", {**PROFILE, "name": "Otra", "locale": "en"})
    assert answer.status_code == 409
    assert "Otra" in answer.text
    assert "Ana Lucía Tzul" in answer.text
    assert me(cast).name == "Ana Lucía Tzul"


def test_what_does_not_fit_comes_back(sign_in, cast):
    answer = sign_in(cast.member).send("/me", {**PROFILE, "timezone": "Nowhere"})
    assert answer.status_code == 422
    assert "Ana Lucía Tzul" in answer.text
    assert me(cast).version == 1


def change(client, current=PASSWORD, new=NEW):
    return client.send("/me/password", current_password=current, new_password=new)


def test_a_new_password_ends_the_other_sessions(sign_in, cast, events):
    here, there = sign_in(cast.member), sign_in(cast.member)
    assert change(here).status_code == 303
    assert here.get("/me").status_code == 200
    assert path_of(there.get("/me")) == "/sign-in?next=/me"
    assert passwords.fits(me(cast).password_hash, NEW)
    assert len(events("person.password_changed")) == 1
    for event in db.session.scalars(select(Event)):
        assert NEW not in str(vars(event))


def test_the_current_password_is_asked_for(sign_in, cast):
    answer = change(sign_in(cast.member), current="something else")
    assert answer.status_code == 422
    assert "This is not your current password." in answer.text
    assert NEW not in answer.text
    assert passwords.fits(me(cast).password_hash, PASSWORD)


def test_guessing_the_current_password_is_limited(sign_in, cast):
    client = sign_in(cast.member)
    for _guess in range(limits.ACCOUNT[0].most):
        change(client, current="something else")
    answer = change(client)
    assert "too many attempts" in answer.text
    assert passwords.fits(me(cast).password_hash, PASSWORD)


def test_ones_own_name_is_no_password(sign_in, cast):
    answer = change(sign_in(cast.member), new=cast.member.email)
    assert answer.status_code == 422
    assert "not your own name" in answer.text


def ask(client, email="Nueva@People.example", current=PASSWORD):
    return client.send("/me/address", email=email, current_password=current)


def link_in(letters):
    return re.search(r"(/addresses/\w+)", letters("address_confirmation")[-1].text)[1]


@pytest.mark.both_databases
def test_a_new_address_counts_when_its_owner_confirms_it(sign_in, client, cast, letters, events):
    assert ask(sign_in(cast.member)).status_code == 200
    (letter,) = letters()
    assert (letter.to_address, letter.secret) == ("nueva@people.example", True)
    assert me(cast).email == cast.member.email
    assert db.session.scalars(select(AddressChange)).one().token_hash == digest(
        link_in(letters).rsplit("/", 1)[1]
    )
    assert client.get(link_in(letters)).status_code == 200
    assert me(cast).email == cast.member.email, "looking changes nothing"
    assert client.send(link_in(letters)).status_code == 303
    assert me(cast).email == "nueva@people.example"
    told = letters("address_changed")
    assert [one.to_address for one in told] == [cast.member.email]
    assert "nueva" not in str([vars(one) for one in events("person.address_changed")])


def test_a_link_to_an_address_works_once(sign_in, client, cast, letters):
    ask(sign_in(cast.member))
    client.send(link_in(letters))
    assert client.send(link_in(letters)).status_code == 404
    assert client.get(link_in(letters)).status_code == 404


def test_a_link_to_an_address_runs_out(sign_in, client, cast, letters, clock_at):
    start = clock_at("2026-03-01T12:00")
    ask(sign_in(cast.member))
    clock_at(start + actions.ADDRESS_LINK_LASTS)
    assert client.send(link_in(letters)).status_code == 404
    assert me(cast).email == cast.member.email


def test_changing_the_address_needs_the_password(sign_in, cast, letters):
    assert ask(sign_in(cast.member), current="wrong").status_code == 422
    assert letters() == []


def test_an_address_of_somebody_else_gets_no_letter_and_the_same_answer(sign_in, cast, letters):
    client = sign_in(cast.member)
    free, taken = ask(client), ask(client, email=cast.delegate.email)
    told, untold = (TOKEN.sub("", answer.text) for answer in (free, taken))
    assert told.replace("nueva@people.example", "") == untold.replace(cast.delegate.email, "")
    assert [one.to_address for one in letters()] == ["nueva@people.example"]


@pytest.mark.both_databases
def test_an_address_taken_meanwhile_is_refused(sign_in, client, cast, letters):
    ask(sign_in(cast.member))
    db.session.get(Person, cast.delegate.id).email = "nueva@people.example"
    answer = client.send(link_in(letters))
    assert answer.status_code == 422
    assert "Somebody else has this address" in answer.text
    assert me(cast).email == cast.member.email


def test_pressed_twice_there_is_one_letter(sign_in, cast, letters):
    client = sign_in(cast.member)
    ask(client)
    ask(client)
    assert len(letters()) == 1


def test_what_is_no_address_is_refused(sign_in, cast):
    for nonsense in ("ana", "ana@", "ana@example", "a b@example.org"):
        assert ask(sign_in(cast.member), email=nonsense).status_code == 422


def test_signing_out_everywhere_ends_every_session(sign_in, cast, events):
    here, there = sign_in(cast.member), sign_in(cast.member)
    answer = here.send("/me/sessions/end")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    for client in (here, there):
        assert path_of(client.get("/me")) == "/sign-in?next=/me"
    assert len(events("person.signed_out_everywhere")) == 1
