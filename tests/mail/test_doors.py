"""The doors that mail comes in by: LMTP as mail servers speak it, a pipe, a mailbox."""

import re
import smtplib
import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from forum.accounts.models import Person
from forum.db import db
from forum.discussions.models import Post
from forum.mail import fetching, listening, receiving
from forum.mail.addresses import Item, What, reply_address
from forum.mail.models import Letter
from tests.factories import discussions as talk
from tests.mail.world import HOST, free_port
from tests.people import Cast

pytestmark = pytest.mark.usefixtures("mail_comes_in")


@pytest.fixture
def mail_comes_in(app: Flask) -> Iterator[None]:
    was = app.extensions["settings"]
    app.extensions["settings"] = replace(
        was, mail_domain="in.forum.example", max_mail=200_000, mail_fetch="imap://me:secret@box/In"
    )
    yield
    app.extensions["settings"] = was


class _Listening(Controller):
    """The forum's own conversation, in a thread of its own."""

    def factory(self) -> Any:
        """One conversation."""
        return self.make()


@pytest.fixture
def lmtp(app: Flask) -> Iterator[smtplib.LMTP]:
    """A mail server's connection to the forum."""
    door = listening.Door(app)
    controller = _Listening(door, hostname=HOST, port=free_port())
    controller.make = listening.conversation(door, app.extensions["settings"])
    controller.ready_timeout = 30
    controller.start()
    try:
        with smtplib.LMTP(HOST, controller.port, timeout=30) as server:
            yield server
    finally:
        controller.stop()
        door.close()


def a_mail(person: Person, body: str = "Por correo.", number: int = 1) -> bytes:
    head = f"From: {person.email}\r\nSubject: Re\r\nMessage-ID: <{number}@phone.example>\r\n"
    return f"{head}\r\n{body}\r\n".encode()


@pytest.fixture
def to(app: Flask, cast: Cast) -> Callable[..., str]:
    """An address of somebody's to a new thread."""

    def make(person: Person | None = None) -> str:
        thread = talk.thread(cast.delegate)
        db.session.commit()
        return reply_address((person or cast.member).id, Item(What.THREAD, thread.id)) or ""

    return make


def bodies() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Post.body).where(Post.number > 1).order_by(Post.id)))


@pytest.mark.both_databases
def test_a_mail_server_hands_a_mail_over(
    app: Flask, cast: Cast, to: Callable[..., str], lmtp: smtplib.LMTP
) -> None:
    email = cast.member.email or ""
    assert lmtp.sendmail(email, [to()], a_mail(cast.member)) == {}
    assert bodies() == ["Por correo."]


def test_each_recipient_has_an_answer_of_its_own(
    app: Flask, cast: Cast, to: Callable[..., str], lmtp: smtplib.LMTP
) -> None:
    email = cast.member.email or ""
    refused = lmtp.sendmail(
        email, [to(), "nobody@in.forum.example", "x@elsewhere.example", to()], a_mail(cast.member)
    )
    assert lmtp.getreply() == (250, b"2.0.0 Taken")  # smtplib reads the first of the two
    assert {address: answer[0] for address, answer in refused.items()} == {
        "nobody@in.forum.example": 550,
        "x@elsewhere.example": 550,
    }
    assert len(bodies()) == 2


def test_a_thousand_recipients_are_not_taken_at_once(
    app: Flask, cast: Cast, to: Callable[..., str], lmtp: smtplib.LMTP
) -> None:
    email, one = cast.member.email or "", to()
    lmtp.ehlo_or_helo_if_needed()
    lmtp.mail(email)
    answers = [lmtp.rcpt(one)[0] for _n in range(1_000)]
    assert answers == [250] * listening.MOST_RECIPIENTS + [452] * (1_000 - 20)
    lmtp.rset()
    named = ", ".join(f"p{n}@people.example" for n in range(1_000))
    raw = f"To: {named}\r\n".encode() + a_mail(cast.member)
    assert lmtp.sendmail(email, [one], raw) == {}
    assert bodies() == ["Por correo."]


