"""Telling that the day of a commitment has passed: once for each day it had."""

from datetime import timedelta

from sqlalchemy import select

from forum import activity
from forum.coalition.actions.moves import hold_proposal
from forum.coalition.lifecycle import OPEN_COMMITMENTS
from forum.coalition.models import Coalition, Commitment, Proposal
from forum.db import db
from forum.lib import clock

_ZONES_AHEAD = timedelta(hours=14)  # where the day begins first
_LOOKED_AT_ONCE = 50  # proposals in one round of the chore


def tell_all_late() -> int:
    """Tell of every commitment that is late in its coalition's zone; returns of how many. A chore.

    After a pause of the worker each is told once.
    """
    perhaps = db.session.execute(
        select(Proposal.id, Coalition.timezone)
        .join(Coalition, Coalition.id == Proposal.coalition_id)
        .join(Commitment, Commitment.proposal_id == Proposal.id)
        .where(
            Commitment.status.in_(OPEN_COMMITMENTS),
            Commitment.due_on < (clock.now() + _ZONES_AHEAD).date(),
            Commitment.late_told_on.is_distinct_from(Commitment.due_on),
        )
        .distinct()
        .order_by(Proposal.id)
        .limit(_LOOKED_AT_ONCE)
    ).all()
    return sum(_tell(proposal_id, timezone) for proposal_id, timezone in perhaps)


def _tell(proposal_id: int, timezone: str) -> int:
    """Held, so that two workers at once tell once, and nothing is late that is done meanwhile."""
    proposal = hold_proposal(proposal_id)
    held = db.session.scalars(
        select(Commitment)
        .where(Commitment.proposal_id == proposal_id)
        .order_by(Commitment.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    today = clock.today(timezone)
    late = [one for one in held if one.is_late(today) and one.late_told_on != one.due_on]
    for one in late:
        one.late_told_on = one.due_on
        activity.record(
            None, "commitment.late", one, space_id=proposal.space_id, proposal=proposal_id
        )
    return len(late)
