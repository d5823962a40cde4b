"""Writing what is due: notices of what is meant for somebody, and everybody's summaries.

Each is claimed by a conditional UPDATE in the transaction that stores the letter, so whatever
becomes of the worker, a letter is written once or not at all; what it tells is told by no other.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select, update

from forum import mail
from forum.accounts.models import Person
from forum.accounts.queries import in_use
from forum.db import db
from forum.db.inserting import upsert
from forum.db.types import UTCDateTime
from forum.lib import clock, markup, text
from forum.mail.models import Letter
from forum.mail.sending import message
from forum.notifications import choosing, digest, queries, wording
from forum.notifications.kinds import PACES, Matter, Pace
from forum.notifications.models import LetterPlan, Notification
from forum.notifications.pacing import Plan
from forum.notifications.queries import Entry
from forum.notifications.stopping import SUMMARY, list_headers, stop_token
from forum.spaces import Viewer, viewer_of
from forum.web.identity import Identity
from forum.web.locale import force_locale, timezone_of

QUIET = timedelta(minutes=2)  # who is reading just now is not written to; a slip is taken back
NOTICE_GAP = timedelta(hours=1)  # between two notices of one thread nobody read meanwhile
GATHERED = timedelta(minutes=10)  # what is followed "at once" is told together
STALE = timedelta(days=7)  # what waited so long (a worker that was away) is for the list
BATCH = 50  # letters a round
LOOKED_AT = 500  # that may rest on a quiet day
POSTS_IN_NOTICE = 5
LONGEST_POST = 2_500  # characters of one in a notice; the page has all
MOST_BYTES = 14_500  # of a whole summary, as sent: a page of data on a prepaid phone
AFTER_A_FAULT = timedelta(hours=1)

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Somebody letters are written to, as they are now."""

    receiver: mail.Receiver
    viewer: Viewer
    plan: Plan
    plan_id: int
    notice_only: bool


def write_notices() -> int:
    """Write to those for whom something is meant and who hear of it at once. Returns how many."""
    now, written = clock.now(), 0
    for entry_id, person_id in _meant(now):
        if written >= BATCH:
            break
        written += _guarded(partial(_notice, entry_id, person_id, now))
    return written


def write_summaries() -> int:
    """Write the summaries that are due, and what is followed at once. Returns how many."""
    now = clock.now()
    _plan_for_everybody(now)
    written = 0
    for person_id, next_at in _mornings(now):
        written += _guarded(
            partial(_morning, person_id, next_at, now), partial(_postpone, person_id, now)
        )
    for person_id in _awaiting(now):
        written += _guarded(partial(_first_of_the_day, person_id, now))
    return written