def test_a_mail_that_is_too_large_is_refused_to_each_recipient(
    app: Flask, cast: Cast, to: Callable[..., str], lmtp: smtplib.LMTP
) -> None:
    email, where = cast.member.email or "", [to(), to()]
    big = a_mail(cast.member, body="x" * 70 + "\r\n" + "y" * 300_000)
    lmtp.ehlo_or_helo_if_needed()
    code, said = lmtp.mail(email, [f"size={len(big)}"])
    assert (code, b"size" in said.lower()) == (552, True)  # told before, not a byte is sent
    lmtp.rset()
    lmtp.mail(email)  # not told, it is found out
    for address in where:
        lmtp.rcpt(address)
    lmtp.putcmd("data")
    lmtp.getreply()
    lmtp.send(big + b"\r\n.\r\n")
    assert [lmtp.getreply()[0] for _each in where] == [552, 552]
    assert lmtp.noop()[0] == 250
    assert bodies() == []


def test_lines_longer_than_the_rules_allow_are_taken(
    app: Flask, cast: Cast, to: Callable[..., str], lmtp: smtplib.LMTP
) -> None:
    body = "palabra " * 400
    lmtp.sendmail(cast.member.email or "", [to()], a_mail(cast.member, body=body))
    assert bodies() == [body.strip()]


def test_a_fault_of_ours_is_not_told_and_the_mail_is_sent_again(
    app: Flask,
    cast: Cast,
    to: Callable[..., str],
    lmtp: smtplib.LMTP,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_all: Any) -> None:
        raise RuntimeError("the database's secret name")

    email, where = cast.member.email or "", to()
    monkeypatch.setattr(listening, "receive", broken)
    with pytest.raises(smtplib.SMTPDataError) as caught:
        lmtp.sendmail(email, [where], a_mail(cast.member))
    assert caught.value.smtp_code == 451
    assert b"secret" not in caught.value.smtp_error
    monkeypatch.undo()
    lmtp.sendmail(email, [where], a_mail(cast.member))
    assert bodies() == ["Por correo."]


@pytest.mark.parametrize(
    "raw", [b"", b"\x00\xff\xfe", b"no head at all", b"From: \r\n\r\n", b"\r\n\r\n"]
)
def test_no_bytes_are_too_strange(
    app: Flask, cast: Cast, to: Callable[..., str], lmtp: smtplib.LMTP, raw: bytes
) -> None:
    assert lmtp.sendmail(cast.member.email or "", [to()], raw) == {}
    assert bodies() == []


# --- the pipe --------------------------------------------------------------------------------


@pytest.fixture
def pipe(app: Flask) -> Callable[..., Result]:
    def run(raw: bytes, *words: str) -> Result:
        db.session.commit()
        return app.test_cli_runner().invoke(args=["mail", "pipe", *words], input=raw)

    return run


def test_a_mail_comes_through_a_pipe(
    app: Flask, cast: Cast, to: Callable[..., str], pipe: Callable[..., Result]
) -> None:
    told = pipe(a_mail(cast.member), to(), "--sender", cast.member.email or "")
    assert (told.exit_code, told.output) == (0, "posted\n")
    assert bodies() == ["Por correo."]


def test_a_pipe_without_words_reads_the_head(
    app: Flask, cast: Cast, to: Callable[..., str], pipe: Callable[..., Result]
) -> None:
    head = f"Return-Path: <{cast.member.email}>\r\nTo: Foro <{to()}>, x@elsewhere.example\r\n"
    told = pipe(head.encode() + a_mail(cast.member))
    assert (told.exit_code, told.output) == (0, "posted, unknown\n")


def test_a_pipe_ends_as_mail_servers_read_it(
    app: Flask, cast: Cast, to: Callable[..., str], pipe: Callable[..., Result]
) -> None:
    email = cast.member.email or ""
    nobody = pipe(a_mail(cast.member), "nobody@in.forum.example", "--sender", email)
    large = pipe(b"x" * 300_000, to(), "--sender", email)
    app.extensions["settings"] = replace(app.extensions["settings"], mail_domain="")
    closed = pipe(a_mail(cast.member), "x@y.example")
    assert [one.exit_code for one in (nobody, large, closed)] == [67, 65, 78]


# --- the mailbox -----------------------------------------------------------------------------


