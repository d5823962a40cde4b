"""Asking experts, offering, accepting, saying what came of it. Nothing here commits.

Every action locks the thread, then the ask, then the expert: in that order everywhere.
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from forum import activity
from forum.accounts.models import Person
from forum.accounts.queries import in_use
from forum.activity.models import Event
from forum.asks import policy, queries
from forum.asks.lifecycle import (
    LIVE,
    AskStatus,
    ClosedFor,
    OfferStatus,
    Verdict,
    after_verdict,
    live_status,
    offer_can_become,
)
from forum.asks.models import Ask, Offer
from forum.asks.rows import AskRow, OfferRow
from forum.db import db
from forum.directory.models import ExpertProfile
from forum.directory.queries import audits
from forum.discussions import actions as discussions
from forum.discussions.models import Thread, ThreadGuest
from forum.discussions.queries import thread_now
from forum.discussions.rows import ThreadRow
from forum.lib import clock
from forum.lib.permission import Refused, WrongState, require
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.web.locale import gettext as _


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
    held = _hold_thread(thread.id)
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
    _record(viewer.person_id, "ask.opened", ask, held)
    return ask


def offer(viewer: Viewer, ask: AskRow, *, note: str) -> Offer:
    """Offer help. Raises Forbidden, WrongState, and Refused beyond what the expert can take."""
    thread, held, ask = _hold(viewer, ask.id)
    require(policy.can_offer(viewer, ask))
    assert viewer.person_id is not None
    _room_for_one_more(viewer.person_id)
    mine = _offer_of(held.id, viewer.person_id)
    if mine is None:
        mine = Offer(ask_id=held.id, person_id=viewer.person_id, status=OfferStatus.OFFERED)
        db.session.add(mine)
    _set(mine, OfferStatus.OFFERED, note)
    _follow(held)
    _record(viewer.person_id, "ask.offered", held, thread, person=held.asked_by_id)
    return mine


def invite(viewer: Viewer, ask: AskRow, person: Person) -> Offer:
    """Ask an expert by name.

    Raises Forbidden, WrongState; Refused for who audits the project, for who takes nothing now,
    and for who was asked or offered already.
    """
    thread, held, ask = _hold(viewer, ask.id)
    require(policy.can_invite(viewer, ask))
    if audits(person.id, held.project_id):
        raise Refused(_("This person audits the project and cannot be asked."), "person")
    _room_for_one_more(person.id, of_another=True)
    theirs = _offer_of(held.id, person.id)
    if theirs is None:
        theirs = Offer(ask_id=held.id, person_id=person.id, status=OfferStatus.ASKED)
        db.session.add(theirs)
    elif not offer_can_become(theirs.status, OfferStatus.ASKED):
        raise Refused(_("This person was asked or has offered already."), "person")
    _set(theirs, OfferStatus.ASKED, "")
    theirs.asked_by_id = viewer.person_id
    _record(viewer.person_id, "ask.invited", held, thread, person=person.id)
    return theirs


def answer_invitation(viewer: Viewer, asked: OfferRow, *, accept: bool, note: str) -> Offer:
    """Say yes or no to being asked by name. Raises as `offer`.

    Where the expert does not read the thread, a yes is an offer: who may invite guests lets them
    in.
    """
    thread, held, asked = _hold_offer(viewer, asked)
    require(policy.can_answer_invitation(viewer, asked))
    mine = db.session.get_one(Offer, asked.id)
    assert viewer.person_id is not None
    if not accept:
        _set(mine, OfferStatus.DECLINED, note)
        _record(viewer.person_id, "ask.declined", held, thread, person=viewer.person_id)
        return mine
    _room_for_one_more(viewer.person_id)
    inside = asked.ask is not None and asked.ask.inside
    _set(mine, OfferStatus.ACCEPTED if inside else OfferStatus.OFFERED, note)
    _follow(held)
    _record(viewer.person_id, "ask.offered", held, thread, person=held.asked_by_id)
    if inside:
        _record(viewer.person_id, "ask.accepted", held, thread, person=viewer.person_id)
    return mine


def decide(viewer: Viewer, offered: OfferRow, *, accept: bool) -> Offer:
    """Accept or decline an offer. Accepted for a private thread, the expert becomes its guest.

    Raises Forbidden, WrongState: also when the expert can take nothing more, or audits by now.
    """
    thread, held, offered = _hold_offer(viewer, offered)
    placed = thread_now(viewer, thread.id)
    require(policy.can_decide(viewer, offered, placed))
    theirs = db.session.get_one(Offer, offered.id)
    if not accept:
        _set(theirs, OfferStatus.DECLINED)
        _follow(held)
        _record(viewer.person_id, "ask.declined", held, thread, person=theirs.person_id)
        return theirs
    if audits(theirs.person_id, held.project_id):
        raise WrongState(_("This person audits the project and cannot help it."))
    can_take = _hold_expert(theirs.person_id)  # held before it is counted
    if queries.accepted_load(theirs.person_id) >= can_take:
        raise WrongState(_("This person can take nothing more at this moment."))
    if placed.space_kind == SpaceKind.COALITION:
        person = db.session.get_one(Person, theirs.person_id)
        before = _guest(thread.id, person.id)
        discussions.invite_guest(viewer, placed, person)
        theirs.made_guest = before is None
    _set(theirs, OfferStatus.ACCEPTED)
    _follow(held)
    _record(viewer.person_id, "ask.accepted", held, thread, person=theirs.person_id)
    return theirs


def withdraw(viewer: Viewer, offered: OfferRow) -> Offer:
    """The expert takes the offer back; who became a guest by it reads the thread no more."""
    thread, held, offered = _hold_offer(viewer, offered)
    require(policy.can_withdraw(viewer, offered))
    mine = db.session.get_one(Offer, offered.id)
    guest = _guest(thread.id, mine.person_id) if mine.made_guest else None
    if guest is not None:
        guest.until, guest.side = clock.now(), None
        _record(viewer.person_id, "guest.ended", guest, thread, person=mine.person_id)
    mine.made_guest = False
    _set(mine, OfferStatus.WITHDRAWN)
    _follow(held)
    _record(viewer.person_id, "ask.withdrawn", held, thread, person=held.asked_by_id)
    return mine


def say_outcome(viewer: Viewer, ask: AskRow, *, verdict: Verdict, word: str) -> Ask:
    """Say whether it helped; "no" closes the ask. Raises Forbidden, WrongState."""
    thread, held, ask = _hold(viewer, ask.id)
    helping = list(
        db.session.scalars(
            select(Offer.person_id)
            .where(Offer.ask_id == held.id, Offer.status == OfferStatus.ACCEPTED)
            .order_by(Offer.id)
        )
    )
    require(policy.can_say_outcome(viewer, ask, accepted=bool(helping)))
    held.verdict, held.word = verdict, word
    if after_verdict(verdict) == AskStatus.CLOSED:
        _close(held, ClosedFor.DONE)
        _record(viewer.person_id, "ask.closed", held, thread, verdict=verdict.value)
        return held
    held.status, held.ended_at = AskStatus.HELPED, clock.now()
    held.version += 1
    for person_id in helping:
        particulars = {"person": person_id, "verdict": verdict.value}
        _record(viewer.person_id, "ask.helped", held, thread, **particulars)
    return held


def close(viewer: Viewer, ask: AskRow) -> Ask:
    """It is over, or not needed any more. Raises Forbidden, WrongState."""
    thread, held, ask = _hold(viewer, ask.id)
    require(policy.can_close(viewer, ask))
    _close(held, ClosedFor.DONE)
    _record(viewer.person_id, "ask.closed", held, thread)
    return held


def expert_or_refuse(public_id: str) -> Person:
    """The expert who is meant, with a profile and an account in use. Raises Refused."""
    found = db.session.scalars(
        select(Person)
        .join(ExpertProfile, ExpertProfile.person_id == Person.id)
        .where(Person.public_id == public_id, in_use())
    ).one_or_none()
    if found is None:
        raise Refused(_("There is no such expert."), "person")
    return found


def listen() -> None:
    """A thread that gets other readers, or goes into another, takes its asks along."""
    activity.listen("thread.visibility_changed")(_other_readers)
    activity.listen("thread.merged")(_merged)


def _other_readers(event: Event, thread: Thread) -> None:
    """Whoever asked, and whoever offered, did so before others."""
    for ask in _live_asks(thread.id):
        _close(ask, ClosedFor.READERS)
        _record(event.actor_id, "ask.closed", ask, thread)


def _merged(event: Event, target: Thread) -> None:
    source_id = event.particulars["merged"]
    asked_there = bool(_live_asks(target.id))
    for ask in db.session.scalars(
        select(Ask).where(Ask.thread_id == source_id).order_by(Ask.id).with_for_update()
    ):
        ask.thread_id = target.id
        if asked_there and ask.status in LIVE:
            _close(ask, ClosedFor.MERGED)
            _record(event.actor_id, "ask.closed", ask, target)


def _live_asks(thread_id: int) -> list[Ask]:
    query = select(Ask).where(Ask.thread_id == thread_id, Ask.status.in_(LIVE)).order_by(Ask.id)
    return list(db.session.scalars(query.with_for_update()))


def _close(ask: Ask, why: ClosedFor) -> None:
    ask.ended_at = ask.ended_at or clock.now()
    ask.status, ask.closed_for = AskStatus.CLOSED, why
    ask.version += 1


def _record(
    actor_id: int | None, verb: str, thing: Ask | ThreadGuest, thread: Thread, **more: int | str
) -> None:
    space = thread.space_id
    activity.record(actor_id, verb, thing, space_id=space, thread=thread.id, **more)


def _hold_thread(thread_id: int) -> Thread:
    return db.session.get_one(Thread, thread_id, populate_existing=True, with_for_update=True)


def _hold(viewer: Viewer, ask_id: int) -> tuple[Thread, Ask, AskRow]:
    """Lock the ask's thread and the ask; returns them and how it is now. Raises NotFound."""
    where = select(Ask.thread_id).where(Ask.id == ask_id)
    thread = _hold_thread(db.session.scalars(where).one())
    held = db.session.get_one(Ask, ask_id, populate_existing=True, with_for_update=True)
    if held.thread_id != thread.id:  # merged meanwhile
        thread = _hold_thread(held.thread_id)
    return thread, held, queries.ask_now(viewer, ask_id)


