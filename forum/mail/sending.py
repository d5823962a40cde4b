"""Sending what is due: claimed by a conditional UPDATE, handed over, marked.

What a letter tells is looked at again first: who lost sight of it while it waited gets it not.
A worker killed between handing over and marking leaves a claim that runs out; the letter then
goes again under the same Message-ID, which is all SMTP allows. Many letters go over one
connection. A server that is away costs no letter an attempt: they wait until it is back.
"""

import logging
import re
import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from sqlalchemy import ColumnElement, and_, func, or_, select, true, update
from sqlalchemy.orm import aliased

from forum.db import db
from forum.lib import clock, text
from forum.mail import bounces
from forum.mail.addresses import Item, What, reply_address, return_path
from forum.mail.models import Letter, LetterStatus
from forum.mail.outbox import OTHERWISE
from forum.mail.slots import may_go, writer
from forum.web.settings import settings

CLAIM_LASTS = timedelta(minutes=10)  # after this a claimed letter is taken to be abandoned
BACK_OFF = timedelta(minutes=2)  # doubled with each failed attempt
MOST_ATTEMPTS = 10  # about a day and a half of trying
AGAIN = timedelta(minutes=1)  # until a letter is tried again that met no server at all
BATCH = 50  # letters a call
SMTP_TIMEOUT = 30  # seconds
ANSWER = "mail_"  # begins the kinds of letters that answer a mail
REFUSED_FOR_GOOD = 500  # and above: trying again changes nothing (RFC 5321, 4.2.1)

# A long address or Message-ID must stay one word: folded at 78 it would be written in code.
WHOLE = default.clone(max_line_length=998)
WIRE = WHOLE.clone(linesep="\r\n")

_STATUS = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b")

log = logging.getLogger(__name__)


class Undelivered(Exception):
    """The mail server did not take the letter this time."""


class Refused(Undelivered):
    """It will not take it later either."""


class ServerAway(Exception):
    """There is no mail server to speak to now; that is no letter's fault."""


class Way(Protocol):
    """Where letters go out: many of them, one after another."""

    def deliver(self, mail: EmailMessage, receiver: str) -> None:
        """Hand one over. Raises Undelivered, Refused or ServerAway.

        Its Return-Path is where it goes back to, should it be undeliverable further on.
        """

    def close(self) -> None:
        """That was the last one."""


def send_due() -> int:
    """Send the letters that are due, at most BATCH and as many as a minute lets through.

    Returns how many were sent.
    """
    sent, way = 0, way_out()
    try:
        for letter_id in _due():
            if _claim(letter_id):
                sent += _send(letter_id, way)
    except ServerAway as why:
        log.warning("The mail server is away: %s", why)
    finally:
        way.close()
    return sent


def way_out() -> Way:
    """The way that `FORUM_MAIL_URL` names, opened when the first letter goes."""
    url = urlsplit(settings().mail_url)
    return _Folder(Path(url.path)) if url.scheme == "file" else _Server(url)


def _due() -> list[int]:
    if _full():
        return []
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


def _full() -> bool:
    """Whether this minute takes no more."""
    return not db.session.scalar(select(_room(clock.now())))


def _room(now: datetime) -> ColumnElement[bool]:
    """That fewer letters were claimed in the last minute, by whichever worker, than may go."""
    limit, claimed = settings().mail_per_minute, aliased(Letter)
    if not limit:
        return true()
    minute_ago = now - timedelta(minutes=1)
    gone = select(func.count()).select_from(claimed).where(claimed.claimed_at > minute_ago)
    return gone.scalar_subquery() < limit