@dataclass
class _Box:
    """What an IMAP server would hold: mails by number, and which are read."""

    mails: dict[str, bytes]
    seen: set[str] = field(default_factory=set)

    def login(self, user: str, password: str, folder: str) -> "_Box":
        assert (user, password, folder) == ("me", "secret", "In")
        return self

    def __enter__(self) -> "_Box":
        return self

    def __exit__(self, *_all: object) -> None:
        """Close."""

    def fetch(self, asked: Any, **_how: Any) -> Iterator[Any]:
        wanted = str(asked)
        for uid, raw in list(self.mails.items()):
            if ("UNSEEN" in wanted and uid not in self.seen) or f"UID {uid}" in wanted:
                obj = SimpleNamespace(as_bytes=lambda raw=raw: raw)
                yield SimpleNamespace(uid=uid, size_rfc822=len(raw), obj=obj)

    def flag(self, uids: list[str], _flags: Any, _on: bool) -> None:
        self.seen |= set(uids)


def test_what_lies_in_a_mailbox_is_fetched_once(
    app: Flask, cast: Cast, to: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    head = f"Return-Path: <{cast.member.email}>\r\nDelivered-To: {to()}\r\n".encode()
    box = _Box(
        {
            "7": head + a_mail(cast.member),
            "8": b"To: x@elsewhere.example\r\nFrom: y@z.example\r\n\r\nPublicidad",
            "9": head + b"x" * 300_000,
        }
    )
    monkeypatch.setattr(fetching, "MailBoxUnencrypted", lambda *_a, **_k: box)
    run = app.test_cli_runner()
    assert run.invoke(args=["mail", "fetch"]).output == "posted: 1, unknown: 1\n"
    assert box.seen == {"7", "8", "9"}
    assert run.invoke(args=["mail", "fetch"]).output == "nothing new\n"
    assert bodies() == ["Por correo."]


def test_a_mail_that_failed_here_stays_in_the_mailbox_and_holds_up_no_other(
    app: Flask, cast: Cast, to: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    head = f"Return-Path: <{cast.member.email}>\r\nDelivered-To: {to()}\r\n".encode()
    fails = head + b"X-Fails: yes\r\n" + a_mail(cast.member)
    box = _Box({"7": fails, "8": head + a_mail(cast.member)})
    monkeypatch.setattr(fetching, "MailBoxUnencrypted", lambda *_a, **_k: box)

    def receive(raw: bytes, sender: str, recipient: str) -> receiving.Outcome:
        if b"X-Fails" in raw:
            raise RuntimeError
        return receiving.receive(raw, sender, recipient)

    monkeypatch.setattr(fetching, "receive", receive)
    assert app.test_cli_runner().invoke(args=["mail", "fetch"]).exit_code == 1
    assert box.seen == {"8"}
    assert bodies() == ["Por correo."]


def test_letters_out_and_their_answer_in_are_one_conversation(
    app: Flask, cast: Cast, lmtp: smtplib.LMTP
) -> None:
    """A letter leaves over SMTP; its receiver's program answers its Reply-To."""
    from forum import mail as post_office
    from forum.mail import sending
    from tests.mail.world import World, listening, mail_goes_to

    thread = talk.thread(cast.delegate)
    member = db.session.get_one(Person, cast.member.id)
    post_office.post(post_office.Receiver.of(member), "canary", about=Item(What.THREAD, thread.id))
    db.session.commit()
    with listening(World()) as world, mail_goes_to(app, world):
        assert sending.send_due() == 1
        (letter,) = world.mails
        reply_to = letter["Reply-To"].addresses[0].addr_spec
        answer = a_mail(cast.member, body=f"De acuerdo.\r\n\r\nOn Monday 4 May 2026 at 10:20, "
        f"Intercambio <{reply_to}> wrote:\r\n> {letter['Subject']}")  # fmt: skip
        assert lmtp.sendmail(cast.member.email or "", [reply_to], answer) == {}
        assert bodies() == ["De acuerdo."]
        assert sending.send_due() == 1
        _first, told = world.mails
    assert told["In-Reply-To"] == "<1@phone.example>"
    assert told["Auto-Submitted"] == "auto-replied"
    assert db.session.scalars(select(Letter.kind).order_by(Letter.id)).all()[-1] == "mail_posted"


def test_the_program_listens_until_it_is_told_to_stop(app: Flask, cast: Cast, to: Any) -> None:
    """`flask mail receive` as it is run beside the server, on a port of the system's choice."""
    import os
    import signal
    import subprocess
    import sys

    where, mine = to(), app.extensions["settings"]
    surroundings = os.environ | {
        "FORUM_TESTING": "1",
        "FORUM_SECRET_KEY": mine.secret_key,
        "FORUM_DATABASE_URL": mine.database_url,
        "FORUM_DATA_DIR": str(mine.data_dir),
        "FORUM_MAIL_DOMAIN": mine.mail_domain,
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "mail", "receive", "--port", "0"]
    with subprocess.Popen(command, env=surroundings, stdout=subprocess.PIPE, text=True) as program:
        try:
            assert program.stdout
            port = int(program.stdout.readline().strip().rstrip(".").rpartition(":")[2])
            with smtplib.LMTP(HOST, port, timeout=30) as server:
                assert server.sendmail(cast.member.email or "", [where], a_mail(cast.member)) == {}
        finally:
            program.send_signal(signal.SIGTERM)
        assert program.wait(30) == 0
    assert bodies() == ["Por correo."]


class _Imap(socketserver.StreamRequestHandler):
    """As much of an IMAP server as fetching needs, in its own words on a real connection."""

    def handle(self) -> None:
        """Speak until the other says goodbye."""
        self._say("* OK here")
        while line := self.rfile.readline().decode().strip():
            tag, _space, asked = line.partition(" ")
            self.server.heard.append(asked)
            self._answer(asked.upper(), asked)
            self._say(f"{tag} OK done")
            if asked.upper() == "LOGOUT":
                return

    def _answer(self, asked: str, as_said: str) -> None:
        mails, seen = self.server.mails, self.server.seen
        if asked == "CAPABILITY":
            self._say("* CAPABILITY IMAP4rev1")
        elif asked == "LOGOUT":
            self._say("* BYE")
        elif asked.startswith("SELECT"):
            self._say(f"* {len(mails)} EXISTS")
        elif asked.startswith("UID SEARCH"):
            found = re.search(r"UID (\d+)\)?$", asked)
            uids = [found[1]] if found else [uid for uid in mails if uid not in seen]
            self._say("* SEARCH " + " ".join(uids))
        elif asked.startswith("UID FETCH"):
            for number, uid in enumerate(re.findall(r"\d+", asked.split()[2]), 1):
                self._send(number, uid, mails[uid], headers="HEADER" in asked)
        elif asked.startswith("UID STORE"):
            seen.update(re.findall(r"\d+", as_said.split()[2]))

    def _send(self, number: int, uid: str, raw: bytes, *, headers: bool) -> None:
        part = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if headers else raw
        name = "BODY[HEADER]" if headers else "BODY[]"
        head = f"* {number} FETCH (UID {uid} RFC822.SIZE {len(raw)} FLAGS () {name} {{{len(part)}}}"
        self.wfile.write(head.encode() + b"\r\n" + part + b")\r\n")

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


class _ImapServer(socketserver.TCPServer):
    """Holds the mails, which are read, and what it was told."""

    def __init__(self, mails: dict[str, bytes]) -> None:
        super().__init__((HOST, 0), _Imap)
        self.mails, self.seen, self.heard = mails, set[str](), list[str]()


def test_a_mailbox_is_spoken_to_in_its_own_words(app: Flask, cast: Cast, to: Any) -> None:
    head = f"Return-Path: <{cast.member.email}>\r\nDelivered-To: {to()}\r\n".encode()
    long = "Año tras año, más caoba. " * 20
    with _ImapServer(
        {
            "7": head + a_mail(cast.member, body=long),
            "8": head + b"From: x@y.example\r\n\r\n" + b"x" * 300_000,
        }
    ) as server:
        speaking = threading.Thread(target=server.serve_forever, daemon=True)
        speaking.start()
        url = f"imap://me%40box:se%3Acret@{HOST}:{server.server_address[1]}/In"
        app.extensions["settings"] = replace(app.extensions["settings"], mail_fetch=url)
        run = app.test_cli_runner()
        first = run.invoke(args=["mail", "fetch"])
        again = run.invoke(args=["mail", "fetch"])
        server.shutdown()
        speaking.join()
    assert first.exception is None, (first.exception, server.heard)
    assert (first.output, again.output) == ("posted: 1\n", "nothing new\n")
    assert bodies() == [long.strip()]
    assert server.seen == {"7", "8"}
    fetched = [asked for asked in server.heard if asked.upper().startswith("UID FETCH 8")]
    assert all("HEADER" in asked.upper() for asked in fetched)  # its 300 KB were not sent
    assert any(asked == 'LOGIN "me@box" "se:cret"' for asked in server.heard)
