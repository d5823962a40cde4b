"""Summaries: what is new to somebody, gathered once a day at most."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from forum import mail
from forum.accounts.models import Person
from forum.accounts.queries import in_use
from forum.db import db
from forum.lib import clock
from forum.mail.sending import message
from forum.notifications import choosing, digest
from forum.notifications.actions.composing import (
    BATCH,
    Reader,
    guarded,
    hold_entries,
    looked_through,
    looked_up,
    plan_for_everybody,
    reader_of,
)
from forum.notifications.actions.telling_again import as_told
from forum.notifications.kinds import Matter, Pace
from forum.notifications.models import LetterPlan, Notification
from forum.notifications.pacing import Days, Plan
from forum.notifications.queries import Entry
from forum.notifications.stopping import SUMMARY, list_headers, stop_token
from forum.web.locale import force_locale, timezone_of

MOST_A_ROUND = 2 * BATCH  # those of the morning, and as many others
GATHERED = timedelta(minutes=10)  # what is followed "at once" is told together
STALE = timedelta(days=7)  # what waited so long (a worker that was away) is for the list
MOST_BYTES = 14_500  # of a whole summary, as sent: a page of data on a prepaid phone
AFTER_A_FAULT = timedelta(hours=1)


def write_summaries() -> int:
    """Write the summaries that are due, and what is followed at once. Returns how many."""
    now = clock.now()
    plan_for_everybody(now)
    written = 0
    for person_id, next_at in _mornings(now):
        written += guarded(
            partial(_morning, person_id, next_at, now), partial(_postpone, person_id, now)
        )
    for person_id in _awaiting(now):
        if written >= MOST_A_ROUND:
            break
        written += guarded(partial(_first_of_the_day, person_id, now))
    return written


def _mornings(now: datetime) -> Sequence[Any]:
    return looked_up(
        select(LetterPlan.person_id, LetterPlan.next_at)
        .where(LetterPlan.next_at <= now)
        .order_by(LetterPlan.next_at, LetterPlan.id)
        .limit(BATCH)
    )


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
    wrote = _post_summary(reader, due, now, entries_only=False)
    _set_plan(reader.plan_id, **looked, **({"last_at": now} if wrote else {}))
    return int(wrote)


def _awaiting(now: datetime) -> Iterator[int]:
    """Who follows at once, has not been told of something yet, and can be written to today."""
    soon, usual = [], Pace.AT_ONCE
    for matter, column in (
        (Matter.FOLLOWED, Notification.thread_id),
        (Matter.PROPOSALS, Notification.proposal_id),
    ):
        soon.append(and_(column.is_not(None), choosing.wants(matter, usual)))
    oldest = func.min(Notification.told_at)
    days = (LetterPlan.quiet_days, Person.timezone, LetterPlan.last_at)
    query = (
        select(*days, oldest.label("oldest"), Notification.person_id)
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
        .group_by(Notification.person_id, *days)
    )
    for row in looked_through(query, oldest, Notification.person_id, grouped=True):
        there = Days(quiet_days=row.quiet_days, timezone=row.timezone, last_at=row.last_at)
        if there.may_write(now):
            yield row.person_id


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
    if _post_summary(reader, due, now, entries_only=True):
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


def _post_summary(reader: Reader, due: Any, now: datetime, *, entries_only: bool) -> bool:
    """Write the summary of these matters, as small as it must be; whether there was any."""
    most, person = digest.SHOWN, reader.receiver.public_id
    hold_entries(reader.receiver.person_id or 0)
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
            tells=told.tells | {"again": _again(reader.plan, told.entries, now)},
            parts=told.parts,
            today=now,
            stop=stop_token(person, SUMMARY),
        )
        if most == 1 or len(bytes(message(letter))) <= MOST_BYTES:
            break
        db.session.delete(letter)
        db.session.flush()
        most //= 2
    _told_by_letter(told.entries, now)
    return True


def _again(plan: Plan, entries: Sequence[Entry], now: datetime) -> dict[str, Any]:
    """What stood before, should the letter be withdrawn."""
    moments = {"last_at": plan.last_at, "daily_at": plan.daily_at, "weekly_at": plan.weekly_at}
    return {
        "at": now.isoformat(),
        "entries": as_told([one.id for one in entries]),
        "plan": {name: at.isoformat() if at else None for name, at in moments.items()},
    }


def _told_by_letter(entries: Sequence[Entry], now: datetime) -> None:
    db.session.execute(
        update(Notification)
        .where(Notification.id.in_([one.id for one in entries]))
        .values(mailed_at=now, mailed_number=Notification.upto_number)
        .execution_options(synchronize_session=False)
    )
