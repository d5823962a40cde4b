"""A mail that came in: posted as its writer's page would, or refused with the reason, once.

Whether it is acted on is decided in this order: is the address ours; did a machine send it; was
it here before; is it from the person whom the address was given to; is the address good still;
do the action and its policy allow it. Each mail is one transaction, committed here.

What is answered goes to the envelope's sender alone, never to a machine, and not more than so
often a day: nobody can make us write to a third.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, func, select
from werkzeug.exceptions import NotFound

from forum.db import db, immediate
from forum.db.inserting import upsert
from forum.lib import clock
from forum.lib.permission import Forbidden, Refused, WrongState
from forum.mail import bounces, canary
from forum.mail.addresses import Address, Item, What, is_ours, read_address
from forum.mail.models import LONGEST_ADDRESS, Ended, ReceivedMail
from forum.mail.outbox import OTHERWISE, Receiver, post, written
from forum.mail.reading import Mail, Unreadable, read
from forum.mail.slots import MailHandler, Posted, Writer, handler_of, may_go, writer
from forum.web.locale import current_locale, day, force_locale, timezone_of
from forum.web.locale import gettext as _
from forum.web.settings import settings
from forum.web.timekeeping import keep_time

MOST_ANSWERS = 60  # a person and day: a very lively one; beyond it a loop that nobody saw
MOST_TO_STRANGERS = 3  # a person and day: refusals that go to another address than theirs
A_DAY = timedelta(days=1)
REMEMBERED = timedelta(days=400)  # longer than any address is good

log = logging.getLogger(__name__)


class Outcome(StrEnum):
    """What came of a mail at one of its addresses."""

    POSTED = "posted"
    REFUSED = "refused"
    REPEATED = "repeated"  # it was here before
    IGNORED = "ignored"  # a machine's, or none at all
    NOTED = "noted"  # a report about a letter of ours
    HOME = "home"  # the canary
    UNKNOWN = "unknown"  # no address of ours


def receive(raw: bytes, sender: str, recipient: str) -> Outcome:
    """Act on a mail that came to one address; `sender` is the envelope's, empty for none.

    What a database that is away raises is passed on: the mail server tries again later.
    """
    keep_time(settings())
    address = read_address(recipient)
    if address is None:
        return Outcome.UNKNOWN
    try:
        mail = read(raw)
    except Unreadable:
        return Outcome.IGNORED
    outcome = _received(address, mail, sender.strip().strip("<>").lower())
    log.info("a mail about %s: %s", address.item.what.name.lower(), outcome.value)
    return outcome


def _received(address: Address, mail: Mail, sender: str) -> Outcome:
    if address.item.what in (What.LETTER, What.CANARY):
        return _of_ours(address.item, mail)
    if not sender or mail.automatic or any(is_ours(one) for one in (sender, *mail.senders)):
        return Outcome.IGNORED
    handler = handler_of(address.item.what)
    with immediate(writing=False):
        somebody = writer(address.person_id) if address.person_id else None
        db.session.rollback()
    if somebody is None or handler is None:
        return Outcome.UNKNOWN
    return _Incoming(address, mail, sender, somebody, handler).end()


def _of_ours(item: Item, mail: Mail) -> Outcome:
    """A letter of ours came back, or the canary came home."""
    with immediate():
        if item.what is What.LETTER:
            outcome = Outcome.NOTED if bounces.came_back(item.id, mail.failure) else None
        else:
            outcome = Outcome.HOME if canary.came_home(item.id) else None
        db.session.commit()
    return outcome or Outcome.IGNORED


class Unanswerable:
    """What is done with an answer to a letter that is about nothing one could answer to."""

    def prepare(self, mail: Mail) -> None:  # noqa: ARG002  # as all of them are called
        """Refuse it."""
        raise Refused(
            _(
                "That letter is about several things, or about one that is not answered by mail: "
                "ballots, above all, are cast on the page alone. Please write to the address that "
                "stands beside what you answer, or open its page."
            )
        )

    def handle(self, person_id: int, item_id: int, mail: Mail, prepared: None) -> Posted:
        """Never come to."""
        raise NotImplementedError


def forget_old() -> int:
    """Forget mails that no address can bring again. Returns how many."""
    old = delete(ReceivedMail).where(ReceivedMail.created_at < clock.now() - REMEMBERED)
    gone: Any = db.session.execute(old)
    return int(gone.rowcount)


class _Incoming:
    """One mail from somebody to one of the addresses that a person was given."""

    def __init__(
        self, address: Address, mail: Mail, sender: str, somebody: Writer, handler: MailHandler
    ) -> None:
        self.address, self.mail, self.sender = address, mail, sender
        self.writer, self.handler = somebody, handler
        self.is_theirs = somebody.email is not None and mail.senders == (somebody.email,)

    def end(self) -> Outcome:
        """Post it or refuse it, in one transaction each; nothing where it was here before."""
        with self._in_their_language():
            try:
                self._check()
                prepared = self.handler.prepare(self.mail)
                return self._post(prepared)
            except (Forbidden, WrongState) as no:
                why = no.reason
            except Refused as no:
                why = no.message
            except NotFound:
                why = str(_("What you answered is not there any more, or not shown to you."))
            db.session.rollback()
            return self._refuse(why)

    @contextmanager
    def _in_their_language(self) -> Iterator[None]:
        known = settings().locales
        if self.is_theirs:
            locale, zone = self.writer.locale, self.writer.timezone
        else:  # whoever wrote is told nothing of the person, not even how they read
            said = self.mail.language[:2].lower()
            locale = said if said in known else settings().default_locale
            zone = settings().default_timezone
        with force_locale(locale), timezone_of(zone):
            yield

    def _check(self) -> None:
        """Raise Refused for what no action has to be asked about; first of all for a stranger."""
        if len(self.mail.senders) != 1:
            raise Refused(_("The mail does not say that it is from one person."))
        if not self.is_theirs:
            raise Refused(
                _(
                    "The address you wrote to was given to somebody who has another address "
                    "here than the one you wrote from. Please write from the address of your "
                    "account, or answer on the page."
                )
            )
        if not self.writer.in_use:
            raise Refused(_("Your account is closed at this moment."))
        if self.address.is_over:
            raise Refused(
                _(
                    "The address you wrote to was good until %(day)s. Please answer a newer "
                    "letter, or on the page.",
                    day=day(self.address.last_day),
                )
            )
        if self.mail.encrypted:
            raise Refused(_("The mail is encrypted, and nobody here can read it."))

    def _post(self, prepared: Any) -> Outcome:
        with immediate():
            answers = self._may_answer(MOST_ANSWERS)
            if not self._is_first(Ended.POSTED, answered=answers):
                return Outcome.REPEATED
            posted = self.handler.handle(self.writer.id, self.address.item.id, self.mail, prepared)
            if answers:
                self._tell_posted(posted)
            db.session.commit()
        return Outcome.POSTED

    def _refuse(self, why: str) -> Outcome:
        with immediate():
            most = MOST_ANSWERS if self.is_theirs else MOST_TO_STRANGERS
            answers = self._may_answer(most) and len(self.sender) <= LONGEST_ADDRESS
            if not self._is_first(Ended.REFUSED, answered=answers):
                return Outcome.REPEATED
            if answers:
                self._tell_refused(why)
            db.session.commit()
        return Outcome.REFUSED

    def _is_first(self, ended: Ended, *, answered: bool) -> bool:
        """Write down that it was here; False, and nothing kept, if it was before."""
        row = {
            "fingerprint": self.mail.fingerprint,
            "person_id": self.writer.id,
            "what": int(self.address.item.what),
            "item_id": self.address.item.id,
        }
        made = db.session.execute(
            upsert(ReceivedMail)
            .values(**row, ended=ended, answered=answered)
            .on_conflict_do_nothing(index_elements=list(row))
            .returning(ReceivedMail.id)
        ).scalar()
        if made is None:
            db.session.rollback()
        return made is not None

    def _may_answer(self, most: int) -> bool:
        """Whether fewer than so many mails at this person's addresses were answered in a day."""
        answered = select(func.count()).where(
            ReceivedMail.person_id == self.writer.id,
            ReceivedMail.created_at > clock.now() - A_DAY,
            ReceivedMail.answered,
        )
        return int(db.session.execute(answered).scalar_one()) < most

    def _tell_posted(self, posted: Posted) -> None:
        person = self.writer
        assert person.email is not None
        receiver = Receiver(person.email, person.name, person.locale, person.timezone, person.id)
        said: dict[str, Any] = {
            "path": posted.path,
            "notes": posted.notes,
            "readers": posted.readers,
        }
        named = may_go(person.id, posted.tells)
        _subject, *bare = written(receiver, "mail_posted", title="", **said)
        post(
            receiver,
            "mail_posted",
            about=self.address.item,
            in_reply_to=self.mail.answerable_id,
            tells={**posted.tells, OTHERWISE: bare} if named else {},
            title=posted.title if named else "",
            **said,
        )

    def _tell_refused(self, why: str) -> None:
        """To the envelope's sender; only to the person themselves with their name.

        Anybody can write a sender into a mail: what a thread is like now is told to no other
        address than theirs.
        """
        mine = self.sender == self.writer.email
        if self.is_theirs and not mine:
            why = str(_("Please answer on the page: there it says why, where that may be said."))
        person = self.writer
        post(
            Receiver(
                self.sender,
                person.name if mine else "",
                current_locale(),
                person.timezone if mine else settings().default_timezone,
                person.id if mine else None,
            ),
            "mail_refused",
            about=self.address.item if mine else None,
            in_reply_to=self.mail.answerable_id,
            reason=why,
        )
