"""Signing in and out, the language, and the demonstration's accounts."""

from dataclasses import replace
from datetime import datetime

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from forum.accounts import actions, passwords, sessions
from forum.accounts.models import Person, SignedIn, SignInAttempt
from forum.activity.models import Event
from forum.db import db
from tests.browserless import path_of
from tests.people import PASSWORD

WRONG = "not-the-password"


def enter(client, name, password=PASSWORD, **more):
    return client.send("/sign-in", email=name, password=password, **more)


def test_the_right_password_signs_in_and_leads_on(client, cast):
    answer = enter(client, cast.member.email, next="/me")
    assert answer.status_code == 303
    assert path_of(answer) == "/me"
    assert cast.member.name in client.get("/me").text


def test_an_address_is_folded(client, cast):
    assert enter(client, f" {cast.member.email.upper()} ").status_code == 303


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example"]
)
def test_signing_in_leads_nowhere_else(client, cast, elsewhere):
    assert path_of(enter(client, cast.member.email, next=elsewhere)) == "/"
    assert "evil" not in enter(client, cast.member.email, next=elsewhere).headers["Location"]


def test_known_and_unknown_addresses_are_answered_alike(client, app, cast):
    known = enter(app.test_client(), cast.member.email, WRONG)
    unknown = enter(app.test_client(), "nobody@people.example", WRONG)
    suspended = enter(app.test_client(), cast.suspended.email, PASSWORD)
    assert known.status_code == unknown.status_code == suspended.status_code == 422
    texts = {
        answer.text.replace(name, "")
        for answer, name in (
            (known, cast.member.email),
            (unknown, "nobody@people.example"),
            (suspended, cast.suspended.email),
        )
    }
    assert len(texts) == 1


def test_the_same_work_is_done_for_an_unknown_address(client, cast, monkeypatch):
    checked = []
    true_fits = passwords.fits

    def fits(stored, password):
        checked.append(stored is None)
        return true_fits(stored, password)

    monkeypatch.setattr(passwords, "fits", fits)
    enter(client, cast.member.email, WRONG)
    enter(client, "nobody@people.example", WRONG)
    assert checked == [False, True]


def test_asking_costs_the_same_statements_for_both(client, cast, statements):
    with statements() as known:
        enter(client, cast.member.email, WRONG)
    with statements() as unknown:
        enter(client, "nobody@people.example", WRONG)
    assert known == unknown


def test_no_lock_is_held_while_a_password_is_checked(client, cast, app, monkeypatch):
    true_fits = passwords.fits

    def fits(stored, password):
        assert not db.session().in_transaction()
        return true_fits(stored, password)

    monkeypatch.setattr(passwords, "fits", fits)
    assert enter(client, cast.member.email).status_code == 303


def test_the_password_is_never_given_back_or_written_down(client, cast):
    answer = enter(client, cast.member.email, "my-secret-typo")
    assert "my-secret-typo" not in answer.text
    assert cast.member.email in answer.text
    for row in db.session.scalars(select(SignInAttempt)):
        assert cast.member.email not in str(vars(row))
        assert "127.0.0.1" not in str(vars(row))
    assert db.session.scalars(select(Event)).all() == []


def test_a_hash_of_old_parameters_is_renewed(client, cast):
    person = db.session.get(Person, cast.member.id)
    old = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    person.password_hash = old
    assert enter(client, cast.member.email).status_code == 303
    renewed = db.session.get(Person, cast.member.id).password_hash
    assert renewed != old
    assert passwords.fits(renewed, PASSWORD)
    assert not passwords.is_outdated(renewed)


def test_on_a_shared_phone_the_session_ends_with_the_browser(app, cast):
    own, shared = app.test_client(), app.test_client()
    kept = enter(own, cast.member.email).headers["Set-Cookie"]
    passing = enter(shared, cast.member.email, shared="y").headers["Set-Cookie"]
    assert "Expires=" in kept
    assert "Expires=" not in passing


