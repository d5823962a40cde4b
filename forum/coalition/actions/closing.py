"""Closing a proposal that was answered: when all is settled, or by the coalition's word."""

from sqlalchemy import func, select

from forum import activity
from forum.coalition.actions.moves import hold_as_seen, move
from forum.coalition.lifecycle import CLOSABLE, ProposalStatus
from forum.coalition.models import CoalitionMembership, Commitment, Proposal, Rating
from forum.coalition.policy import follow_up as policy
from forum.coalition.queries import members
from forum.coalition.queries.responses import newest_answer
from forum.coalition.rows import ProposalRow
from forum.db import db
from forum.lib import clock
from forum.lib.permission import Refused, WrongState, require
from forum.spaces import Viewer
from forum.web.locale import gettext as _


def close(viewer: Viewer, proposal: ProposalRow, *, reason: str) -> Proposal:
    """Close it by the coalition's word, for a reason that all who see it read.

    One project alone does not let go of what was promised to all: while a commitment is open the
    coalition has rated the answer first, as more than half of its projects do.

    Raises Forbidden, WrongState where nothing is to be closed, Refused without a reason or while
    a commitment is open and the coalition has not rated.
    """
    held, now = hold_as_seen(viewer, proposal)
    require(policy.speaks_for_it(viewer, now, members.speaks_for(viewer, now.coalition_id)))
    if held.status not in CLOSABLE:
        raise WrongState(_("Only a proposal that was answered, and is not closed, is closed."))
    if not reason:
        raise Refused(_("Please say why it is closed."), "reason")
    if _is_open(held) and not _is_rated(held):
        raise Refused(
            _(
                "A commitment of the answer is open. It is closed with open ones once more than "
                "half of the projects have said what they think of the answer."
            )
        )
    held.closed_reason = reason
    _close(viewer.person_id, held, by="word")
    return held


def close_if_settled(actor_id: int | None, held: Proposal) -> bool:
    """Close a proposal being followed up when its commitments are done or dropped, and it is rated.

    The proposal must be held. The coalition has rated when more than half of its member projects
    have rated the answer that counts. Returns whether it was closed.
    """
    if held.status is not ProposalStatus.FOLLOWING_UP or _is_open(held) or not _is_rated(held):
        return False
    _close(actor_id, held, by="settled")
    return True


def _close(actor_id: int | None, held: Proposal, *, by: str) -> None:
    move(held, ProposalStatus.CLOSED)
    held.closed_at = clock.now()
    activity.record(actor_id, "proposal.closed", held, space_id=held.space_id, by=by)


def _is_open(held: Proposal) -> bool:
    of_it = select(Commitment).where(Commitment.proposal_id == held.id)
    return any(commitment.is_open for commitment in db.session.scalars(of_it))


def _is_rated(held: Proposal) -> bool:
    answer = newest_answer(held.id)
    member = select(CoalitionMembership.project_id).where(
        CoalitionMembership.coalition_id == held.coalition_id, CoalitionMembership.left_at.is_(None)
    )
    seats = db.session.scalar(select(func.count()).select_from(member.subquery())) or 0
    rated = (
        select(func.count())
        .select_from(Rating)
        .where(Rating.response_id == (answer.id if answer else 0), Rating.project_id.in_(member))
    )
    return 2 * (db.session.scalar(rated) or 0) > seats