def reader_of(person_id: int) -> Reader | None:
    """That person as a reader of letters; None without an address or an account in use."""
    found = db.session.execute(
        select(Person, LetterPlan)
        .join(LetterPlan, LetterPlan.person_id == Person.id)
        .where(Person.id == person_id, Person.email.is_not(None), in_use())
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        return None
    person, plan = found
    return Reader(
        receiver=mail.Receiver.of(person),
        viewer=viewer_of(_identity(person)),
        plan=Plan(
            paces=paces_of(person.side, plan),
            quiet_days=plan.quiet_days,
            timezone=person.timezone,
            last_at=plan.last_at,
            daily_at=plan.daily_at,
            weekly_at=plan.weekly_at,
        ),
        plan_id=plan.id,
        notice_only=plan.notice_only,
    )


def paces_of(side: str, plan: LetterPlan | None) -> dict[Matter, Pace]:
    """How soon somebody of that side hears of each matter."""
    return {matter: getattr(plan, matter, None) or usual for matter, usual in PACES[side].items()}


def _identity(person: Person) -> Identity:
    return Identity(
        person_id=person.id,
        public_id=person.public_id,
        name=person.name,
        side=str(person.side),
        is_operator=person.is_operator,
        locale=person.locale,
        timezone=person.timezone,
        session_epoch=person.session_epoch,
    )


def _guarded(write: Callable[[], int], otherwise: Callable[[], None] | None = None) -> int:
    """One letter in its own transaction: what goes wrong with it stops no other."""
    try:
        done = write()
        db.session.commit()
    except Exception:
        log.exception("a letter could not be written")
        db.session.rollback()
        if otherwise:
            otherwise()
            db.session.commit()
        return 0
    return done


def _meant(now: datetime) -> Sequence[Any]:
    """Entries that hold something meant for a person who hears of it at once, with the person."""
    found = db.session.execute(
        select(Notification.id, Notification.person_id)
        .join(Person, Person.id == Notification.person_id)
        .where(
            _untold_personally(),
            Notification.personal_at <= now - QUIET,
            Notification.personal_at > now - STALE,
            or_(Notification.mailed_at.is_(None), Notification.mailed_at <= now - NOTICE_GAP),
            choosing.wants(Matter.PERSONAL, Pace.AT_ONCE),
            Person.email.is_not(None),
            in_use(),
        )
        .order_by(Notification.personal_at, Notification.id)
        .limit(LOOKED_AT)
    ).all()
    db.session.commit()
    return found


def _untold_personally() -> ColumnElement[bool]:
    return and_(
        Notification.read_at.is_(None),
        Notification.personal_at.is_not(None),
        or_(Notification.mailed_at.is_(None), Notification.personal_at > Notification.mailed_at),
    )


def _notice(entry_id: int, person_id: int, now: datetime) -> int:
    _plan_for_everybody(now, person_id)
    reader = reader_of(person_id)
    if reader is None or reader.plan.is_quiet(now):
        return 0
    _hold_entries(person_id)
    with force_locale(reader.receiver.locale), timezone_of(reader.receiver.timezone):
        entries = queries.not_mailed(reader.viewer, Notification.id == entry_id)
    if not _claim_entry(entry_id, now):
        return 0
    if not entries:
        return 0  # out of sight by now: nobody is told, and nobody looks again
    _post_notice(reader, entries[0])
    return 1


def _hold_entries(person_id: int) -> None:
    """What is told from here on waits until the letter is stored, and is for the next one."""
    db.session.execute(
        select(Notification.id)
        .where(Notification.person_id == person_id, Notification.read_at.is_(None))
        .order_by(Notification.id)
        .with_for_update()
    ).all()


def _claim_entry(entry_id: int, now: datetime) -> bool:
    claimed = db.session.execute(
        update(Notification)
        .where(Notification.id == entry_id, _untold_personally())
        .values(mailed_at=now, mailed_number=Notification.upto_number)
        .returning(Notification.id)
        .execution_options(synchronize_session=False)
    )
    return claimed.scalar() is not None


def _post_notice(reader: Reader, entry: Entry) -> None:
    spaces = digest.withheld_spaces(reader.viewer, notice_only=reader.notice_only)
    hidden = digest.is_withheld(entry, spaces, notice_only=reader.notice_only)
    words = [] if hidden else digest.words_of(entry, POSTS_IN_NOTICE)
    last = words[-1] if words else None
    person = reader.receiver.public_id
    name, above, all_above = _thread_of_letters(entry, last, person)
    with force_locale(reader.receiver.locale), timezone_of(reader.receiver.timezone):
        mail.post(
            reader.receiver,
            "notice",
            name_of_letter=name,
            headers=list_headers(person, Matter.PERSONAL) | {"References": all_above},
            in_reply_to=above,
            about=None if hidden else digest.answered_of(entry, last),
            hidden=hidden,
            private=entry.space_kind in digest.PRIVATE,
            title=entry.title,
            language=entry.language,
            said=[] if hidden else [*_marks(entry), *wording.sentences(entry)],
            words=[(one, _as_read(one.body)) for one in words],
            answerable=bool(digest.answer_address(reader.viewer.person_id, entry, last)),
            path=digest.path_of(entry),
            stop=stop_token(person, Matter.PERSONAL),
        )


def _marks(entry: Entry) -> list[str]:
    return [f"{words}." for _icon, _look, words in wording.marks(entry)]


def _thread_of_letters(
    entry: Entry, last: digest.Words | None, person: str
) -> tuple[str | None, str, str]:
    """How the letter is called, what it answers, and all above it: so letters hang together.

    A post's letter to a person is always called the same, also by the letters below it. The
    thread's own name is that of no letter; mail programs gather by it all the same.
    """
    what = f"thread.{entry.thread_id}" if entry.thread_id else f"proposal.{entry.proposal_id}"
    root = mail.message_id(f"{what}.{person}")
    if last is None:
        return None, root, root
    name = f"post.{last.public_id}.{person}"
    taken = exists().where(Letter.message_id == mail.message_id(name))
    known = db.session.scalar(select(taken))
    above = mail.message_id(f"post.{last.answers}.{person}") if last.answers else root
    return None if known else name, above, root if above == root else f"{root} {above}"


def _as_read(body: str) -> str:
    return text.excerpt_of_lines(markup.plain(body, to_tell=True), LONGEST_POST)


def _plan_for_everybody(now: datetime, person_id: int | None = None) -> None:
    """A plan for whoever has none, or that person: who has just come is looked for at once."""
    without = ~exists().where(LetterPlan.person_id == Person.id)
    if person_id is not None:
        without = and_(without, Person.id == person_id)
    moment = literal(now, UTCDateTime)
    columns: dict[str, Any] = {
        "person_id": Person.id,
        "created_at": moment,
        "next_at": moment,
        "quiet_days": literal(""),
        "notice_only": literal(value=False),
        "version": literal(1),
    }
    rows = select(*columns.values()).where(without)
    db.session.execute(
        upsert(LetterPlan)
        .from_select(list(columns), rows)
        .on_conflict_do_nothing(index_elements=["person_id"])
    )
    db.session.flush()


def _mornings(now: datetime) -> Sequence[Any]:
    found = db.session.execute(
        select(LetterPlan.person_id, LetterPlan.next_at)
        .where(LetterPlan.next_at <= now)
        .order_by(LetterPlan.next_at, LetterPlan.id)
        .limit(BATCH)
    ).all()
    db.session.commit()
    return found


def _morning(person_id: int, planned: datetime, now: datetime) -> int:
    """The person's summary of this morning, if there is something to tell."""
    reader = reader_of(person_id)
    zone = reader.plan if reader else Plan.of_nobody()
    if not _claim_plan(person_id, LetterPlan.next_at == planned, next_at=zone.next_morning(now)):
        return 0
    if reader is None or not reader.plan.is_morning(now) or not reader.plan.may_write(now):
        return 0
    plan, due = reader.plan, reader.plan.due(now)
    looked = {"daily_at": now} | ({"weekly_at": now} if plan.is_weekly(now) else {})
    wrote = _post_summary(reader, due, entries_only=False)
    _set_plan(reader.plan_id, **looked, **({"last_at": now} if wrote else {}))
    return int(wrote)


def _awaiting(now: datetime) -> Sequence[int]:
    """Who follows at once, and has not been told of something yet."""
    soon, usual = [], Pace.AT_ONCE
    for matter, column in (
        (Matter.FOLLOWED, Notification.thread_id),
        (Matter.PROPOSALS, Notification.proposal_id),
    ):
        soon.append(and_(column.is_not(None), choosing.wants(matter, usual)))
    found = db.session.scalars(
        select(Notification.person_id)
        .join(Person, Person.id == Notification.person_id)
        .join(LetterPlan, LetterPlan.person_id == Person.id)
        .where(
            Notification.read_at.is_(None),
            Notification.told_at <= now - GATHERED,
            Notification.told_at > now - STALE,
            or_(Notification.mailed_at.is_(None), Notification.told_at > Notification.mailed_at),
            or_(LetterPlan.last_at.is_(None), LetterPlan.last_at < now - timedelta(hours=1)),
            or_(*soon),
            Person.email.is_not(None),
            in_use(),
        )
        .group_by(Notification.person_id)
        .order_by(func.min(Notification.told_at), Notification.person_id)
        .limit(LOOKED_AT)
    ).all()
    db.session.commit()
    return found


def _first_of_the_day(person_id: int, now: datetime) -> int:
    reader = reader_of(person_id)
    if reader is None or not reader.plan.may_write(now):
        return 0
    wanted = (Matter.FOLLOWED, Matter.PROPOSALS)
    due = {matter for matter in wanted if reader.plan.paces[matter] is Pace.AT_ONCE}
    before = reader.plan.last_at
    same = LetterPlan.last_at.is_(None) if before is None else LetterPlan.last_at == before
    if not _claim_plan(person_id, same, last_at=now):
        return 0
    if _post_summary(reader, due, entries_only=True):
        return 1
    _set_plan(reader.plan_id, last_at=before)
    return 0


def _claim_plan(person_id: int, still: ColumnElement[bool], **values: Any) -> bool:
    claimed = db.session.execute(
        update(LetterPlan)
        .where(LetterPlan.person_id == person_id, still)
        .values(**values)
        .returning(LetterPlan.id)
        .execution_options(synchronize_session=False)
    )
    return claimed.scalar() is not None


def _set_plan(plan_id: int, **values: Any) -> None:
    db.session.execute(
        update(LetterPlan)
        .where(LetterPlan.id == plan_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _postpone(person_id: int, now: datetime) -> None:
    db.session.execute(
        update(LetterPlan)
        .where(LetterPlan.person_id == person_id)
        .values(next_at=now + AFTER_A_FAULT)
        .execution_options(synchronize_session=False)
    )


def _post_summary(reader: Reader, due: Any, *, entries_only: bool) -> bool:
    """Write the summary of these matters, as small as it must be; whether there was any."""
    most, person = digest.SHOWN, reader.receiver.public_id
    _hold_entries(reader.receiver.person_id or 0)
    while True:
        with force_locale(reader.receiver.locale), timezone_of(reader.receiver.timezone):
            told = digest.gather(
                reader.viewer,
                reader.plan,
                due=due,
                notice_only=reader.notice_only,
                entries_only=entries_only,
                most=most,
            )
        if not told.has_news:
            return False
        letter = mail.post(
            reader.receiver,
            "summary",
            headers=list_headers(person, SUMMARY),
            parts=told.parts,
            today=clock.now(),
            stop=stop_token(person, SUMMARY),
        )
        if most == 1 or len(bytes(message(letter))) <= MOST_BYTES:
            break
        db.session.delete(letter)
        db.session.flush()
        most //= 2
    _told_by_letter(told.entries)
    return True


def _told_by_letter(entries: Sequence[Entry]) -> None:
    db.session.execute(
        update(Notification)
        .where(Notification.id.in_([one.id for one in entries]))
        .values(mailed_at=clock.now(), mailed_number=Notification.upto_number)
        .execution_options(synchronize_session=False)
    )
