"""Reminding those who have not voted: once at half time, once a day before the closing."""

from sqlalchemy import select

from forum import activity
from forum.coalition.lifecycle import reminders_at
from forum.coalition.models import Proposal, Reminder, Vote, VoteReminder
from forum.db import db
from forum.lib import clock


def remind_all_due() -> int:
    """Remind in every open vote where it is due; returns in how many. A chore.

    Where both are due at once, as after a standstill, one is told and both count as done.
    """
    now = clock.now()
    is_open = (Vote.opens_at <= now, Vote.closes_at > now)
    going_on = db.session.scalars(select(Vote).where(*is_open).order_by(Vote.id)).all()
    return sum(_remind(vote) for vote in going_on if _due(vote))


def _due(vote: Vote) -> list[Reminder]:
    done = set(db.session.scalars(select(VoteReminder.kind).where(VoteReminder.vote_id == vote.id)))
    moments = zip(Reminder, reminders_at(vote.opens_at, vote.closes_at), strict=True)
    return [kind for kind, moment in moments if clock.now() >= moment and kind not in done]


def _remind(vote: Vote) -> bool:
    """Held, so that two workers at once remind once."""
    held = select(Vote).where(Vote.id == vote.id).with_for_update()
    db.session.execute(held.execution_options(populate_existing=True))
    due = _due(vote)
    if not due or not vote.is_open(clock.now()):
        return False
    db.session.add_all(VoteReminder(vote_id=vote.id, kind=kind) for kind in due)
    activity.record(
        None,
        "vote.reminded",
        vote,
        space_id=db.session.get_one(Proposal, vote.proposal_id).space_id,
        proposal=vote.proposal_id,
        kind=due[-1].value,
    )
    return True
