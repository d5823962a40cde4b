"""Locks and what every action on an ask needs.

The thread is locked first, then the ask, then the expert: in that order everywhere.
"""

from sqlalchemy import select

from forum import activity
from forum.accounts.models import Person
from forum.asks import queries
from forum.asks.lifecycle import (
    AskStatus,
    OfferStatus,
    can_become,
    live_status,
    offer_can_become,
)
from forum.asks.models import Ask, Offer
from forum.asks.rows import AskRow, OfferRow
from forum.db import db
from forum.directory.models import ExpertProfile
from forum.discussions import actions as discussions
from forum.discussions.models import Thread
from forum.lib.permission import WrongState
from forum.spaces import Viewer
from forum.web.locale import gettext as _


def hold_thread(thread_id: int) -> Thread:
    """Lock the thread."""
    return db.session.get_one(Thread, thread_id, populate_existing=True, with_for_update=True)


def hold(viewer: Viewer, ask_id: int) -> tuple[Thread, Ask, AskRow]:
    """Lock the ask's thread and the ask; returns them and how it is now. Raises NotFound."""
    where = select(Ask.thread_id).where(Ask.id == ask_id)
    thread = hold_thread(db.session.scalars(where).one())
    held = db.session.get_one(Ask, ask_id, populate_existing=True, with_for_update=True)
    if held.thread_id != thread.id:  # merged meanwhile
        thread = hold_thread(held.thread_id)
    return thread, held, queries.ask_now(viewer, ask_id)


def hold_offer(viewer: Viewer, row: OfferRow) -> tuple[Thread, Ask, OfferRow]:
    """Lock thread and ask of the offer; returns them and how it is now. Raises NotFound."""
    assert row.ask is not None
    thread, held, _now = hold(viewer, row.ask.id)
    db.session.get_one(Offer, row.id, populate_existing=True)
    return thread, held, queries.offer_or_404(row.public_id, viewer)


def hold_expert(person_id: int) -> int:
    """Nobody else counts this expert's asks meanwhile; returns how many they can take."""
    db.session.execute(
        select(Person.id).where(Person.id == person_id).with_for_update(key_share=True)
    )
    row = db.session.execute(
        select(ExpertProfile.available, ExpertProfile.capacity).where(
            ExpertProfile.person_id == person_id
        )
    ).one_or_none()
    return row.capacity if row and row.available else 0


def offer_of(ask_id: int, person_id: int) -> Offer | None:
    """What is stored between that ask and that expert."""
    return db.session.scalars(
        select(Offer).where(Offer.ask_id == ask_id, Offer.person_id == person_id),
        execution_options={"populate_existing": True},
    ).one_or_none()


def set_status(one: Offer, status: OfferStatus, note: str | None = None) -> None:
    """Give the offer that state, and the expert's word where there is one.

    Raises WrongState where no way leads there from the state it has.
    """
    if status != one.status and not offer_can_become(one.status, status):
        raise WrongState(_("This offer does not wait for an answer."))
    one.status = status
    if note is not None:
        one.note = note
    one.version = (one.version or 0) + 1


def end_stay_of(actor_id: int | None, one: Offer, thread: Thread) -> None:
    """Who became a guest of the thread by being accepted reads it no more."""
    if one.made_guest:
        discussions.end_stay(actor_id, thread.id, one.person_id)
        one.made_guest = False


def follow_offers(ask: Ask) -> None:
    """The ask's state follows its offers."""
    db.session.flush()
    states = db.session.scalars(select(Offer.status).where(Offer.ask_id == ask.id))
    move(ask, live_status(states))


def move(ask: Ask, to: AskStatus) -> None:
    """Give the ask that state. Raises WrongState where no way leads there from the one it has."""
    if to != ask.status and not can_become(ask.status, to):
        raise WrongState(_("This ask is over."))
    ask.status = to
    ask.version += 1


def record(actor_id: int | None, verb: str, ask: Ask, thread: Thread, **more: int | str) -> None:
    """Write it into the ledger, with the thread in whose space it happened."""
    space = thread.space_id
    activity.record(actor_id, verb, ask, space_id=space, thread=thread.id, **more)
