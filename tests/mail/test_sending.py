"""Letters leave once, after the commit; a failure is tried again, later and later."""

import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock
from urllib.parse import urlsplit

import pytest
from flask import Flask

from forum.db import db
from forum.lib import clock
from forum.mail import sending
from forum.mail.addresses import What
from forum.mail.models import Letter, LetterStatus
from forum.web.settings import settings


def a_letter(**more: Any) -> Letter:
    """A letter in the outbox, committed."""
    values = {
        "kind": "test",
        "to_address": "ana@people.example",
        "to_name": "Ana Pérez",
        "language": "es",
        "subject": "Hay una votación",
        "text": "Vote, por favor.\n",
        "html": "<p>Vote, por favor.</p>",
        "message_id": f"<{len(list(db.session.query(Letter)))}-test@localhost>",
    }
    letter = Letter(**(values | more))
    db.session.add(letter)
    db.session.commit()
    return letter


def sent() -> list[Any]:
    """The mails in the folder."""
    folder = Path(settings().mail_url.removeprefix("file:"))
    return [message_from_bytes(f.read_bytes(), policy=default) for f in folder.glob("*.eml")]


@pytest.fixture(autouse=True)
def empty_folder(app: Flask) -> None:
    """No mail of another test."""
    for file in Path(settings().mail_url.removeprefix("file:")).glob("*"):
        file.unlink()


@pytest.mark.both_databases
def test_a_due_letter_is_sent_once(app: Flask) -> None:
    letter = a_letter()
    assert sending.send_due() == 1
    assert sending.send_due() == 0
    (mail,) = sent()
    assert mail["Subject"] == "Hay una votación"
    assert mail["To"] == "Ana Pérez <ana@people.example>"
    assert mail["Message-ID"] == letter.message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_body(("plain",)).get_content() == "Vote, por favor.\n"
    assert "<p>Vote" in mail.get_body(("html",)).get_content()


def test_a_letter_with_a_secret_keeps_nothing_of_it_once_sent(app: Flask) -> None:
    letter = a_letter(secret=True, text="token")
    sending.send_due()
    db.session.refresh(letter)
    assert (letter.status, letter.text, letter.html) == (LetterStatus.SENT, "", "")


def test_a_letter_nobody_takes_is_tried_again_later(
    app: Flask, clock_at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock_at(datetime(2026, 5, 1, 12, tzinfo=UTC))
    letter = a_letter()

    def not_now(*_said: Any) -> None:
        raise sending.Undelivered("not now")

    monkeypatch.setattr(sending._Folder, "deliver", not_now)
    assert sending.send_due() == 0
    db.session.refresh(letter)
    assert letter.status is LetterStatus.WAITING
    assert letter.due_at == clock.now() + 2 * sending.BACK_OFF
    assert sending.send_due() == 0
    assert letter.attempts == 1
    monkeypatch.undo()
    clock_at(clock.now() + timedelta(minutes=5))
    assert sending.send_due() == 1


def test_a_letter_is_given_up_after_many_attempts(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = a_letter(attempts=sending.MOST_ATTEMPTS - 1)

    def not_now(*_said: Any) -> None:
        raise sending.Undelivered("not now")

    monkeypatch.setattr(sending._Folder, "deliver", not_now)
    sending.send_due()
    db.session.refresh(letter)
    assert letter.status is LetterStatus.FAILED


def test_a_claim_of_a_worker_that_died_runs_out(app: Flask, clock_at: Any) -> None:
    at = clock_at(datetime(2026, 5, 1, 12, tzinfo=UTC))
    a_letter(status=LetterStatus.SENDING, claimed_at=at)
    assert sending.send_due() == 0
    clock_at(at + sending.CLAIM_LASTS)
    assert sending.send_due() == 1


@pytest.mark.both_databases
def test_two_workers_send_a_letter_once(app: Flask, race: Any) -> None:
    a_letter()
    assert sorted(race(4, lambda _i: sending.send_due())) == [0, 0, 0, 1]
    assert len(sent()) == 1


@pytest.mark.both_databases
def test_a_letter_nobody_can_compose_waits_alone(app: Flask, clock_at: Any) -> None:
    clock_at(datetime(2026, 5, 1, 12, tzinfo=UTC))
    wrong = [a_letter(to_address="josé@x.org"), a_letter(to_address="a..b@x.org")]
    a_letter()
    assert sending.send_due() == 1
    assert [letter.status for letter in wrong] == [LetterStatus.WAITING] * 2
    assert wrong[0].due_at > clock.now()


def test_a_password_is_sent_only_to_a_server_whose_certificate_was_checked(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    contexts: list[ssl.SSLContext] = []

    class Server(MagicMock):
        def starttls(self, *, context: ssl.SSLContext) -> None:
            contexts.append(context)

    monkeypatch.setattr("smtplib.SMTP", lambda *_where, **_how: Server())
    sending._connected(urlsplit("smtp://forum:secret@mail.example.org:587"))
    (context,) = contexts
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_a_letter_about_something_is_answered_by_mail_where_mail_comes_in(
    app: Flask, cast: Any
) -> None:
    letter = a_letter(person_id=cast.delegate.id, about_what=What.POST, about_id=3)
    assert sending.message(letter)["Reply-To"] is None
    was = app.extensions["settings"]
    app.extensions["settings"] = replace(was, mail_domain="in.forum.example")
    try:
        mail = sending.message(letter)
    finally:
        app.extensions["settings"] = was
    expected = "reply+", "@in.forum.example>"
    assert mail["Reply-To"].startswith(f"{was.app_name} <{expected[0]}")
    assert mail["Reply-To"].endswith(expected[1])
    assert mail["Return-Path"].startswith("<reply+")


def test_a_letter_that_answers_a_mail_says_which(app: Flask) -> None:
    mail = sending.message(a_letter(kind="mail_refused", in_reply_to="<1@phone.example>"))
    assert mail["In-Reply-To"] == mail["References"] == "<1@phone.example>"
    assert mail["Auto-Submitted"] == "auto-replied"
