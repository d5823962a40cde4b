"""Letters that come back pause an address; its person is told, and who facilitates sees it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from forum.accounts.models import Person
from forum.db import db
from forum.lib import clock
from forum.mail import bounces, sending
from forum.mail.addresses import return_path
from forum.mail.models import BouncedAddress, Letter, LetterStatus
from forum.mail.receiving import Outcome, receive
from tests.mail.test_reading import REPORT
from tests.mail.test_sending import a_letter
from tests.mail.world import World, listening, mail_goes_to
from tests.people import Cast

pytestmark = pytest.mark.usefixtures("mail_comes_in")


def report(letter: Letter, action: str = "failed", status: str = "5.1.1") -> Outcome:
    raw = REPORT.format(action=action, status=status).encode()
    return receive(raw, "", return_path(letter.id))


def standing() -> BouncedAddress | None:
    query = db.select(BouncedAddress).execution_options(populate_existing=True)
    return db.session.scalars(query).one_or_none()


def a_letter_to(person: Person, **more: Any) -> Letter:
    return a_letter(person_id=person.id, to_address=person.email, **more)


def pause(person: Person, clock_at: Callable[..., Any]) -> None:
    letter = a_letter_to(person, status=LetterStatus.SENT)
    for _day in range(3):
        report(letter)
        clock_at(clock.now() + timedelta(days=1))


@pytest.mark.both_databases
def test_three_letters_in_three_days_pause_an_address_that_is_no_more(
    app: Flask, cast: Cast, clock_at: Any
) -> None:
    clock_at("2026-05-01T12:00")
    letter = a_letter_to(cast.member, status=LetterStatus.SENT)
    for day in range(3):
        before = standing()
        assert before is None or before.paused_at is None, day
        assert report(letter) is Outcome.NOTED
        clock_at(clock.now() + timedelta(days=1))
    after = standing()
    assert after
    assert after.paused_at
    assert (after.address, after.status) == (cast.member.email, "5.1.1")


def test_a_days_letters_that_come_back_together_count_once(
    app: Flask, cast: Cast, clock_at: Any
) -> None:
    clock_at("2026-05-01T12:00")
    for letter in [a_letter_to(cast.member, status=LetterStatus.SENT) for _n in range(20)]:
        report(letter)
    found = standing()
    assert found
    assert (found.points, found.paused_at) == (bounces.FOR_GOOD, None)


def test_a_full_mailbox_takes_longer_and_is_forgotten_in_time(
    app: Flask, cast: Cast, clock_at: Any
) -> None:
    clock_at("2026-05-01T12:00")
    letter = a_letter_to(cast.member, status=LetterStatus.SENT)
    report(letter, status="4.2.2")
    clock_at(clock.now() + 2 * bounces.HALF)
    report(letter, status="4.2.2")
    found = standing()
    assert found
    assert found.points == bounces.FOR_NOW // 4 + bounces.FOR_NOW


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_a_report_of_no_failure_counts_nothing(app: Flask, cast: Cast, action: str) -> None:
    letter = a_letter_to(cast.member, status=LetterStatus.SENT)
    assert report(letter, action=action) is Outcome.IGNORED
    assert standing() is None


def test_an_absence_that_answers_a_letter_counts_nothing(app: Flask, cast: Cast) -> None:
    letter = a_letter_to(cast.member, status=LetterStatus.SENT)
    raw = b"From: x@y.example\r\nSubject: Fuera de la oficina\r\n\r\nVuelvo en junio."
    assert receive(raw, "", return_path(letter.id)) is Outcome.IGNORED
    assert standing() is None


def test_nobody_else_can_pause_an_address(app: Flask, cast: Cast) -> None:
    """A report counts at the sealed return path of a letter alone, not by whom it names."""
    raw = REPORT.format(action="failed", status="5.1.1").encode()
    path = return_path(10**9)
    assert receive(raw, "", path) is Outcome.IGNORED
    forged = path.replace("+", "+a")
    assert receive(raw, "", forged) is Outcome.UNKNOWN
    assert standing() is None


@pytest.mark.both_databases
def test_letters_for_a_paused_address_are_held_back_save_those_with_a_secret(
    app: Flask, cast: Cast, clock_at: Any
) -> None:
    clock_at("2026-05-01T12:00")
    pause(cast.member, clock_at)
    usual, asked = a_letter_to(cast.member), a_letter_to(cast.member, secret=True)
    other = a_letter_to(cast.delegate)
    assert bounces.hold_back() == 1
    assert sending.send_due() == 2
    for letter in (usual, asked, other):
        db.session.refresh(letter)
    states = [letter.status for letter in (usual, asked, other)]
    assert states == [LetterStatus.FAILED, LetterStatus.SENT, LetterStatus.SENT]


def test_an_address_that_the_server_refuses_counts_at_once(
    app: Flask, cast: Cast, clock_at: Any
) -> None:
    email = cast.member.email or ""
    a_letter_to(cast.member)
    answers = {email: "550 5.1.1 no such user"}
    with listening(World(answers=answers)) as world, mail_goes_to(app, world):
        assert sending.send_due() == 0
    found = standing()
    assert found
    assert (found.points, found.status) == (bounces.FOR_GOOD, "5.1.1")


def test_the_person_is_told_on_every_page_until_they_say_the_address_is_well(
    app: Flask, cast: Cast, clock_at: Any, sign_in: Any
) -> None:
    pause(cast.member, clock_at)
    client, other = sign_in(cast.member), sign_in(cast.delegate)
    told = "Letters to you came back"
    assert told in client.get("/projects").text
    assert told not in other.get("/projects").text
    page = client.get("/me").text
    assert "came back several times" in page
    assert "Send me letters again" in page
    client.post("/me/address/again")
    assert told not in client.get("/projects").text
    found = standing()
    assert found
    assert (found.points, found.paused_at) == (0, None)
    assert sign_in(cast.member).post("/me/address/again").status_code == 303  # twice is harmless


def test_after_a_year_a_paused_address_has_a_new_try(app: Flask, cast: Cast, clock_at: Any) -> None:
    clock_at("2026-05-01T12:00")
    pause(cast.member, clock_at)
    assert bounces.forget_old() == 0
    clock_at(clock.now() + bounces.REMEMBERED)
    assert bounces.forget_old() == 1
    assert standing() is None


def test_another_address_is_no_longer_the_one_that_came_back(
    app: Flask, cast: Cast, clock_at: Any, sign_in: Any
) -> None:
    pause(cast.member, clock_at)
    db.session.get_one(Person, cast.member.id).email = "new@people.example"
    db.session.commit()
    assert "Letters to you came back" not in sign_in(cast.member).get("/projects").text


def test_who_facilitates_sees_whom_no_letter_reaches_and_no_address(
    app: Flask, cast: Cast, clock_at: Any, sign_in: Any
) -> None:
    pause(cast.member, clock_at)
    page = sign_in(cast.facilitator).get("/mail").text
    assert cast.member.name in page
    assert str(cast.member.email) not in page
    operators = sign_in(cast.operator).get("/mail").text
    assert cast.member.name not in operators
    assert sign_in(cast.delegate).get("/mail").status_code == 403
