"""Looking after a thread: reading, locking, who reads it, guests; and the list of topics."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from forum import activity
from forum.accounts.models import Person
from forum.db import db
from forum.directory.queries import audits
from forum.discussions import queries, slots
from forum.discussions.actions.holding import (
    hold_thread,
    is_solved,
    recount_challenge,
    recount_solved_from,
    remember_reading,
)
from forum.discussions.kinds import ThreadKind, ThreadStatus, status_of
from forum.discussions.models import Thread, ThreadGuest, Topic
from forum.discussions.policy import care as policy
from forum.discussions.policy.sides import can_be_guest
from forum.discussions.policy.writing import can_write_into, needs_reason
from forum.discussions.rows import ThreadRow
from forum.lib import clock
from forum.lib.permission import Refused, WrongState, require
from forum.spaces import Viewer
from forum.spaces.models import Space
from forum.web.locale import gettext as _


def mark_read(viewer: Viewer, thread: ThreadRow, number: int) -> None:
    """The viewer has read all there was up to that number."""
    if viewer.person_id is not None and number > 0:
        number = min(number, thread.last_number)
        remember_reading(viewer.person_id, thread.id, number)
        for told in slots.when_read:
            told(viewer, thread.id, number)


def lock(viewer: Viewer, thread: ThreadRow, *, reason: str) -> Thread:
    """Nobody writes in the thread from now on. Raises Forbidden, WrongState, Refused."""
    held, thread = hold_thread(viewer, thread)
    require(policy.can_lock(viewer, thread))
    if not reason:
        raise Refused(_("Please say why, for everyone who reads here."), "reason")
    held.status, held.lock_reason = ThreadStatus.LOCKED, reason
    held.version += 1
    activity.record(viewer.person_id, "thread.locked", held, space_id=held.space_id)
    return held


def unlock(viewer: Viewer, thread: ThreadRow) -> Thread:
    """People write in the thread again. Raises Forbidden."""
    held, thread = hold_thread(viewer, thread)
    require(policy.can_unlock(viewer, thread))
    held.status, held.lock_reason = status_of(locked=False, solved=is_solved(held.id)), ""
    held.version += 1
    activity.record(viewer.person_id, "thread.unlocked", held, space_id=held.space_id)
    return held


def change_visibility(
    viewer: Viewer, thread: ThreadRow, *, space_id: int, reason: str = ""
) -> Thread:
    """Let others read the thread.

    Raises Forbidden, and Refused without a reason for somebody else's thread.
    """
    held, thread = hold_thread(viewer, thread)
    require(can_write_into(viewer, space_id))
    to = db.session.get_one(Space, space_id)
    alone = queries.nobody_else_in(thread)
    require(policy.can_change_visibility(viewer, thread, to.kind, alone=alone))
    if needs_reason(viewer, thread) and not reason:
        raise Refused(_("Please say why, for the author and everyone who reads here."), "reason")
    before = held.space_id
    held.space_id, held.visibility_reason = space_id, reason
    held.version += 1
    db.session.flush()
    if thread.kind == ThreadKind.CHALLENGE:
        recount_challenge(held.id)
    recount_solved_from(held.id)
    activity.record(
        viewer.person_id,
        "thread.visibility_changed",
        held,
        space_id=_narrower(before, space_id),
        before=before,
        after=space_id,
        reason_given=bool(reason),
    )
    return held


def invite_guest(viewer: Viewer, thread: ThreadRow, person: Person) -> ThreadGuest:
    """Let an expert read and answer this one thread. Raises Forbidden, Refused."""
    held, thread = hold_thread(viewer, thread)
    require(policy.can_invite_guest(viewer, thread))
    if not can_be_guest(person.side):
        raise Refused(_("Only experts can be guests of a thread."), "person")
    if audits(person.id, held.project_id):
        raise Refused(_("This person audits the project that began the conversation."), "person")
    if found := current_guest(held.id, person.id):
        return found
    assert viewer.person_id is not None
    guest = ThreadGuest(
        thread_id=held.id, person_id=person.id, side=person.side, invited_by_id=viewer.person_id
    )
    db.session.add(guest)
    activity.record(
        viewer.person_id,
        "guest.invited",
        guest,
        space_id=held.space_id,
        thread=held.id,
        person=person.id,
    )
    return guest


def end_guest(viewer: Viewer, thread: ThreadRow, person: Person) -> None:
    """The guest reads the thread no more. Raises Forbidden, WrongState when they are none."""
    held, thread = hold_thread(viewer, thread)
    require(policy.can_invite_guest(viewer, thread))
    guest = current_guest(held.id, person.id)
    if guest is None:
        raise WrongState(_("This person is not a guest of the thread."))
    guest.until, guest.side = clock.now(), None
    activity.record(
        viewer.person_id,
        "guest.ended",
        guest,
        space_id=held.space_id,
        thread=held.id,
        person=person.id,
    )


def end_stay(actor_id: int | None, thread_id: int, person_id: int) -> None:
    """The guest reads the thread no more, nor what was split off from it since they came.

    For a room whose action let them in and now ends that; once ended, nothing happens.
    """
    stay = current_guest(thread_id, person_id)
    if stay is None:
        return
    for one in (stay, *_stays_that_came_of(stay)):
        one.until, one.side = clock.now(), None
        place = db.session.get_one(Thread, one.thread_id)
        activity.record(
            actor_id,
            "guest.ended",
            one,
            space_id=place.space_id,
            thread=one.thread_id,
            person=person_id,
        )


def ensure_topics(topics: Iterable[Mapping[str, Any]]) -> None:
    """Make the topics that are missing: mappings with `slug`, `group`, `labels`, in order.

    A group is one whose `group` is its own slug, or which has none.
    """
    present = {topic.slug: topic for topic in db.session.scalars(select(Topic))}
    for position, one in enumerate(topics):
        if one["slug"] not in present:
            db.session.add(
                Topic(
                    slug=one["slug"],
                    group=one.get("group", one["slug"]),
                    labels=dict(one["labels"]),
                    position=position,
                )
            )
    db.session.flush()


def current_guest(thread_id: int, person_id: int) -> ThreadGuest | None:
    """The stay of that person as a guest of the thread, while it lasts."""
    return db.session.scalars(
        select(ThreadGuest).where(
            ThreadGuest.thread_id == thread_id,
            ThreadGuest.person_id == person_id,
            ThreadGuest.until.is_(None),
        )
    ).one_or_none()


def _stays_that_came_of(stay: ThreadGuest) -> list[ThreadGuest]:
    """The stays in threads split off from the guest's thread, and from those again.

    A guest comes along when a branch is split off, by the same invitation.
    """
    branches = queries.split_off_from(stay.thread_id)
    query = select(ThreadGuest).where(
        ThreadGuest.thread_id.in_(branches),
        ThreadGuest.person_id == stay.person_id,
        ThreadGuest.invited_by_id == stay.invited_by_id,
        ThreadGuest.id > stay.id,
        ThreadGuest.until.is_(None),
    )
    return list(db.session.scalars(query.order_by(ThreadGuest.id)))


def _narrower(one: int, other: int) -> int:
    kinds = {
        space.id: space.kind
        for space in db.session.scalars(select(Space).where(Space.id.in_((one, other))))
    }
    return other if policy.wider_or_equal(kinds[one], kinds[other]) else one