def test_a_session_begins_fresh(client, cast):
    with client.session_transaction() as stored:
        stored["left_over"] = "from whoever sat here before"
    enter(client, cast.member.email)
    with client.session_transaction() as stored:
        assert "left_over" not in stored


def test_who_is_signed_in_goes_straight_on(sign_in, cast):
    assert path_of(sign_in(cast.member).get("/sign-in?next=/me")) == "/me"


def test_signing_out_ends_the_session_and_clears_the_browser(sign_in, cast):
    client = sign_in(cast.member)
    answer = client.send("/sign-out")
    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert path_of(client.get("/me")) == "/sign-in?next=/me"
    assert client.send("/sign-out").status_code == 303


def test_private_pages_are_asked_for_again(sign_in, cast):
    assert sign_in(cast.member).get("/me").headers["Cache-Control"] == "private, no-cache"


def test_signing_out_is_no_link(sign_in, cast):
    client = sign_in(cast.member)
    assert client.get("/sign-out").status_code == 404
    assert client.get("/me").status_code == 200


def test_a_suspended_persons_session_is_over(sign_in, cast):
    assert path_of(sign_in(cast.suspended).get("/me")) == "/sign-in?next=/me"


def test_a_page_for_people_signed_in_leads_to_signing_in_and_back(client):
    assert path_of(client.get("/me")) == "/sign-in?next=/me"
    assert path_of(client.get("/me?a=1")) == "/sign-in?next=/me?a%3D1"


def test_the_language_is_chosen_without_signing_in(client):
    answer = client.post("/language", data={"language": "es", "next": "/terms"})
    assert path_of(answer) == "/terms"
    assert '<html lang="es">' in client.get("/terms").text


def test_the_language_of_somebody_signed_in_is_kept_with_them(sign_in, cast):
    sign_in(cast.member).send("/language", language="es", next="/")
    assert db.session.get(Person, cast.member.id).locale == "es"


@pytest.mark.parametrize("sent", ["tlh", "", "es\x00"])
def test_an_unknown_language_changes_nothing(sign_in, cast, sent):
    answer = sign_in(cast.member).send("/language", language=sent, next="//evil.example")
    assert path_of(answer) == "/"
    assert db.session.get(Person, cast.member.id).locale == "en"


def test_other_sites_do_not_choose_the_language(client):
    answer = client.post(
        "/language", data={"language": "es"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403


def test_a_demonstration_offers_its_accounts_by_one_press(app, client, cast, monkeypatch):
    assert "demo-intercambio" not in client.get("/sign-in").text
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], demo=True))
    page = client.get("/sign-in").text
    assert "delegate@ceiba.example" in page
    assert page.count("demo-intercambio") >= 12
    assert "Delegate of Proyecto Ceiba" in page


@pytest.mark.parametrize(("demo", "status"), [(True, 303), (False, 422)])
def test_demonstration_accounts_are_refused_elsewhere(app, client, cast, monkeypatch, demo, status):
    person = db.session.get(Person, cast.member.id)
    person.email = "technician@ceiba.example"
    monkeypatch.setitem(
        app.extensions, "settings", replace(app.extensions["settings"], demo=demo, testing=False)
    )
    person.password_hash = passwords.hashed("demo-intercambio")
    assert enter(client, person.email, "demo-intercambio").status_code == status


def copy_of(client, app):
    """Another browser that holds a copy of the client's cookie."""
    other = app.test_client()
    with client.session_transaction() as stored:
        held = dict(stored)
    with other.session_transaction() as stored:
        stored.update(held)
    return other


@pytest.mark.both_databases
def test_a_copied_cookie_is_worth_nothing_after_signing_out(client, app, cast):
    enter(client, cast.member.email)
    thief = copy_of(client, app)
    assert thief.get("/me").status_code == 200
    client.send("/sign-out")
    assert path_of(thief.get("/me")) == "/sign-in?next=/me"