def _hold_offer(viewer: Viewer, row: OfferRow) -> tuple[Thread, Ask, OfferRow]:
    assert row.ask is not None
    thread, held, _now = _hold(viewer, row.ask.id)
    db.session.get_one(Offer, row.id, populate_existing=True)
    return thread, held, queries.offer_or_404(row.public_id, viewer)


def _hold_expert(person_id: int) -> int:
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


def _room_for_one_more(person_id: int, *, of_another: bool = False) -> None:
    """Raises Refused when the expert has taken on what they can."""
    can_take = _hold_expert(person_id)
    if queries.loads([person_id]).get(person_id, 0) < can_take:
        return
    if of_another:
        raise Refused(_("This person can take nothing more at this moment."), "person")
    raise Refused(
        _(
            "You have taken on as many asks as your profile says you can. Change the number "
            "there, or finish one first."
        )
    )


def _offer_of(ask_id: int, person_id: int) -> Offer | None:
    return db.session.scalars(
        select(Offer).where(Offer.ask_id == ask_id, Offer.person_id == person_id),
        execution_options={"populate_existing": True},
    ).one_or_none()


def _guest(thread_id: int, person_id: int) -> ThreadGuest | None:
    return db.session.scalars(
        select(ThreadGuest).where(
            ThreadGuest.thread_id == thread_id,
            ThreadGuest.person_id == person_id,
            ThreadGuest.until.is_(None),
        )
    ).one_or_none()


def _set(one: Offer, status: OfferStatus, note: str | None = None) -> None:
    one.status = status
    if note is not None:
        one.note = note
    one.version = (one.version or 0) + 1


def _follow(ask: Ask) -> None:
    """The ask's state follows its offers."""
    db.session.flush()
    states = db.session.scalars(select(Offer.status).where(Offer.ask_id == ask.id))
    ask.status = live_status(states)
    ask.version += 1
