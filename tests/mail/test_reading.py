"""What came by mail becomes what its writer wrote: real-shaped mails of invented people."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.mail.cutting import written
from forum.mail.from_html import markdown
from forum.mail.reading import Unreadable, read

MAILS = sorted(Path(__file__).parent.glob("*.eml"))


def test_there_are_sixty() -> None:
    assert len(MAILS) >= 60
    assert {mail.stem for mail in MAILS} == {p.stem for p in Path(__file__).parent.glob("*.txt")}


@pytest.mark.parametrize("mail", MAILS, ids=lambda mail: mail.stem)
def test_a_mail_becomes_what_its_writer_wrote(mail: Path) -> None:
    found = read(mail.read_bytes())
    assert found.text == mail.with_suffix(".txt").read_text(encoding="utf-8").removesuffix("\n")
    assert not found.automatic
    assert len(found.senders) == 1


def by_name(part: str) -> Path:
    return next(mail for mail in MAILS if part in mail.stem)


def test_files_come_with_their_names() -> None:
    names = {
        "photo-from-a-phone": ["20260512_081355.jpg"],
        "inline-photo-gmail": ["raiz.jpg"],
        "document-rfc2231": ["relatório de água.pdf"],
        "pgp-signed": [],
        "smime-signed": [],
        "forwarded-as-attachment": [],
    }
    for mail, expected in names.items():
        assert [part.name for part in read(by_name(mail).read_bytes()).parts] == expected


def test_the_logo_of_a_signature_is_no_file_of_the_post() -> None:
    assert read(by_name("logo-in-signature").read_bytes()).parts == ()


def a_mail(*head: str, body: str = "Hola.", subject: str = "Re: Riego") -> bytes:
    lines = [
        "From: Ana <ana@ceiba.example>",
        "To: reply+x@in.forum.example",
        f"Subject: {subject}",
        "Message-ID: <1@ceiba.example>",
        *head,
        "",
        body,
    ]
    return "\r\n".join(lines).encode()


@pytest.mark.parametrize(
    "head",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; owner=x",
        "Precedence: bulk",
        "Precedence: auto_reply",
        "X-Autoreply: yes",
        "X-Auto-Response-Suppress: All",
        "X-Autorespond: ausente",
        "List-Id: <todos.lista.example>",
        "Return-Path: <>",
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b",
    ],
)
def test_a_machines_mail_is_known_by_its_head(head: str) -> None:
    assert read(a_mail(head)).automatic


@pytest.mark.parametrize(
    "subject",
    [
        "Respuesta automática: Riego",
        "=?utf-8?q?Respuesta_autom=C3=A1tica=3A_Riego?=",
        "Resposta automática: Água",
        "Réponse automatique : Eau",
        "Automatic reply: Water",
        "Fuera de la oficina: Riego",
        "Out of office",
        "Undelivered Mail Returned to Sender",
    ],
)
def test_a_machines_mail_is_known_by_its_subject(subject: str) -> None:
    assert read(a_mail(subject=subject)).automatic


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Ausencia de lluvia en el Petén",
        "La respuesta automática del riego",
        "Re: Fuera de temporada",
        "Ausentes en la asamblea",
    ],
)
def test_a_persons_mail_about_such_things_is_none(subject: str) -> None:
    assert not read(a_mail("Auto-Submitted: no", subject=subject)).automatic


def test_a_mail_that_went_in_circles_is_a_machines() -> None:
    assert read(a_mail(*["Received: from a by b"] * 31)).automatic


def test_two_senders_are_two() -> None:
    raw = a_mail().replace(b"From: Ana", b"From: Eva <eva@x.example>, Ana")
    assert read(raw).senders == ("eva@x.example", "ana@ceiba.example")


def test_a_name_that_looks_like_an_address_is_no_sender() -> None:
    raw = a_mail().replace(
        b"From: Ana <ana@ceiba.example>",
        b'From: "jefa@ceiba.example <https://ceiba.example>" <mala@otra.example>',
    )
    assert read(raw).senders == ("mala@otra.example",)


@pytest.mark.parametrize(
    ("message_id", "may_stand"),
    [
        ("<1@ceiba.example>", True),
        ("<1@ceiba.example>\r\n Bcc: victim@x.example", False),
        ("<a b@x>", False),
        ("no brackets", False),
        ("<" + "a" * 300 + "@x>", False),
    ],
)
def test_only_a_plain_message_id_is_answered(message_id: str, may_stand: bool) -> None:
    raw = a_mail().replace(b"<1@ceiba.example>", message_id.encode())
    assert bool(read(raw).answerable_id) is may_stand


REPORT = """From: MAILER-DAEMON@mx.example
To: reply+x@in.forum.example
Subject: Undelivered Mail Returned to Sender
Return-Path: <>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="r"

--r
Content-Type: text/plain

I'm sorry to have to inform you
--r
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ana@ceiba.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such user

