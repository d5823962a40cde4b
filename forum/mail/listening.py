"""The door that mail comes in by: LMTP, spoken to a mail server on this machine.

Addresses that are none of ours are refused when they are named, so that a mail server that asks
first (Postfix: `reject_unverified_recipient`) never takes such a mail, and sends no word of it to
whoever was written into it as its sender.
"""

import asyncio
import logging
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope, Session
from flask import Flask

from forum.config import Settings
from forum.mail.addresses import read_address
from forum.mail.receiving import Outcome, receive

MOST_RECIPIENTS = 20  # of one mail: an address is one person's, and nobody answers so much at once
LONGEST_LINE = 1_000_000  # bytes; by the rules 998, but programs that write HTML know none
PATIENCE = 120.0  # seconds a mail server may be silent
_AT_ONCE = 2  # mails acted on at the same time: SQLite writes one after another anyway

TAKEN = "250 2.0.0 Taken"
LATER = "451 4.3.0 Please try again later"
NOBODY = "550 5.1.1 No such address here"
TOO_MANY = "452 4.5.3 Too many recipients"

log = logging.getLogger(__name__)


class _Conversation(LMTP):
    """aiosmtpd's, which answers a mail that is too large once for each recipient, as LMTP does."""

    line_length_limit = LONGEST_LINE

    async def push(self, status: Any) -> None:
        """Say it; what is said of a whole mail, as often as there are recipients."""
        of_a_mail = isinstance(status, str) and status.startswith(
            ("552 Error", "500 Line too long")
        )
        count = len(self.envelope.rcpt_tos) if of_a_mail and self.envelope else 1
        for _each in range(max(1, count)):
            await super().push(status)


class Door:
    """What is said and done at each step; the mails themselves are acted on in threads."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._workers = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="mail in")

    async def handle_RCPT(  # noqa: N802  # aiosmtpd names it so
        self, _server: Any, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        """Take an address of ours, as many as there may be."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return TOO_MANY
        with self._app.app_context():
            if read_address(address) is None:
                return NOBODY
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Known"

    async def handle_DATA(  # noqa: N802  # aiosmtpd names it so
        self, _server: Any, _session: Session, envelope: Envelope
    ) -> str:
        """Act on the mail, once for each address; one line for each, in their order."""
        raw, sender = envelope.original_content or b"", envelope.mail_from or ""
        loop = asyncio.get_running_loop()
        said = [
            await loop.run_in_executor(self._workers, self._act, raw, sender, address)
            for address in envelope.rcpt_tos
        ]
        return "\r\n".join(said)

    async def handle_exception(self, fault: Exception) -> str:
        """Say nothing of what went wrong here; the mail is sent again."""
        log.error("a conversation about mail failed: %s", type(fault).__name__)
        return LATER

    def close(self) -> None:
        """Let what is under way end."""
        self._workers.shutdown()

    def _act(self, raw: bytes, sender: str, address: str) -> str:
        with self._app.app_context():
            try:
                outcome = receive(raw, sender, address)
            except Exception:
                log.exception("a mail could not be acted on now")
                return LATER
        return NOBODY if outcome is Outcome.UNKNOWN else TAKEN


def conversation(door: Door, mine: Settings) -> Callable[[], LMTP]:
    """What makes one conversation for each mail server that calls."""
    return lambda: _Conversation(
        door,
        data_size_limit=mine.max_mail,
        enable_SMTPUTF8=True,
        timeout=PATIENCE,
        hostname=mine.mail_domain or "localhost",
        ident="Intercambio",
    )


async def listen(
    app: Flask, mine: Settings, host: str, port: int, tell: Callable[[str], None]
) -> None:
    """Listen until told to stop (TERM or INT); a mail under way is ended. 0: any free port."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    door = Door(app)
    server = await loop.create_server(conversation(door, mine), host, port)
    name = server.sockets[0].getsockname()
    tell(f"Mail for {mine.mail_domain} comes in by LMTP at {name[0]}:{name[1]}.")
    async with server:
        await stop.wait()
    await loop.run_in_executor(None, door.close)
