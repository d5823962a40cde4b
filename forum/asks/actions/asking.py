"""Asking for an expert, saying what came of it, closing. Nothing here commits."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from forum import activity
from forum.activity.models import Event
from forum.asks import policy
from forum.asks.actions.holding import end_stay_of, hold, hold_thread, move, record
from forum.asks.lifecycle import (
    LIVE,
    SETTLED_AFTER,
    AskStatus,
    ClosedFor,
    OfferStatus,
    Verdict,
    after_verdict,
)
from forum.asks.models import Ask, Offer
from forum.asks.rows import AskRow
from forum.db import db
from forum.discussions.models import Thread
from forum.discussions.queries import thread_now
from forum.discussions.rows import ThreadRow
from forum.lib import clock
from forum.lib.permission import WrongState, require
from forum.spaces import Viewer
from forum.web.locale import gettext as _

MOST_AT_ONCE = 100  # asks that one round of the chore closes
WAITING = (OfferStatus.ASKED, OfferStatus.OFFERED)  # an expert who may still wait for a word


def open_ask(
    viewer: Viewer,
    thread: ThreadRow,
    *,
    text: str,
    language: str,
    topics: Iterable[str] = (),
    needed_by: date | None = None,
    to_experts: bool = False,
) -> Ask:
    """Ask for an expert's help with the challenge.

    Raises Forbidden, and WrongState while an earlier ask of the thread is not over.
    """
    held = hold_thread(thread.id)
    thread = thread_now(viewer, held.id)
    require(policy.can_ask(viewer, thread))
    if db.session.scalar(select(Ask.id).where(Ask.thread_id == held.id, Ask.status.in_(LIVE))):
        raise WrongState(_("An expert is being asked here already. Close that ask first."))
    assert viewer.person_id is not None
    ask = Ask(
        thread_id=held.id,
        space_id=held.space_id,
        project_id=held.project_id,
        asked_by_id=viewer.person_id,
        text=text,
        language=language,
        topics=list(topics),
        needed_by=needed_by,
        to_experts=to_experts,
        status=AskStatus.OPEN,
    )
    db.session.add(ask)
    record(viewer.person_id, "ask.opened", ask, held)
    return ask


def say_outcome(viewer: Viewer, ask: AskRow, *, verdict: Verdict, word: str) -> Ask:
    """Say whether it helped; "no" closes the ask. Raises Forbidden, WrongState."""
    thread, held, ask = hold(viewer, ask.id)
    helping = _offers(held, (OfferStatus.ACCEPTED,))
    require(policy.can_say_outcome(viewer, ask, accepted=bool(helping)))
    held.verdict, held.word = verdict, word
    if after_verdict(verdict) == AskStatus.CLOSED:
        _close(viewer.person_id, held, thread, ClosedFor.DONE)
        return held
    move(held, AskStatus.HELPED)
    held.ended_at = clock.now()
    for one in helping:
        particulars = {"person": one.person_id, "verdict": verdict.value}
        record(viewer.person_id, "ask.helped", held, thread, **particulars)
    _tell_not_needed(viewer.person_id, held, thread, WAITING)
    return held


def close(viewer: Viewer, ask: AskRow) -> Ask:
    """It is over, or not needed any more. Raises Forbidden, WrongState."""
    thread, held, ask = hold(viewer, ask.id)
    require(policy.can_close(viewer, ask))
    _close(viewer.person_id, held, thread, ClosedFor.DONE)
    return held


def close_settled() -> int:
    """Close the asks of which it was said long ago that it helped; returns how many.

    Who helped stays a guest until then, to read what came of it and to answer what is asked
    back: a door that waits for somebody to remember it would stay open.
    """
    since = clock.now() - SETTLED_AFTER
    due = select(Ask.thread_id, Ask.id).where(Ask.status == AskStatus.HELPED, Ask.ended_at <= since)
    closed = 0
    for thread_id, ask_id in db.session.execute(due.order_by(Ask.id).limit(MOST_AT_ONCE)):
        thread = hold_thread(thread_id)
        ask = db.session.get_one(Ask, ask_id, populate_existing=True, with_for_update=True)
        if ask.status == AskStatus.HELPED and ask.thread_id == thread.id:
            _close(None, ask, thread, ClosedFor.DONE)
            closed += 1
    return closed


def listen() -> None:
    """A thread that gets other readers, or goes into another, takes its asks along."""
    activity.listen("thread.visibility_changed")(_other_readers)
    activity.listen("thread.merged")(_merged)


def _other_readers(event: Event, thread: Thread) -> None:
    """Whoever asked, and whoever offered, did so before others."""
    for ask in _live_asks(thread.id):
        _close(event.actor_id, ask, thread, ClosedFor.READERS)


def _merged(event: Event, target: Thread) -> None:
    source_id = event.particulars["merged"]
    asked_there = bool(_live_asks(target.id))
    for ask in db.session.scalars(
        select(Ask).where(Ask.thread_id == source_id).order_by(Ask.id).with_for_update()
    ):
        ask.thread_id = target.id
        for one in _offers(ask, (OfferStatus.ACCEPTED,)):
            one.made_guest = False  # its stay ended with the thread that is no more
        if asked_there and ask.status in LIVE:
            _close(event.actor_id, ask, target, ClosedFor.MERGED)


def _live_asks(thread_id: int) -> list[Ask]:
    query = select(Ask).where(Ask.thread_id == thread_id, Ask.status.in_(LIVE)).order_by(Ask.id)
    return list(db.session.scalars(query.with_for_update()))


def _close(actor_id: int | None, ask: Ask, thread: Thread, why: ClosedFor) -> None:
    """It is over: the stays it gave end, and those it still had something to do with are told."""
    was_live = ask.status in LIVE
    move(ask, AskStatus.CLOSED)
    ask.ended_at, ask.closed_for = ask.ended_at or clock.now(), why
    for one in _offers(ask, (OfferStatus.ACCEPTED,)):
        end_stay_of(actor_id, one, thread)
    said = {"verdict": ask.verdict.value} if ask.verdict else {}
    record(actor_id, "ask.closed", ask, thread, **said)
    if was_live:
        _tell_not_needed(actor_id, ask, thread, (*WAITING, OfferStatus.ACCEPTED))


def _tell_not_needed(
    actor_id: int | None, ask: Ask, thread: Thread, states: tuple[OfferStatus, ...]
) -> None:
    for one in _offers(ask, states):
        record(actor_id, "ask.over", ask, thread, person=one.person_id)


def _offers(ask: Ask, states: tuple[OfferStatus, ...]) -> list[Offer]:
    query = select(Offer).where(Offer.ask_id == ask.id, Offer.status.in_(states))
    return list(db.session.scalars(query.order_by(Offer.id)))
