"""What comes in from outside and is wrong, large or private; what goes out and could mislead."""

import re
import smtplib
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.accounts.models import Person
from forum.db import db
from forum.discussions.models import Attachment, Post
from forum.files.kinds import NotTaken
from forum.files.taking import take
from forum.mail import listening
from forum.mail.addresses import LASTS, Item, What, reply_address
from forum.mail.models import Letter
from forum.mail.receiving import Outcome, receive
from forum.notifications import actions
from forum.notifications.models import LetterPlan
from forum.web.locale import force_locale
from tests.factories import discussions as talk
from tests.mail.test_doors import _Listening
from tests.mail.test_receiving import a_photo, with_file
from tests.mail.world import HOST, free_port
from tests.people import Cast

Letters = Callable[..., list[Letter]]
MB = 1_000_000


@pytest.fixture(autouse=True)
def mail_comes_in(app: Flask) -> Iterator[None]:
    was = app.extensions["settings"]
    app.extensions["settings"] = replace(was, mail_domain="in.forum.example", max_file=40_000)
    yield
    app.extensions["settings"] = was


def address(person: Person, thread: Any) -> str:
    return reply_address(person.id, Item(What.THREAD, thread.id)) or ""


def in_one_line(letter: Letter) -> str:
    return " ".join(letter.text.split())


# --- files: what the page would not take, mail does not bring, in the same words ----------------

