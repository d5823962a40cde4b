"""Mail fetched from a mailbox by IMAP, where no mail server can hand it over."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from flask import current_app
from imap_tools import AND, BaseMailBox, MailBox, MailBoxUnencrypted, MailMessageFlags

from forum.db import db
from forum.lib import clock
from forum.mail.reading import envelope_of, recipients_of
from forum.mail.receiving import Outcome, receive
from forum.web.settings import settings

EVERY_SECONDS = 60  # a mailbox is asked no more often by `flask work`
MOST_AT_ONCE = 50
_TIMEOUT = 30  # seconds
_PORTS = {"imaps": 993, "imap": 143}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Lying:
    """A mail that lies in the mailbox, by its number there."""

    uid: str
    raw: bytes


def fetch() -> dict[Outcome, int]:
    """Act on what lies unread in the mailbox of `FORUM_MAIL_FETCH`; each is marked as read.

    A mail whose action failed here stays unread and is fetched again; those behind it do not
    wait. Raises the first such failure once all of them were acted on.
    """
    ended: dict[Outcome, int] = {}
    failures: list[Exception] = []
    with _mailbox(settings().mail_fetch) as box:
        for mail in _unread(box):
            try:
                outcomes = _act(mail.raw)
            except Exception as failure:  # of a mail nobody can act on, or of ours
                log.error("a mail could not be acted on now: %s", type(failure).__name__)
                db.session.rollback()
                failures.append(failure)
                continue
            for outcome in outcomes:
                ended[outcome] = ended.get(outcome, 0) + 1
            box.flag([mail.uid], [MailMessageFlags.SEEN], True)
    if failures:
        raise failures[0]
    return ended


def fetch_at_times() -> int:
    """Fetch, as a chore: nothing without a mailbox, and once a minute. Returns how many mails."""
    if not settings().mail_fetch:
        return 0
    last, now = current_app.extensions.get("mail fetched"), clock.now()
    if last is not None and (now - last).total_seconds() < EVERY_SECONDS:
        return 0
    current_app.extensions["mail fetched"] = now
    db.session.rollback()  # no lock is held while the mailbox is spoken to
    return sum(fetch().values())


def _act(raw: bytes) -> list[Outcome]:
    """Act at each of the addresses that are ours; a mail to none of them is nobody's."""
    sender = envelope_of(raw)
    told = [receive(raw, sender, address) for address in recipients_of(raw)]
    return [one for one in told if one is not Outcome.UNKNOWN] or [Outcome.UNKNOWN]


@contextmanager
def _mailbox(url: str) -> Iterator[BaseMailBox]:
    place = urlsplit(url)
    port = place.port or _PORTS[place.scheme]
    make = MailBox if place.scheme == "imaps" else MailBoxUnencrypted
    box = make(place.hostname or "localhost", port=port, timeout=_TIMEOUT)
    folder = unquote(place.path.strip("/")) or "INBOX"
    with box.login(unquote(place.username or ""), unquote(place.password or ""), folder) as entered:
        yield entered


def _unread(box: BaseMailBox) -> Iterator[_Lying]:
    largest = settings().max_mail
    found = box.fetch(AND(seen=False), mark_seen=False, limit=MOST_AT_ONCE, headers_only=True)
    for head in list(found):
        if not head.uid:
            continue
        if head.size_rfc822 > largest:
            log.warning("a mail of %d bytes is left in the mailbox", head.size_rfc822)
            box.flag([head.uid], [MailMessageFlags.SEEN], True)
            continue
        for whole in box.fetch(AND(uid=head.uid), mark_seen=False):
            yield _Lying(head.uid, whole.obj.as_bytes())
