"""What writing any letter that is due takes: its reader as they are now, and one transaction.

Each is claimed by a conditional UPDATE in the transaction that stores the letter, so whatever
becomes of the worker, a letter is written once or not at all; what it tells is told by no other.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Executable, Select, and_, exists, literal, or_, select

from forum import mail
from forum.accounts.models import Person
from forum.accounts.queries import in_use
from forum.db import db
from forum.db.inserting import upsert
from forum.db.types import UTCDateTime
from forum.notifications.kinds import PACES, Matter, Pace
from forum.notifications.models import LetterPlan, Notification
from forum.notifications.pacing import Plan
from forum.spaces import Viewer, viewer_of
from forum.web.identity import Identity

BATCH = 50  # letters a round
LOOKED_AT = 500  # rows at a time

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Somebody letters are written to, as they are now."""

    receiver: mail.Receiver
    viewer: Viewer
    plan: Plan
    plan_id: int
    notice_only: bool


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


def looked_up(which: Executable) -> Sequence[Any]:
    """The rows of what is due, read in a transaction of their own: each letter has another."""
    found = db.session.execute(which).all()
    db.session.commit()
    return found


def looked_through(
    which: Select[*tuple[Any, ...]], *place: Any, grouped: bool = False
) -> Iterator[Any]:
    """All the rows, LOOKED_AT at a time, in the order of the columns of `place`.

    However many at the beginning rest today, those behind them come by. `grouped`: `place` has
    aggregates in it.
    """
    rows: Sequence[Any] | None = None
    further = which.order_by(*place).limit(LOOKED_AT)
    query = further
    while rows is None or len(rows) == LOOKED_AT:
        rows = looked_up(query)
        yield from rows
        if rows:
            after = _behind(place, rows[-1][-len(place) :])
            query = further.having(after) if grouped else further.where(after)


def _behind(place: Sequence[Any], last: Sequence[Any]) -> ColumnElement[bool]:
    """What comes after a row whose two values of `place` are these."""
    (first, second), (one, other) = place, last
    return or_(first > one, and_(first == one, second > other))


def guarded(write: Callable[[], int], otherwise: Callable[[], None] | None = None) -> int:
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


def hold_entries(person_id: int) -> None:
    """What is told from here on waits until the letter is stored, and is for the next one."""
    db.session.execute(
        select(Notification.id)
        .where(Notification.person_id == person_id, Notification.read_at.is_(None))
        .order_by(Notification.id)
        .with_for_update()
    ).all()


def plan_for_everybody(now: datetime, person_id: int | None = None) -> None:
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
