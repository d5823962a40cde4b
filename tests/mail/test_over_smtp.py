"""A real conversation with a real mail server: what leaves, how often, and what happens if not."""

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.db import db
from forum.lib import clock
from forum.mail import sending
from forum.mail.models import Letter, LetterStatus
from tests.mail.world import World, listening, mail_goes_to

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def letters_to(*addresses: str, **more: Any) -> list[Letter]:
    """A letter in the outbox for each of them, committed."""
    made = [
        Letter(
            **{
                "kind": "test",
                "to_address": address,
                "to_name": "Ana Pérez",
                "language": "es",
                "subject": "Hay una votación",
                "text": "Vote, por favor.\n",
                "html": "<p>Vote, por favor.</p>",
                "message_id": f"<{number}.test@localhost>",
                "due_at": clock.now(),
                **more,
            }
        )
        for number, address in enumerate(addresses)
    ]
    db.session.add_all(made)
    db.session.commit()
    return made


def states() -> list[str]:
    """Where the letters are, in their order."""
    db.session.rollback()
    return [str(one) for one in db.session.scalars(select(Letter.status).order_by(Letter.id))]


def test_many_letters_go_over_one_connection(app: Flask) -> None:
    letters_to(*(f"p{number}@people.example" for number in range(40)))
    with listening(World()) as world, mail_goes_to(app, world):
        assert sending.send_due() == 40
    assert world.connections == 1
    assert len({mail["Message-ID"] for mail in world.mails}) == 40
    assert states() == ["sent"] * 40


def test_what_arrives_is_text_first_in_72_columns_and_html_beside_it(app: Flask) -> None:
    address = "https://forum.example/threads/" + "x" * 90
    long = "Los costos de la auditoría no los cubre nadie todavía. " * 5
    letters_to(
        "ana@people.example",
        text=f"{long}\n> {long}\n{address}\n",
        headers={"List-Unsubscribe": f"<{address}>", "Reply-To": "forum@localhost"},
    )
    with listening(World()) as world, mail_goes_to(app, world):
        sending.send_due()
    (raw,), (mail,) = world.received, world.mails
    first, second = mail.iter_parts()
    assert first.get_content_type() == "text/plain"
    assert second.get_content_type() == "text/html"
    lines = first.get_content().splitlines()
    assert max(len(line) for line in lines if line != address) <= 72
    assert address in lines
    assert sum(line.startswith("> ") for line in lines) == 4
    assert f"List-Unsubscribe: <{address}>\r\n".encode() in raw  # whole, in its own letters
    assert max(len(line) for line in raw.split(b"\r\n")) < 998


def test_a_name_or_a_title_adds_no_header(app: Flask) -> None:
    letters_to(
        "ana@people.example",
        to_name='Ana"\r\nBcc: all@people.example\r\n <root@people.example>',
        subject="Hola\r\nBcc: all@people.example\r\n\r\nun cuerpo",
        headers={"List-Id": "a\r\nBcc: all@people.example"},
    )
    with listening(World()) as world, mail_goes_to(app, world):
        sending.send_due()
    assert [mail["Bcc"] for mail in world.mails] == [None]
    assert all(b"\r\nBcc" not in raw for raw in world.received)


def test_an_address_nobody_has_is_given_up_and_one_that_is_busy_is_tried_again(
    app: Flask, clock_at: Any
) -> None:
    clock_at(NOON)
    letters_to("nobody@people.example", "busy@people.example", "ana@people.example")
    world = World(
        answers={
            "nobody@people.example": "550 No such user",
            "busy@people.example": "450 Try again",
        }
    )
    with listening(world), mail_goes_to(app, world):
        assert sending.send_due() == 1
        assert states() == ["failed", "waiting", "sent"]
        world.answers.clear()
        clock_at(NOON + timedelta(hours=1))
        assert sending.send_due() == 1
    assert states() == ["failed", "sent", "sent"]


def test_a_server_away_for_an_hour_costs_no_letter_anything(app: Flask, clock_at: Any) -> None:
    letters_to(*(f"p{number}@people.example" for number in range(30)), due_at=NOON)
    world = World()
    with mail_goes_to(app, world):
        for minute in range(60):
            clock_at(NOON + timedelta(minutes=minute))
            for _round in range(12):  # as `flask work` does, every five seconds
                assert sending.send_due() == 0
        assert states() == ["waiting"] * 30
        assert db.session.scalar(select(func.max(Letter.attempts))) == 0
        clock_at(NOON + timedelta(minutes=61))
        with listening(world):
            assert sending.send_due() == 30
    assert len({mail["Message-ID"] for mail in world.mails}) == 30


