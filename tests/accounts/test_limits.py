"""Limits on guessing: they slow down, and lock nobody out for good."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from forum.accounts import limits
from forum.accounts.models import AttemptKind, AttemptOutcome, SignInAttempt
from forum.db import db
from tests.people import PASSWORD

ACCOUNT = limits.ACCOUNT[0]
NETWORK = limits.NETWORK[0]


def enter(client, name, password="wrong", address="203.0.113.7"):
    return client.post(
        "/sign-in",
        data={"email": name, "password": password},
        environ_base={"REMOTE_ADDR": address},
    ).status_code


@pytest.mark.both_databases
def test_after_too_many_guesses_even_the_right_password_waits(client, cast, clock_at):
    start = clock_at("2026-03-01T12:00")
    for _guess in range(ACCOUNT.most):
        assert enter(client, cast.member.email) == 422
    assert enter(client, cast.member.email, PASSWORD) == 429
    clock_at(start + ACCOUNT.window)
    assert enter(client, cast.member.email, PASSWORD) == 303


def test_the_answer_over_the_limit_is_the_same_for_nobody(client, cast, clock_at):
    clock_at("2026-03-01T12:00")
    answers = []
    for name in (cast.member.email, "nobody@people.example"):
        for _guess in range(ACCOUNT.most):
            enter(client, name)
        answers.append(
            client.post(
                "/sign-in",
                data={"email": name, "password": "x"},
                environ_base={"REMOTE_ADDR": "203.0.113.7"},
            )
        )
    assert {a.status_code for a in answers} == {429}
    assert answers[0].text.replace(cast.member.email, "") == answers[1].text.replace(
        "nobody@people.example", ""
    )
    assert "/password/reset" in answers[0].text


def test_hammering_does_not_keep_an_account_locked(client, cast, clock_at):
    start = clock_at("2026-03-01T12:00")
    for _guess in range(ACCOUNT.most):
        enter(client, cast.member.email)
    clock_at(start + ACCOUNT.window - timedelta(seconds=5))
    for _guess in range(30):
        assert enter(client, cast.member.email) == 429
    clock_at(start + ACCOUNT.window)
    assert enter(client, cast.member.email, PASSWORD) == 303


def test_where_one_signed_in_before_others_guesses_do_not_count(client, cast, clock_at):
    clock_at("2026-03-01T12:00")
    assert enter(client, cast.member.email, PASSWORD, "198.51.100.4") == 303
    for _guess in range(ACCOUNT.most + 5):
        enter(client, cast.member.email, address="203.0.113.7")
    assert enter(client, cast.member.email, PASSWORD, "203.0.113.7") == 429
    assert enter(client, cast.member.email, PASSWORD, "198.51.100.4") == 303


def test_signing_in_rightly_is_never_counted(client, cast, clock_at):
    clock_at("2026-03-01T12:00")
    for _time in range(ACCOUNT.most * 2):
        assert enter(client, cast.member.email, PASSWORD) == 303


def test_one_network_may_fail_often_but_not_without_end(client, cast, clock_at, app):
    clock_at("2026-03-01T12:00")
    with db.engine.begin() as connection:
        for n in range(NETWORK.most):
            connection.execute(
                SignInAttempt.__table__.insert().values(
                    kind=AttemptKind.PASSWORD,
                    account=str(n),
                    network=limits._keyed("network", "203.0.113.7"),
                    outcome=AttemptOutcome.FAILED,
                    created_at=clock_at("2026-03-01T12:00"),
                )
            )
    assert enter(client, cast.member.email, PASSWORD) == 429
    assert enter(client, cast.member.email, PASSWORD, "203.0.113.8") == 303
    clock_at("2026-03-01T12:15")
    assert enter(client, cast.member.email, PASSWORD) == 303


def test_a_days_guesses_are_limited_too(client, cast, clock_at):
    start = clock_at("2026-03-01T00:00")
    day = limits.ACCOUNT[1]
    rounds = day.most // ACCOUNT.most
    for n in range(rounds):
        clock_at(start + n * ACCOUNT.window)
        for _guess in range(ACCOUNT.most):
            assert enter(client, cast.member.email) == 422
    clock_at(start + rounds * ACCOUNT.window)
    assert enter(client, cast.member.email) == 429
    clock_at(start + day.window + ACCOUNT.window)
    assert enter(client, cast.member.email) == 422


@pytest.mark.both_databases
def test_many_at_once_do_not_slip_through(race, cast, clock_at, app):
    clock_at("2026-03-01T12:00")
    tries = ACCOUNT.most * 2
    results = race(
        tries, lambda _i: limits.begin(AttemptKind.PASSWORD, "a@x.example", "203.0.113.7")
    )
    assert sum(result.allowed for result in results) <= ACCOUNT.most
    assert db.session.scalar(select(func.count()).select_from(SignInAttempt)) == tries


@pytest.mark.both_databases
def test_a_failure_outlives_the_refusal(client, cast):
    enter(client, cast.member.email)
    (row,) = db.session.scalars(select(SignInAttempt))
    assert row.outcome == AttemptOutcome.FAILED


def test_an_ipv6_network_is_a_household():
    assert limits.network_of("2001:db8:1:2:3::4") == limits.network_of("2001:db8:1:2::ffff")
    assert limits.network_of("2001:db8:1:2::1") != limits.network_of("2001:db8:1:3::1")
    assert limits.network_of("::ffff:203.0.113.7") == limits.network_of("203.0.113.7")
    assert limits.network_of("not an address") == limits.network_of(None) == "unknown"


def test_old_attempts_are_thrown_away(app, client, cast, clock_at):
    start = clock_at("2026-03-01T12:00")
    enter(client, cast.member.email)
    assert limits.forget_old() == 0
    clock_at(start + limits.KEPT + timedelta(seconds=1))
    assert limits.forget_old() == 1
    assert limits.forget_old() == 0
