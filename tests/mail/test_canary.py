"""A daily mail to ourselves: its absence is noticed the next day."""

import smtplib
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask

from forum.db import db
from forum.lib import clock
from forum.mail import canary, listening, sending
from forum.mail.receiving import Outcome, receive
from tests.mail.world import HOST, World, free_port, mail_goes_to
from tests.mail.world import listening as world_listening
from tests.people import Cast


@pytest.mark.both_databases
def test_it_flies_through_the_real_way_out_and_in(app: Flask, mail_comes_in: None) -> None:
    """Out over SMTP to the world, which hands it back over LMTP, as a mail server would."""
    assert canary.fly() == 1
    assert canary.fly() == 0
    db.session.commit()
    with world_listening(World()) as world, mail_goes_to(app, world):
        assert sending.send_due() == 1
        (raw,) = world.received
        to = world.mails[0]["To"].addresses[0].addr_spec
    door = listening.Door(app)

    class _Listening(Controller):
        def factory(self) -> Any:
            return listening.conversation(door, app.extensions["settings"])()

    controller = _Listening(door, hostname=HOST, port=free_port())
    controller.start()
    try:
        with smtplib.LMTP(HOST, controller.port, timeout=30) as server:
            assert server.sendmail("reply@in.forum.example", [to], raw) == {}
    finally:
        controller.stop()
        door.close()
    db.session.rollback()
    assert canary.last_home() is not None
    assert not canary.is_late()


def home(raw_to: str) -> Outcome:
    return receive(b"From: intercambio@localhost\r\n\r\nx", "", raw_to)


def test_it_comes_home_once(app: Flask, mail_comes_in: None, letters: Any) -> None:
    canary.fly()
    db.session.commit()
    (letter,) = letters("canary")
    assert [home(letter.to_address) for _n in range(2)] == [Outcome.HOME, Outcome.IGNORED]


def test_where_no_mail_comes_in_it_stays(app: Flask, letters: Any) -> None:
    assert canary.fly() == 0
    assert letters() == []
    assert app.test_client().get("/ready").text == "ready\n"


def test_who_watches_reads_when_it_last_came_home(
    app: Flask, cast: Cast, mail_comes_in: None, letters: Any, clock_at: Any, sign_in: Any
) -> None:
    clock_at("2026-05-01T12:00")
    watch, operator = app.test_client(), sign_in(cast.operator)
    canary.fly()
    db.session.commit()
    assert watch.get("/ready").text == "ready\ncanary: waiting, last home never\n"
    assert home(letters("canary")[0].to_address) is Outcome.HOME
    clock_at(clock.now() + timedelta(hours=25))
    assert "canary: well, last home 2026-05-01T12:00Z" in watch.get("/ready").text
    assert "did not come home" not in operator.get("/mail").text
    assert canary.fly() == 1
    db.session.commit()
    clock_at(clock.now() + timedelta(hours=2))
    assert "canary: late, last home 2026-05-01T12:00Z" in watch.get("/ready").text
    assert "did not come home" in operator.get("/mail").text
