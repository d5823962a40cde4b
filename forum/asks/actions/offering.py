"""Offering, asking by name, accepting, taking back. Nothing here commits."""

from sqlalchemy import select

from forum.accounts.models import Person
from forum.accounts.queries import in_use
from forum.asks import policy, queries
from forum.asks.actions.holding import (
    end_stay_of,
    follow_offers,
    hold,
    hold_expert,
    hold_offer,
    offer_of,
    record,
    set_status,
)
from forum.asks.lifecycle import OfferStatus, offer_can_become
from forum.asks.models import Offer
from forum.asks.rows import AskRow, OfferRow
from forum.db import db
from forum.directory.models import ExpertProfile
from forum.directory.queries import audits
from forum.discussions import actions as discussions
from forum.discussions.queries import thread_now
from forum.lib.permission import Refused, WrongState, require
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.web.locale import gettext as _


def offer(viewer: Viewer, ask: AskRow, *, note: str) -> Offer:
    """Offer help. Raises Forbidden, WrongState, and Refused beyond what the expert can take."""
    thread, held, ask = hold(viewer, ask.id)
    require(policy.can_offer(viewer, ask))
    assert viewer.person_id is not None
    _room_for_one_more(viewer.person_id)
    mine = offer_of(held.id, viewer.person_id)
    if mine is None:
        mine = Offer(ask_id=held.id, person_id=viewer.person_id, status=OfferStatus.OFFERED)
        db.session.add(mine)
    set_status(mine, OfferStatus.OFFERED, note)
    follow_offers(held)
    record(viewer.person_id, "ask.offered", held, thread, person=held.asked_by_id)
    return mine


def invite(viewer: Viewer, ask: AskRow, person: Person) -> Offer:
    """Ask an expert by name.

    Raises Forbidden, WrongState; Refused for who audits the project, for who takes nothing now,
    and for who was asked or offered already.
    """
    thread, held, ask = hold(viewer, ask.id)
    require(policy.can_invite(viewer, ask))
    if audits(person.id, held.project_id):
        raise Refused(_("This person audits the project and cannot be asked."), "person")
    _room_for_one_more(person.id, of_another=True)
    theirs = offer_of(held.id, person.id)
    if theirs is None:
        theirs = Offer(ask_id=held.id, person_id=person.id, status=OfferStatus.ASKED)
        db.session.add(theirs)
    elif not offer_can_become(theirs.status, OfferStatus.ASKED):
        raise Refused(_("This person was asked or has offered already."), "person")
    set_status(theirs, OfferStatus.ASKED, "")
    theirs.asked_by_id = viewer.person_id
    record(viewer.person_id, "ask.invited", held, thread, person=person.id)
    return theirs


def answer_invitation(viewer: Viewer, asked: OfferRow, *, accept: bool, note: str) -> Offer:
    """Say yes or no to being asked by name. Raises as `offer`.

    Where the expert does not read the thread, a yes is an offer: who may invite guests lets them
    in.
    """
    thread, held, asked = hold_offer(viewer, asked)
    require(policy.can_answer_invitation(viewer, asked))
    mine = db.session.get_one(Offer, asked.id)
    assert viewer.person_id is not None
    if not accept:
        set_status(mine, OfferStatus.DECLINED, note)
        asked_by = mine.asked_by_id or held.asked_by_id
        record(viewer.person_id, "ask.refused", held, thread, person=asked_by)
        return mine
    _room_for_one_more(viewer.person_id)
    inside = asked.ask is not None and asked.ask.inside
    set_status(mine, OfferStatus.ACCEPTED if inside else OfferStatus.OFFERED, note)
    follow_offers(held)
    record(viewer.person_id, "ask.offered", held, thread, person=held.asked_by_id)
    if inside:
        record(viewer.person_id, "ask.accepted", held, thread, person=viewer.person_id)
    return mine


def decide(viewer: Viewer, offered: OfferRow, *, accept: bool) -> Offer:
    """Accept or decline an offer. Accepted for a private thread, the expert becomes its guest.

    Raises Forbidden, WrongState: also when the expert can take nothing more, or audits by now.
    """
    thread, held, offered = hold_offer(viewer, offered)
    placed = thread_now(viewer, thread.id)
    require(policy.can_decide(viewer, offered, placed))
    theirs = db.session.get_one(Offer, offered.id)
    if not accept:
        set_status(theirs, OfferStatus.DECLINED)
        follow_offers(held)
        record(viewer.person_id, "ask.declined", held, thread, person=theirs.person_id)
        return theirs
    if audits(theirs.person_id, held.project_id):
        raise WrongState(_("This person audits the project and cannot help it."))
    can_take = hold_expert(theirs.person_id)  # held before it is counted
    if queries.accepted_load(theirs.person_id) >= can_take:
        raise WrongState(_("This person can take nothing more at this moment."))
    if placed.space_kind == SpaceKind.COALITION:
        person = db.session.get_one(Person, theirs.person_id)
        before = discussions.current_guest(thread.id, person.id)
        discussions.invite_guest(viewer, placed, person)
        theirs.made_guest = before is None
    set_status(theirs, OfferStatus.ACCEPTED)
    follow_offers(held)
    record(viewer.person_id, "ask.accepted", held, thread, person=theirs.person_id)
    return theirs


def withdraw(viewer: Viewer, offered: OfferRow) -> Offer:
    """The expert takes the offer back; who became a guest by it reads the thread no more."""
    thread, held, offered = hold_offer(viewer, offered)
    require(policy.can_withdraw(viewer, offered))
    mine = db.session.get_one(Offer, offered.id)
    end_stay_of(viewer.person_id, mine, thread)
    set_status(mine, OfferStatus.WITHDRAWN)
    follow_offers(held)
    record(viewer.person_id, "ask.withdrawn", held, thread, person=held.asked_by_id)
    return mine


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


def _room_for_one_more(person_id: int, *, of_another: bool = False) -> None:
    """Raises Refused when the expert has taken on what they can."""
    can_take = hold_expert(person_id)
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
