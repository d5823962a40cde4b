"""Whether somebody may come in, and on which side they stand. Every change is in the ledger."""

from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from forum import activity
from forum.accounts import policy
from forum.accounts.actions.holding import hold_person
from forum.accounts.models import Person
from forum.accounts.sides import Side
from forum.accounts.slots import Actor
from forum.db import db
from forum.lib import clock
from forum.lib.permission import Refused, WrongState, require
from forum.web.locale import gettext as _

LONGEST_SUSPENSION = timedelta(days=90)  # longer is for whoever runs the server to decide


def suspend(actor: Actor | None, person_id: int, *, reason: str) -> Person:
    """Close an account: every session ends, nobody signs in. Twice is harmless.

    `actor` None is the command line. `reason` is kept with the person, not in the ledger. Raises
    Forbidden, Refused without reason.
    """
    person = hold_person(person_id)
    if actor is not None:
        require(policy.can_suspend(actor, person))
    if not reason:
        raise Refused(_("Please say why, for those who look at this later."), "reason")
    if person.suspended_at is None or person.suspended_until is not None:
        person.suspended_at, person.suspended_until = clock.now(), None
        person.suspended_reason = reason
        person.session_epoch += 1
        activity.record(_by(actor), "person.suspended", person)
    return person


def suspend_until(
    actor: Actor, person_id: int, *, until: datetime, reason: str, space_id: int | None = None
) -> Person:
    """Close an account until a time: the clock opens it again, no job does.

    `space_id` says who may read in the ledger that it was. Raises Forbidden, Refused without a
    reason or for a time out of bounds, WrongState when it is closed that long already.
    """
    person = hold_person(person_id)
    require(policy.can_suspend_for_a_time(actor, person))
    now = clock.now()
    if not reason:
        raise Refused(_("Please say why, for the one it concerns."), "reason")
    if not now < until <= now + LONGEST_SUSPENSION:
        raise Refused(_("A suspension lasts between 1 and 90 days."), "days")
    if person.is_suspended(now) and (
        person.suspended_until is None or until <= person.suspended_until
    ):
        raise WrongState(_("This account is already suspended, and for as long as that."))
    person.suspended_at, person.suspended_until = now, until
    person.suspended_reason = reason
    person.session_epoch += 1
    activity.record(
        actor.person_id,
        "person.suspended",
        person,
        space_id=space_id,
        until=until.isoformat(timespec="seconds"),
    )
    return person


def restore(actor: Actor | None, person_id: int) -> Person:
    """Open a suspended account again. Twice is harmless.

    `actor` as for `suspend`. Raises Forbidden.
    """
    person = hold_person(person_id)
    if actor is not None:
        require(policy.can_suspend(actor, person))
    if person.suspended_at is not None:
        person.suspended_at = person.suspended_until = None
        person.suspended_reason = ""
        activity.record(_by(actor), "person.restored", person)
    return person


def lift_suspension(
    actor: Actor, person_id: int, *, until: datetime, space_id: int | None = None
) -> Person:
    """Open an account again before the time until which it was suspended.

    `space_id` as for `suspend_until`. Raises Forbidden, and WrongState when that suspension does
    not run any more, or another one does.
    """
    person = hold_person(person_id)
    require(policy.can_suspend_for_a_time(actor, person))
    if person.suspended_until != until or not person.is_suspended():
        raise WrongState(_("This suspension is over, or another one runs by now."))
    person.suspended_at = person.suspended_until = None
    person.suspended_reason = ""
    activity.record(actor.person_id, "person.restored", person, space_id=space_id)
    return person


def change_side(actor: Actor | None, person_id: int, side: Side) -> Person:
    """Put a person on another side; the ledger says from where to where. Same side: nothing.

    `actor` as for `suspend`. Raises Forbidden, and WrongState while they still hold something
    that only their present side may hold (a project's membership, a seat in a coalition's room,
    an expert's profile): the database itself refuses.
    """
    person = hold_person(person_id)
    if actor is not None:
        require(policy.can_change_side(actor, person))
    before = person.side
    if before == side:
        return person
    try:
        with db.session.begin_nested():
            person.side = side
    except IntegrityError:
        raise WrongState(
            _(
                "This person still belongs to a project, a coalition's room or the experts. "
                "That has to end before they can be on another side."
            )
        ) from None
    activity.record(_by(actor), "person.side_changed", person, before=str(before), after=str(side))
    return person


def make_operator(person_id: int) -> Person:
    """Give the operator's flag, from the command line. It gives administration, not reading."""
    person = hold_person(person_id)
    if not person.is_operator:
        person.is_operator = True
        activity.record(None, "person.made_operator", person)
    return person


def _by(actor: Actor | None) -> int | None:
    return actor.person_id if actor else None