def _claim(letter_id: int) -> bool:
    now = clock.now()
    free = or_(
        Letter.status == LetterStatus.WAITING,
        and_(Letter.status == LetterStatus.SENDING, Letter.claimed_at <= now - CLAIM_LASTS),
    )
    claimed = db.session.execute(
        update(Letter)
        .where(Letter.id == letter_id, free, _room(now))
        .values(status=LetterStatus.SENDING, claimed_at=now, attempts=Letter.attempts + 1)
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    db.session.commit()
    return claimed is not None


def _send(letter_id: int, way: Way) -> int:
    letter = db.session.execute(
        select(Letter).where(Letter.id == letter_id), execution_options={"populate_existing": True}
    ).scalar_one()
    if _is_for_nobody(letter) or not _may_go(letter):
        letter.status, letter.text, letter.html = LetterStatus.WITHDRAWN, "", ""
        db.session.commit()
        return 0
    db.session.commit()
    try:
        way.deliver(message(letter), letter.to_address)
    except ServerAway:
        letter.status, letter.attempts = LetterStatus.WAITING, letter.attempts - 1
        letter.due_at = clock.now() + AGAIN
        db.session.commit()
        raise
    except Undelivered as why:
        if isinstance(why, Refused) and isinstance(why.__cause__, smtplib.SMTPRecipientsRefused):
            bounces.count(letter.to_address, _status_in(str(why)), for_good=True)
        _put_back(letter, for_good=isinstance(why, Refused))
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


def _is_for_nobody(letter: Letter) -> bool:
    """Whether it tells what is new, and its reader was shut out while it waited."""
    if letter.person_id is None or "List-Id" not in letter.headers:
        return False
    reader = writer(letter.person_id)
    return reader is not None and not reader.in_use


def _may_go(letter: Letter) -> bool:
    """Whether what it tells is for its reader still: also a letter that waited is about now."""
    if letter.person_id is None or not letter.tells or may_go(letter.person_id, letter.tells):
        return True
    if otherwise := letter.tells.get(OTHERWISE):
        letter.text, letter.html = otherwise
        return True
    return False


def _status_in(said: str) -> str:
    """The enhanced status in a server's words, such as 5.1.1."""
    found = _STATUS.search(said)
    return found[0] if found else "5.0.0"


def _put_back(letter: Letter, *, for_good: bool = False) -> None:
    gone = for_good or letter.attempts >= MOST_ATTEMPTS
    letter.status = LetterStatus.FAILED if gone else LetterStatus.WAITING
    letter.due_at = clock.now() + BACK_OFF * 2 ** min(letter.attempts, MOST_ATTEMPTS)
    db.session.commit()


def message(letter: Letter) -> EmailMessage:
    """The letter as a mail: plain text first, at 72 columns, small HTML beside it."""
    mail = EmailMessage()
    mail["Subject"] = text.one_line(letter.subject)
    mail["From"] = Address(settings().app_name, addr_spec=settings().mail_from)
    mail["To"] = Address(text.one_line(letter.to_name), addr_spec=letter.to_address)
    mail["Date"] = letter.created_at
    mail["Message-ID"] = letter.message_id
    if address := _reply_to(letter):
        mail["Reply-To"] = Address(settings().app_name, addr_spec=address)
    if letter.in_reply_to:
        mail["In-Reply-To"] = letter.in_reply_to
        mail["References"] = letter.headers.get("References", letter.in_reply_to)
    answers = letter.kind.startswith(ANSWER)
    mail["Auto-Submitted"] = "auto-replied" if answers else "auto-generated"
    mail["Return-Path"] = f"<{return_path(letter.id)}>"
    mail["Content-Language"] = letter.language
    for name in letter.headers.keys() - {"References"}:
        mail[name] = text.one_line(letter.headers[name])
    mail.set_content(text.wrapped(letter.text))
    mail.add_alternative(letter.html, subtype="html")
    return mail


def _reply_to(letter: Letter) -> str | None:
    """Where its receiver's answer goes: to what it is about, else to where it is refused."""
    if letter.person_id is None or letter.secret or "Reply-To" in letter.headers:
        return None
    if letter.about_what is None or letter.about_id is None:
        return reply_address(letter.person_id, Item(What.NOTICE, letter.id))
    return reply_address(letter.person_id, Item(What(letter.about_what), letter.about_id))


class _Folder:
    """A file for each letter: to try out, and for tests."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(self, mail: EmailMessage, _receiver: str) -> None:
        """Write it, whole or not at all."""
        name = str(mail["Message-ID"]).strip("<>").partition("@")[0]
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            written = self._folder / f".{name}.part"
            written.write_bytes(mail.as_bytes(policy=WHOLE))
            written.replace(self._folder / f"{name}.eml")
        except OSError as failure:
            raise ServerAway(str(failure)) from failure

    def close(self) -> None:
        """Nothing is open."""


class _Server:
    """A mail server: one connection, opened with the first letter, and again where it broke."""

    def __init__(self, url: SplitResult) -> None:
        self._url = url
        self._open: smtplib.SMTP | None = None

    def deliver(self, mail: EmailMessage, receiver: str) -> None:
        """Hand it over; what the server says decides whether that is tried again."""
        sender = str(mail["Return-Path"]).strip("<>")
        del mail["Return-Path"]  # the last server writes it, from what it was told
        written = mail.as_bytes(policy=WIRE)
        server = self._open = self._open or _connected(self._url)
        try:
            server.sendmail(sender, [receiver], written)
        except smtplib.SMTPRecipientsRefused as answer:
            code, said = next(iter(answer.recipients.values()))
            raise _as_said(code, said) from answer
        except smtplib.SMTPDataError as answer:
            raise _as_said(answer.smtp_code, answer.smtp_error) from answer
        except (OSError, smtplib.SMTPException) as failure:
            self.close()
            raise Undelivered(str(failure)) from failure

    def close(self) -> None:
        """Say goodbye, where anybody listens."""
        server, self._open = self._open, None
        if server is not None:
            _quietly(server.quit)
            _quietly(server.close)


def _connected(url: SplitResult) -> smtplib.SMTP:
    """A server that said hello, and knows us where it must. Raises ServerAway."""
    server = None
    try:
        server = smtplib.SMTP(url.hostname or "localhost", url.port or 25, timeout=SMTP_TIMEOUT)
        if url.username:
            server.starttls(context=ssl.create_default_context())
            server.login(unquote(url.username), unquote(url.password or ""))
        server.ehlo_or_helo_if_needed()
    except (OSError, smtplib.SMTPException) as failure:
        if server is not None:
            _quietly(server.close)
        raise ServerAway(str(failure)) from failure
    return server


def _quietly(last: Callable[[], object]) -> None:
    try:
        last()
    except (OSError, smtplib.SMTPException) as failure:
        log.debug("goodbye was not heard: %s", failure)


def _as_said(code: int, said: bytes | str) -> Undelivered:
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    kind = Refused if code >= REFUSED_FOR_GOOD else Undelivered
    return kind(f"{code} {words}")