WRONG = {
    "empty.pdf": b"",
    "large.pdf": b"%PDF-1.7\n" + b"x" * 50_000,
    "program.exe": b"MZ\x90\x00",
    "page.html": b"<!doctype html><script>alert(1)</script>",
    "drawing.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "named.jpg": b"#!/bin/sh\nrm -rf /\n",
    "half.jpg": a_photo()[:200],
    "moving.gif": b"GIF89a" + b"\x00" * 40,
    "packed.zip": b"PK\x03\x04" + b"\x00" * 60,
    "old.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 60,
    "<b>name</b>.exe": b"MZ",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_file_is_refused_by_mail_in_the_words_of_the_page(
    app: Flask, cast: Cast, letters: Letters, name: str
) -> None:
    db.session.get_one(Person, cast.member.id).locale = "en"
    thread = talk.thread(cast.delegate)
    raw = with_file(cast.member.email or "", name, WRONG[name])
    db.session.commit()
    sent = receive(raw, cast.member.email or "", address(cast.member, thread))
    assert sent is Outcome.POSTED  # the words are: nobody has to write them again
    limits = {"most_bytes": 40_000, "most_pixels": app.extensions["settings"].max_pixels}
    with force_locale("en"), pytest.raises(NotTaken) as said:
        take(BytesIO(WRONG[name]), name, **limits)
    (letter,) = letters("mail_posted")
    assert str(said.value) in in_one_line(letter)
    assert "<b>name" not in letter.html
    assert list(db.session.scalars(select(Attachment))) == []


@pytest.mark.parametrize("name", ["vivero.jpg", "acta.pdf"])
def test_a_file_that_the_page_takes_comes_along(
    app: Flask, cast: Cast, letters: Letters, name: str
) -> None:
    thread = talk.thread(cast.delegate)
    data = a_photo() if name.endswith("jpg") else b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n%%EOF\n"
    db.session.commit()
    raw = with_file(cast.member.email or "", name, data)
    receive(raw, cast.member.email or "", address(cast.member, thread))
    assert db.session.scalars(select(Post.file_count).where(Post.number == 2)).one() == 1


# --- private conversations ----------------------------------------------------------------------


@pytest.mark.parametrize("bare", [False, True])
def test_a_private_conversation_by_mail_names_nothing_in_subjects(
    app: Flask, cast: Cast, letters: Letters, clock_at: Any, bare: bool
) -> None:
    """From the notice through its answer to the letter back; `bare`: they want notices alone."""
    at = clock_at("2026-05-05T18:00:00")
    later = at + timedelta(days=1)
    plan = LetterPlan(person_id=cast.neighbour.id, next_at=later, notice_only=bare)
    db.session.add(plan)
    thread = talk.thread(cast.neighbour, title="Estrategia", space=cast.spaces["coalition"])
    talk.post(cast.delegate, thread, body="Secreto de la casa.")
    db.session.commit()
    clock_at(at + timedelta(minutes=5))
    actions.write_notices()
    (notice,) = letters("notice")
    assert ("Secreto" in notice.text, "Estrategia" in notice.text) == (not bare, not bare)
    assert (notice.about_id is None) is bare  # nothing to answer where nothing is shown
    raw = (
        f"From: {cast.neighbour.email}\r\nSubject: Re: privado\r\n"
        "Message-ID: <1@phone.example>\r\n\r\nDe acuerdo."
    ).encode()
    to = address(cast.neighbour, thread)
    assert receive(raw, cast.neighbour.email or "", to) is Outcome.POSTED
    for letter in letters():
        assert "Estrategia" not in letter.subject
        assert "Secreto" not in letter.subject
    (back,) = letters("mail_posted")
    assert ("Estrategia" in back.text) is not bare


def test_an_address_that_is_over_posts_nothing_and_tells_no_name(
    app: Flask, cast: Cast, letters: Letters, clock_at: Any
) -> None:
    at = clock_at("2026-05-05T18:00:00")
    thread = talk.thread(cast.delegate, title="Estrategia", space=cast.spaces["coalition"])
    to = address(cast.member, thread)
    db.session.commit()
    clock_at(at + timedelta(days=LASTS[What.THREAD] + 1))
    raw = f"From: {cast.member.email}\r\nMessage-ID: <2@phone.example>\r\n\r\nTarde.".encode()
    assert receive(raw, cast.member.email or "", to) is Outcome.REFUSED
    (letter,) = letters("mail_refused")
    assert "Estrategia" not in letter.subject + letter.text + letter.html
    assert db.session.scalars(select(Post).where(Post.number == 2)).all() == []


# --- the conversation with a mail server, as it is spoken ----------------------------------------


@pytest.fixture
def port(app: Flask) -> Iterator[int]:
    door = listening.Door(app)
    controller = _Listening(door, hostname=HOST, port=free_port())
    controller.make = listening.conversation(door, app.extensions["settings"])
    controller.ready_timeout = 30
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()
        door.close()


def test_the_whole_conversation_line_by_line(app: Flask, cast: Cast, port: int) -> None:
    """RFC 2033: LHLO, one answer a recipient after the data, dots that were doubled (RFC 5321)."""
    to = address(cast.member, talk.thread(cast.delegate))
    other = address(cast.member, talk.thread(cast.delegate))
    db.session.commit()
    answers: list[str] = []
    with socket.create_connection((HOST, port), timeout=30) as line:
        heard = line.makefile("rb")

        def hear() -> str:
            while True:
                said = heard.readline().decode().rstrip()
                if said[3:4] != "-":
                    return said

        answers.append(hear())
        for words in (
            "EHLO mx.example",
            "MAIL FROM:<x@people.example>",
            "LHLO mx.example",
            "RCPT TO:<x@y.example>",
            f"MAIL FROM:<{cast.member.email}>",
            "DATA",
            f"RCPT TO:<{to}>",
            "RCPT TO:<reply+nothing@in.forum.example>",
            f"RCPT TO:<{other}>",
            "DATA",
        ):
            line.sendall(f"{words}\r\n".encode())
            answers.append(hear())
        text = (
            f"From: {cast.member.email}\r\nMessage-ID: <3@phone.example>\r\n\r\nUno.\r\n..\r\nDos."
        )
        line.sendall(text.encode() + b"\r\n.\r\n")
        answers += [hear(), hear()]
        line.sendall(b"QUIT\r\n")
        answers.append(hear())
    codes = [one[:3] for one in answers]
    assert codes[0] == "220"
    assert codes[1][0] == codes[2][0] == "5"  # who speaks SMTP here is told so
    assert codes[3:] == [
        "250",
        "503",
        "250",
        "503",
        "250",
        "550",
        "250",
        "354",
        "250",
        "250",
        "221",
    ]
    db.session.rollback()
    bodies = list(db.session.scalars(select(Post.body).where(Post.number == 2)))
    assert bodies == ["Uno.\n.\nDos."] * 2


def test_thirty_megabytes_are_refused_and_the_conversation_goes_on(
    app: Flask, cast: Cast, port: int
) -> None:
    to, email = address(cast.member, talk.thread(cast.delegate)), cast.member.email or ""
    db.session.commit()
    head = f"From: {email}\r\nMessage-ID: <4@phone.example>\r\n\r\n".encode()
    assert app.extensions["settings"].max_mail < 30 * MB
    with smtplib.LMTP(HOST, port, timeout=60) as server:
        server.ehlo_or_helo_if_needed()
        assert server.mail(email, [f"size={30 * MB}"])[0] == 552
        server.rset()
        server.mail(email)
        server.rcpt(to)
        server.putcmd("data")
        assert server.getreply()[0] == 354
        server.send(head + (b"x" * 998 + b"\r\n") * (30 * MB // 1000) + b".\r\n")
        assert server.getreply()[0] == 552
        assert server.sendmail(email, [to], head + b"Corto.\r\n") == {}
    db.session.rollback()
    assert list(db.session.scalars(select(Post.body).where(Post.number == 2))) == ["Corto."]


# --- names that would pass for an address --------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "https://evil.example/ingresar",
        "<a href='https://evil.example'>http://localhost/me</a>",
        "Ana <admin@forum.example>",
        "[http://localhost/me](https://evil.example)",
    ],
)
def test_a_link_leads_where_its_words_say_whatever_somebody_is_called(
    app: Flask, cast: Cast, letters: Letters, clock_at: Any, name: str
) -> None:
    at = clock_at("2026-05-05T18:00:00")
    for person in (cast.expert, cast.member):
        db.session.get_one(Person, person.id).name = name
    thread = talk.thread(cast.member, title=f"Costos {name}"[:120])
    talk.post(cast.expert, thread, body="Hola.")
    db.session.commit()
    clock_at(at + timedelta(minutes=5))
    actions.write_notices()
    (letter,) = letters("notice")
    links = re.findall(r'<a href="([^"]*)"[^>]*>(.*?)</a>', letter.html, re.DOTALL)
    assert len(links) == letter.html.count("<a ")
    for leads, words in links:
        assert leads.startswith(("http://localhost", "mailto:reply+"))
        assert "://" not in words or words == leads
