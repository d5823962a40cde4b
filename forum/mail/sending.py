"""Sending what is due: claimed by a conditional UPDATE, handed over, marked.

A worker killed between handing over and marking leaves a claim that runs out; the letter then
goes again under the same Message-ID, which is all SMTP allows.
"""

import logging
import smtplib
import ssl
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sqlalchemy import or_, select, update

from forum.db import db
from forum.lib import clock
from forum.mail.addresses import Item, What, reply_address, return_path
from forum.mail.models import Letter, LetterStatus
from forum.web.settings import settings

CLAIM_LASTS = timedelta(minutes=10)  # after this a claimed letter is taken to be abandoned
BACK_OFF = timedelta(minutes=2)  # doubled with each failed attempt
MOST_ATTEMPTS = 10  # about a day and a half of trying
BATCH = 50  # letters a call
SMTP_TIMEOUT = 30  # seconds
ANSWER = "mail_"  # begins the kinds of letters that answer a mail

log = logging.getLogger(__name__)


class Undelivered(Exception):
    """The mail server did not take the letter this time."""


def send_due() -> int:
    """Send the letters that are due, at most BATCH. Returns how many were sent."""
    sent = 0
    for letter_id in _due():
        if _claim(letter_id):
            sent += _send(letter_id)
    return sent


def _due() -> list[int]:
    now = clock.now()
    return list(
        db.session.scalars(
            select(Letter.id)
            .where(
                or_(
                    (Letter.status == LetterStatus.WAITING) & (Letter.due_at <= now),
                    (Letter.status == LetterStatus.SENDING)
                    & (Letter.claimed_at <= now - CLAIM_LASTS),
                )
            )
            .order_by(Letter.due_at, Letter.id)
            .limit(BATCH)
        )
    )


def _claim(letter_id: int) -> bool:
    now = clock.now()
    claimed = db.session.execute(
        update(Letter)
        .where(
            Letter.id == letter_id,
            or_(
                Letter.status == LetterStatus.WAITING,
                (Letter.status == LetterStatus.SENDING) & (Letter.claimed_at <= now - CLAIM_LASTS),
            ),
        )
        .values(status=LetterStatus.SENDING, claimed_at=now, attempts=Letter.attempts + 1)
        .returning(Letter.id)
    ).scalar()
    db.session.commit()
    return claimed is not None


def _send(letter_id: int) -> int:
    letter = db.session.execute(
        select(Letter).where(Letter.id == letter_id), execution_options={"populate_existing": True}
    ).scalar_one()
    db.session.commit()
    try:
        deliver(message(letter))
    except Undelivered:
        _put_back(letter)
        return 0
    except Exception as failure:  # of a letter nobody can compose; those behind must not wait
        log.error("Letter %s cannot be sent: %s", letter.message_id, type(failure).__name__)
        _put_back(letter)
        return 0
    letter.status, letter.sent_at = LetterStatus.SENT, clock.now()
    if letter.secret:
        letter.text = letter.html = ""
    db.session.commit()
    return 1


def _put_back(letter: Letter) -> None:
    gone = letter.attempts >= MOST_ATTEMPTS
    letter.status = LetterStatus.FAILED if gone else LetterStatus.WAITING
    letter.due_at = clock.now() + BACK_OFF * 2 ** min(letter.attempts, MOST_ATTEMPTS)
    db.session.commit()


def message(letter: Letter) -> EmailMessage:
    """The letter as a mail: plain text first, small HTML beside it."""
    mail = EmailMessage()
    mail["Subject"] = letter.subject
    mail["From"] = Address(settings().app_name, addr_spec=settings().mail_from)
    mail["To"] = Address(letter.to_name, addr_spec=letter.to_address)
    mail["Date"] = letter.created_at
    mail["Message-ID"] = letter.message_id
    if address := _reply_to(letter):
        mail["Reply-To"] = Address(settings().app_name, addr_spec=address)
    if letter.in_reply_to:
        mail["In-Reply-To"] = mail["References"] = letter.in_reply_to
    answers = letter.kind.startswith(ANSWER)
    mail["Auto-Submitted"] = "auto-replied" if answers else "auto-generated"
    mail["Return-Path"] = f"<{return_path(letter.id)}>"
    mail["Content-Language"] = letter.language
    mail.set_content(letter.text)
    mail.add_alternative(letter.html, subtype="html")
    return mail


def _reply_to(letter: Letter) -> str | None:
    """Where this letter is answered to by mail, if it can be."""
    if letter.person_id is None or letter.about_what is None or letter.about_id is None:
        return None
    return reply_address(letter.person_id, Item(What(letter.about_what), letter.about_id))


def deliver(mail: EmailMessage) -> None:
    """Hand one mail to where `FORUM_MAIL_URL` points. Raises Undelivered.

    Its Return-Path is where it goes back to, should it be undeliverable further on.
    """
    url = urlsplit(settings().mail_url)
    try:
        if url.scheme == "file":
            _to_folder(mail, Path(url.path))
        else:
            _to_server(
                mail, url.hostname or "localhost", url.port or 25, url.username, url.password
            )
    except (OSError, smtplib.SMTPException) as failure:
        raise Undelivered(str(failure)) from failure


def _to_folder(mail: EmailMessage, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = str(mail["Message-ID"]).strip("<>").partition("@")[0]
    (folder / f"{name}.eml").write_bytes(mail.as_bytes())


def _to_server(
    mail: EmailMessage, host: str, port: int, user: str | None, password: str | None
) -> None:
    back = mail["Return-Path"]
    del mail["Return-Path"]  # the last server writes it, from what it was told
    with smtplib.SMTP(host, port, timeout=SMTP_TIMEOUT) as server:
        if user:
            server.starttls(context=ssl.create_default_context())
            server.login(unquote(user), unquote(password or ""))
        server.send_message(mail, from_addr=str(back).strip("<>") if back else None)
