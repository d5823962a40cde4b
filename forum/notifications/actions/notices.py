"""Notices: what is meant for somebody, told at once with its words."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update

from forum import mail
from forum.accounts.models import Person
from forum.accounts.queries import in_use
from forum.db import db
from forum.lib import clock, markup, text
from forum.mail.models import Letter
from forum.notifications import choosing, digest, queries, wording
from forum.notifications.actions.composing import (
    BATCH,
    Reader,
    guarded,
    hold_entries,
    looked_through,
    plan_for_everybody,
    reader_of,
)
from forum.notifications.actions.telling_again import as_told
from forum.notifications.items import Words, told_of
from forum.notifications.kinds import Matter, Pace
from forum.notifications.models import LetterPlan, Notification
from forum.notifications.pacing import Days
from forum.notifications.queries import Entry
from forum.notifications.queries.sight import PRIVATE, withheld_spaces
from forum.notifications.stopping import list_headers, stop_token
from forum.web.locale import force_locale, timezone_of

QUIET = timedelta(minutes=2)  # who is reading just now is not written to; a slip is taken back
NOTICE_GAP = timedelta(hours=1)  # between two notices of one thread nobody read meanwhile
STALE = timedelta(days=7)  # what waited so long (a worker that was away) is for the list
POSTS_IN_NOTICE = 5
LONGEST_POST = 2_500  # characters of one in a notice; the page has all


def write_notices() -> int:
    """Write to those for whom something is meant and who hear of it at once. Returns how many."""
    now, written = clock.now(), 0
    for entry_id, person_id in _meant(now):
        if written >= BATCH:
            break
        written += guarded(partial(_notice, entry_id, person_id, now))
    return written


def _meant(now: datetime) -> Iterator[tuple[int, int]]:
    """Entries that hold something meant for a person who hears of it at once, with the person.

    Those whose day is quiet are passed over, however many they are.
    """
    query = (
        select(
            Notification.id,
            Notification.person_id,
            Person.timezone,
            func.coalesce(LetterPlan.quiet_days, "").label("quiet_days"),
            Notification.personal_at,
            Notification.id.label("last"),
        )
        .join(Person, Person.id == Notification.person_id)
        .outerjoin(LetterPlan, LetterPlan.person_id == Person.id)
        .where(
            _untold_personally(),
            Notification.personal_at <= now - QUIET,
            Notification.personal_at > now - STALE,
            or_(Notification.mailed_at.is_(None), Notification.mailed_at <= now - NOTICE_GAP),
            choosing.wants(Matter.PERSONAL, Pace.AT_ONCE),
            Person.email.is_not(None),
            in_use(),
        )
    )
    for row in looked_through(query, Notification.personal_at, Notification.id):
        if not Days(quiet_days=row.quiet_days, timezone=row.timezone).is_quiet(now):
            yield row.id, row.person_id


def _untold_personally() -> ColumnElement[bool]:
    return and_(
        Notification.read_at.is_(None),
        Notification.personal_at.is_not(None),
        or_(Notification.mailed_at.is_(None), Notification.personal_at > Notification.mailed_at),
    )


def _notice(entry_id: int, person_id: int, now: datetime) -> int:
    plan_for_everybody(now, person_id)
    reader = reader_of(person_id)
    if reader is None or reader.plan.is_quiet(now):
        return 0
    hold_entries(person_id)
    with force_locale(reader.receiver.locale), timezone_of(reader.receiver.timezone):
        entries = queries.not_mailed(reader.viewer, Notification.id == entry_id)
    before = as_told([entry_id])
    if not _claim_entry(entry_id, now):
        return 0
    if not entries:
        return 0  # out of sight by now: nobody is told, and nobody looks again
    _post_notice(reader, entries[0], {"at": now.isoformat(), "entries": before})
    return 1


def _claim_entry(entry_id: int, now: datetime) -> bool:
    claimed = db.session.execute(
        update(Notification)
        .where(Notification.id == entry_id, _untold_personally())
        .values(mailed_at=now, mailed_number=Notification.upto_number)
        .returning(Notification.id)
        .execution_options(synchronize_session=False)
    )
    return claimed.scalar() is not None


def _post_notice(reader: Reader, entry: Entry, again: dict[str, Any]) -> None:
    spaces = withheld_spaces(reader.viewer, notice_only=reader.notice_only)
    hidden = digest.is_withheld(entry, spaces, notice_only=reader.notice_only)
    words = [] if hidden else digest.words_of(entry, POSTS_IN_NOTICE)
    last = words[-1] if words else None
    told = {entry.id: last} if last else {}
    way = None if hidden else digest.answers_to(reader.viewer, [entry], told).get(entry.id)
    person = reader.receiver.public_id
    name, above, all_above = _thread_of_letters(entry, last, person)
    with force_locale(reader.receiver.locale), timezone_of(reader.receiver.timezone):
        mail.post(
            reader.receiver,
            "notice",
            name_of_letter=name,
            headers=list_headers(person, Matter.PERSONAL) | {"References": all_above},
            in_reply_to=above,
            about=way.item if way else None,
            tells=told_of([digest.about_of(entry, *words, hidden=hidden)]) | {"again": again},
            hidden=hidden,
            private=entry.space_kind in PRIVATE,
            title=entry.title,
            language=entry.language,
            said=[] if hidden else [*wording.why(entry), *wording.sentences(entry)],
            words=[(one, _as_read(one.body)) for one in words],
            read_by=way.read_by if way else None,
            ballots=bool(entry.proposal_id),
            path=digest.path_of(entry),
            stop=stop_token(person, Matter.PERSONAL),
        )


def _thread_of_letters(
    entry: Entry, last: Words | None, person: str
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