--r--
"""


@pytest.mark.parametrize(
    ("action", "status", "failed", "for_good"),
    [
        ("failed", "5.1.1", True, True),
        ("failed", "4.4.7", True, False),
        ("delayed", "4.4.1", False, False),
        ("delivered", "2.0.0", False, False),
    ],
)
def test_a_report_says_whether_a_letter_failed(
    action: str, status: str, failed: bool, for_good: bool
) -> None:
    raw = REPORT.format(action=action, status=status).encode()
    mail = read(raw)
    assert mail.automatic
    assert (mail.failure is not None) is failed
    if mail.failure:
        assert (mail.failure.status, mail.failure.for_good) == (status, for_good)


def test_an_old_servers_report_is_read_by_its_words() -> None:
    raw = a_mail("Return-Path: <>", subject="failure notice", body="Hi. 550 5.1.1 unknown user")
    failure = read(raw).failure
    assert failure
    assert failure.status == "5.1.1"


def test_an_encrypted_mail_says_so() -> None:
    raw = a_mail(
        'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b',
        body="--b\r\nContent-Type: application/octet-stream\r\n\r\nx\r\n--b--",
    )
    assert read(raw).encrypted
    assert not read(a_mail()).encrypted


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=600))
def test_no_bytes_do_harm(data: bytes) -> None:
    for raw in (data, b"From: a@x\r\nContent-Type: text/html\r\n\r\n" + data):
        try:
            mail = read(raw)
        except Unreadable:
            continue
        assert "\x00" not in mail.text


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=400))
def test_no_words_do_harm(text: str) -> None:
    written(text, writer=text[:20])
    markdown(text)


NASTY = {
    "one long line that heads": "On " + "a " * 60_000 + "wrote:",
    "many lines that head": "El \n" * 60_000,
    "headers without end": "De: x\nPara: y\n" * 20_000,
    "spaces": " " * 150_000 + "x",
    "quotes": "> " * 60_000,
    "dashes": "-" * 150_000,
    "names": "Saludos,\n" * 20_000,
}


@pytest.mark.parametrize("name", NASTY)
def test_a_text_made_to_take_long_does_not(name: str) -> None:
    begun = time.process_time()
    written(NASTY[name], writer="Ana Choc")
    assert time.process_time() - begun < 2


NASTY_HTML = {
    "deep": "<div>" * 20_000 + "Hola" + "</div>" * 20_000,
    "links": "<a href=x>" * 5_000,
    "wide": "<p>x</p>" * 15_000,
    "one tag": "<" * 200_000,
    "attributes": "<p " + 'a="b" ' * 30_000 + ">Hola",
    "comments": "<!--" * 50_000,
}


@pytest.mark.parametrize("name", NASTY_HTML)
def test_html_made_to_take_long_does_not(name: str) -> None:
    begun = time.process_time()
    markdown(NASTY_HTML[name])
    assert time.process_time() - begun < 8


def test_what_is_nested_too_deeply_leaves_what_stands_above_it() -> None:
    assert markdown("<p>Hola</p>" + "<blockquote>" * 5_000 + "viejo") == "Hola"


@pytest.mark.parametrize(
    "own",
    [
        "Enviado por correo certificado el lunes.\nLlegó el jueves.",
        "Sent with love from Petén",
        "Aviso importante: mañana no hay sesión.\n\nPasa al jueves.",
        "Este mensaje es confidencial, no lo reenvíen.\n\nEl precio lo diremos en la sesión.",
        "Antes de imprimir la guía, revisen la página 4.\n\nTiene un error.",
        "Confidencialidad: hay que hablar de eso.\n\nEl jueves.",
        "Hola.\n\nSaludos desde Río Claro, donde llueve sin parar desde el lunes y no se siembra.",
        "De: la cooperativa sale la mitad.\nPara: las familias queda el resto.",
        "El 4 de mayo la asamblea escribió:\nque nadie siembre.",
        "El 4 de mayo de 2026 la asamblea escribió:\nque nadie siembre.",
        "Un abrazo a todas las familias.\n\nLes cuento lo que hicimos este mes en el vivero.",
        "- uno\n- dos\n- tres",
        "1. uno\n2. dos",
        "Costó Q 40 -- no más -- por planta.",
    ],
)
def test_ones_own_words_stay_whatever_they_look_like(own: str) -> None:
    assert written(own, writer="Ana Choc") == own


@pytest.mark.parametrize(
    "line",
    [
        "Enviado desde mi Xiaomi Redmi",
        "Enviado desde mi celular",
        "Enviado do meu Galaxy",
        "Enviado do Yahoo Mail para iPhone",
        "Envoyé de mon iPhone",
        "Envoyé depuis mon téléphone Orange",
        "Sent from my iPad",
        "Sent from Outlook for Android<https://aka.ms/x>",
        "Get Outlook for iOS",
        "Obter o Outlook para Android",
        "Enviado desde Correo para Windows",
        "Este mensaje fue enviado desde mi BlackBerry",
        "Mensaje enviado desde mi dispositivo móvil",
    ],
)
def test_what_a_phone_says_of_itself_is_cut(line: str) -> None:
    assert written(f"De acuerdo.\n\n{line}\n") == "De acuerdo."