def test_a_server_that_hangs_up_in_between_gets_the_rest_later_each_once(
    app: Flask, clock_at: Any
) -> None:
    clock_at(NOON)
    letters_to(*(f"p{number}@people.example" for number in range(6)))
    world = World(hang_up_after=2)
    with listening(world), mail_goes_to(app, world):
        assert sending.send_due() == 2
        world.hang_up_after = None
        clock_at(NOON + timedelta(minutes=10))
        assert sending.send_due() == 4
    assert [count for _id, count in Counter(m["Message-ID"] for m in world.mails).items()] == [
        1
    ] * 6


@pytest.mark.both_databases
def test_no_more_leave_in_a_minute_than_are_let_through(app: Flask, clock_at: Any) -> None:
    clock_at(NOON)
    letters_to(*(f"p{number}@people.example" for number in range(9)))
    with listening(World()) as world, mail_goes_to(app, world, mail_per_minute=4):
        assert [sending.send_due(), sending.send_due()] == [4, 0]
        clock_at(NOON + timedelta(seconds=59))
        assert sending.send_due() == 0
        clock_at(NOON + timedelta(seconds=61))
        assert sending.send_due() == 4
    assert states().count("waiting") == 1


WORKER = """
import sys
from pathlib import Path
from tests.conftest import make_app
from tests.mail.world import World, mail_goes_to
from forum.db import immediate
from forum.lib import clock
from forum.mail import sending
from datetime import timedelta
clock.set_ahead(timedelta(minutes=float(sys.argv[3])))
app = make_app(Path(sys.argv[1]).parent, f"sqlite:///{sys.argv[1]}")
world = World(port=int(sys.argv[2]))
with mail_goes_to(app, world, mail_per_minute=0), app.app_context(), immediate():
    while sending.send_due():
        pass
"""


def killed_while_sending(database: str, world: World, moments: int, each: int) -> int:
    """Start a worker again and again; kill it when `each` more mails arrived. Returns how often."""
    kills = 0
    for moment in range(moments):
        wanted = len(world.received) + each
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, database, str(world.port), str(11 * moment)],
            cwd=Path.cwd(),
            env={**os.environ, "FORUM_TESTING": "1"},
        )
        while worker.poll() is None and len(world.received) < wanted:
            try:
                worker.wait(0.001)
            except subprocess.TimeoutExpired:
                continue
        if worker.poll() is None:
            worker.send_signal(signal.SIGKILL)
            kills += 1
        worker.wait()
    return kills


def test_a_worker_killed_again_and_again_loses_nothing_and_doubles_nothing(app: Flask) -> None:
    """50 moments among 2,000 letters are the bench's (`python -m bench.letters kill`)."""
    database = str(db.engine.url.database)
    letters_to(*(f"p{number}@people.example" for number in range(60)))
    with listening(World()) as world:
        kills = killed_while_sending(database, world, moments=4, each=9)
        assert kills >= 3
        clock.set_ahead(timedelta(minutes=11 * 10))
        try:
            with mail_goes_to(app, world, mail_per_minute=0):
                while sending.send_due():
                    pass
        finally:
            clock.set_ahead(timedelta(0))
    arrived: dict[str, set[str]] = {}
    for mail in world.mails:
        arrived.setdefault(str(mail["To"]), set()).add(str(mail["Message-ID"]))
    assert len(arrived) == 60
    assert all(len(ids) == 1 for ids in arrived.values())
    assert len(world.received) <= 60 + kills  # at most the one under way comes twice
    assert set(states()) == {LetterStatus.SENT.value}


def test_the_command_tells_how_the_outbox_stands(app: Flask, clock_at: Any) -> None:
    clock_at(NOON)
    letters_to("ana@people.example", "eva@people.example")
    clock_at(NOON + timedelta(minutes=20))
    said = app.test_cli_runner().invoke(args=["mail", "status"])
    assert said.exit_code == 1
    assert "      2  due now" in said.output
    assert "has waited 20 minutes" in said.output
    sending.send_due()
    said = app.test_cli_runner().invoke(args=["mail", "status"])
    assert said.exit_code == 0
    assert "      2  sent in the last hour" in said.output
