"""Putting things on people's lists: one statement, however many are told."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    case,
    delete,
    func,
    literal,
    select,
    true,
    update,
)

from forum.accounts.models import Person
from forum.coalition.models import Proposal
from forum.db import BIG, db
from forum.db.inserting import upsert
from forum.db.types import UTCDateTime
from forum.discussions.models import Post, Thread
from forum.lib import clock
from forum.notifications.choosing import reached
from forum.notifications.kinds import OF_POSTS, PERSONALLY, Reason
from forum.notifications.models import Notification
from forum.spaces.models import Space


def tell_in_thread(
    thread: Thread,
    actor_id: int | None,
    *,
    post: Post | None = None,
    personally: dict[int, Reason] | None = None,
    followers: ColumnElement[bool] | None = None,
    reason: Reason = Reason.POST,
) -> None:
    """Tell of a thing in a thread: each for their own reason, or, who follows, for `reason`."""
    meant = personally or {}
    if not meant and followers is None:
        return
    space = db.session.get_one(Space, thread.space_id)
    who = reached(thread, space, actor_id, personally=meant, followers=followers)
    why: ColumnElement[int] = _bits(reason)
    if meant:
        why = case({one: _bits(own) for one, own in meant.items()}, value=Person.id, else_=why)
    number = post.number if post else None
    _tell(
        who,
        {
            "thread_id": literal(thread.id),
            "reasons": why,
            "post_id": literal(post.id if post else None, Integer),
            "since_number": literal(number, Integer),
            "upto_number": literal(number, Integer),
        },
    )


def tell_of_proposal(
    proposal: Proposal, actor_id: int | None, who: ColumnElement[bool], reason: Reason
) -> None:
    """Tell those people of a proposal; `who` are people who see it now."""
    _tell(
        who & (Person.id != (actor_id or 0)),
        {"proposal_id": literal(proposal.id), "reasons": _bits(reason)},
    )


def tell_of_decision(
    thread: Thread, actor_id: int | None, who: ColumnElement[bool], reason: Reason
) -> None:
    """Tell those people of what was decided about a post of the thread, if they read it or not."""
    _tell(
        who & (Person.id != (actor_id or 0)),
        {"thread_id": literal(thread.id), "reasons": _bits(reason)},
    )


def take_back(post: Post) -> None:
    """Drop the entries that told of nothing but this post: it was removed."""
    db.session.execute(
        delete(Notification)
        .where(
            Notification.thread_id == post.thread_id,
            Notification.since_number == post.number,
            Notification.upto_number == post.number,
            Notification.reasons.bitwise_and(~int(OF_POSTS)) == 0,
        )
        .execution_options(synchronize_session=False)
    )


def forget_reasons(person_id: int, which: Reason) -> None:
    """Take these reasons out of the person's entries; what told of nothing else goes."""
    _forget(Notification.person_id == person_id, which)


def forget_of_proposal(proposal: Proposal, which: Reason) -> None:
    """The same of everybody's entry about the proposal: it is not so any more."""
    _forget(Notification.proposal_id == proposal.id, which)


def _forget(whose: ColumnElement[bool], which: Reason) -> None:
    left = Notification.reasons.bitwise_and(literal(~int(which), BIG))
    those = and_(whose, Notification.reasons.bitwise_and(_bits(which)) != 0)
    changes: tuple[Any, ...] = (
        delete(Notification).where(those, left == 0),
        update(Notification).where(those).values(reasons=left),
    )
    for change in changes:
        db.session.execute(change.execution_options(synchronize_session=False))


def carry_over(source_id: int, target: Thread) -> None:
    """The source was merged into the target: what is unread there is unread here."""
    unread = Notification.read_at.is_(None)
    numbered = case((Post.id.is_not(None), target.last_number))
    _join(
        {
            "person_id": Notification.person_id,
            "created_at": Notification.created_at,
            "told_at": Notification.told_at,
            "personal_at": Notification.personal_at,
            "thread_id": literal(target.id),
            "reasons": Notification.reasons,
            "post_id": Notification.post_id,
            "since_number": Post.number,
            "upto_number": numbered,
        },
        select().outerjoin_from(
            Notification,
            Post,  # split off into a third thread before, it has no number here
            and_(Post.id == Notification.post_id, Post.thread_id == target.id),
        ),
        and_(Notification.thread_id == source_id, unread),
    )
    db.session.execute(delete(Notification).where(Notification.thread_id == source_id))


def _bits(reason: Reason) -> ColumnElement[int]:
    return literal(int(reason), BIG)


def _tell(who: ColumnElement[bool], entry: dict[str, Any]) -> None:
    """Insert or join an entry for each of the people; unread again if it was read."""
    now = literal(clock.now(), UTCDateTime)
    meant = entry["reasons"].bitwise_and(int(PERSONALLY)) != 0
    columns = {
        "person_id": Person.id,
        "created_at": now,
        "told_at": now,
        "personal_at": case((meant, now)),
    } | entry
    _join(columns, select().select_from(Person), who)


def _join(columns: dict[str, Any], rows: Select[Any], which: ColumnElement[bool]) -> None:
    """Insert those rows; one that is there already and unread takes the new one in."""
    chosen = rows.add_columns(*columns.values()).where(which).order_by(columns["person_id"])
    new = upsert(Notification).from_select(list(columns), chosen)
    told = new.excluded
    anew = Notification.read_at.is_not(None)
    db.session.execute(
        new.on_conflict_do_update(
            index_elements=["person_id", "thread_id" if "thread_id" in columns else "proposal_id"],
            set_={
                "reasons": case(
                    (anew, told.reasons),
                    else_=Notification.reasons.bitwise_or(told.reasons),
                ),
                "post_id": _first(anew, told.post_id, Notification.post_id),
                "since_number": _first(anew, told.since_number, Notification.since_number),
                "upto_number": case(
                    (anew, told.upto_number),
                    else_=func.coalesce(told.upto_number, Notification.upto_number),
                ),
                "personal_at": case(
                    (anew, told.personal_at),
                    (_waits_for_a_letter(), Notification.personal_at),
                    else_=func.coalesce(told.personal_at, Notification.personal_at),
                ),
                "told_at": told.told_at,
                "read_at": None,
            },
        )
    )


def _waits_for_a_letter() -> ColumnElement[bool]:
    """That something was meant for the person since the last letter: the first such stays first."""
    return and_(
        Notification.personal_at.is_not(None),
        func.coalesce(Notification.personal_at > Notification.mailed_at, true()),
    )


def _first(anew: ColumnElement[bool], new: Any, kept: Any) -> Any:
    """What was there first since the entry was last read."""
    return case((anew, new), else_=func.coalesce(kept, new))