@pytest.mark.both_databases
def test_signing_out_leaves_ones_other_devices_signed_in(app, cast):
    phone, desk = app.test_client(), app.test_client()
    for device in (phone, desk):
        enter(device, cast.member.email)
    phone.send("/sign-out")
    assert path_of(phone.get("/me")) == "/sign-in?next=/me"
    assert desk.get("/me").status_code == 200


def test_signing_in_anew_ends_what_this_browser_had(client, app, cast):
    enter(client, cast.member.email)
    old = copy_of(client, app)
    enter(client, cast.neighbour.email)
    assert path_of(old.get("/me")) == "/sign-in?next=/me"
    assert cast.neighbour.name in client.get("/me").text


def test_the_cookie_s_token_is_stored_as_a_hash_only(client, cast):
    enter(client, cast.member.email)
    with client.session_transaction() as stored:
        token = stored["_user_id"]
    assert token not in set(db.session.scalars(select(SignedIn.token_hash)))
    assert cast.member.public_id not in token


def test_who_is_signed_in_is_one_statement(sign_in, cast, statements):
    client = sign_in(cast.member)
    with statements() as seen:
        client.get("/me")
    assert len([sql for sql in seen if "signed_in" in sql]) == 1
    assert "person" in next(sql for sql in seen if "signed_in" in sql)


@pytest.mark.parametrize(
    ("more", "lasts"), [({}, actions.SESSION_LASTS), ({"shared": "y"}, actions.SHARED_LASTS)]
)
def test_a_session_ends_in_the_end_whatever_its_cookie_says(client, cast, clock_at, more, lasts):
    clock_at("2026-03-01T12:00")
    enter(client, cast.member.email, **more)
    with client.session_transaction() as stored:
        token = stored["_user_id"]
    clock_at((datetime(2026, 3, 1, 11, 59) + lasts).isoformat(timespec="minutes"))
    assert sessions.identity_of(token) is not None
    clock_at((datetime(2026, 3, 1, 12, 0) + lasts).isoformat(timespec="minutes"))
    assert sessions.identity_of(token) is None


def test_ended_sessions_are_thrown_away_and_no_others(client, app, cast, clock_at):
    clock_at("2026-03-01T12:00")
    enter(client, cast.member.email)
    enter(app.test_client(), cast.neighbour.email, shared="y")
    actions.forget_ended_sessions()
    clock_at("2026-03-04T12:00")
    assert actions.forget_ended_sessions() == 1
    db.session.get(Person, cast.outsider.id).session_epoch += 1
    assert actions.forget_ended_sessions() == 1
    assert actions.forget_ended_sessions() == 0
    assert client.get("/me").status_code == 200


@pytest.mark.both_databases
def test_a_sign_in_overtaken_by_a_new_password_is_none(app, cast):
    token = actions.begin_session(cast.member.id, cast.member.session_epoch)
    assert sessions.identity_of(token) is not None
    actions.change_password(cast.member.id, password_hash="x")
    late = actions.begin_session(cast.member.id, cast.member.session_epoch)
    assert sessions.identity_of(token) is None
    assert sessions.identity_of(late) is None


def test_the_kept_cookie_is_sent_again_once_a_day(client, cast, clock_at):
    clock_at("2026-03-01T12:00")
    enter(client, cast.member.email)
    client.get("/me")  # its first form puts a token into the session
    clock_at("2026-03-01T23:59")
    assert "Set-Cookie" not in client.get("/me").headers
    clock_at("2026-03-02T00:01")
    renewed = client.get("/me").headers["Set-Cookie"]
    assert "Expires=" in renewed
    assert "Set-Cookie" not in client.get("/me").headers


def test_a_shared_phone_s_cookie_is_not_renewed(client, cast, clock_at):
    clock_at("2026-03-01T12:00")
    enter(client, cast.member.email, shared="y")
    client.get("/me")
    clock_at("2026-03-02T12:00")
    assert "Set-Cookie" not in client.get("/me").headers
