"""Setting a proposal aside for a time, and taking it up again."""

from forum import activity
from forum.coalition.actions.discussion import discuss_when_ready
from forum.coalition.actions.moves import hold_as_seen, keep, move
from forum.coalition.lifecycle import TALKED_ABOUT, MoveKind, ProposalStatus
from forum.coalition.models import Proposal
from forum.coalition.policy.proposals import is_proposer
from forum.coalition.queries import members
from forum.coalition.rows import ProposalRow
from forum.lib import clock
from forum.lib.permission import Refused, WrongState, require
from forum.spaces import Viewer
from forum.web.locale import gettext as _


def defer(viewer: Viewer, proposal: ProposalRow, *, reason: str) -> Proposal:
    """The proposer sets it aside for a time, and says why.

    Raises Forbidden, WrongState unless the coalition reads it and does not vote on it yet, and
    Refused without reason.
    """
    held, now = hold_as_seen(viewer, proposal)
    require(is_proposer(viewer, now, members.speaks_for(viewer, now.coalition_id)))
    if held.status not in TALKED_ABOUT:
        raise WrongState(_("Only what the coalition reads and does not vote on yet is deferred."))
    if not reason:
        raise Refused(_("Please say why, for those who read this later."), "reason")
    before = held.status
    held.aside_at, held.aside_reason = clock.now(), reason
    move(held, ProposalStatus.DEFERRED)
    keep(viewer, held, MoveKind.DEFERRED, reason=reason, language=held.language)
    _record(viewer, "proposal.deferred", now, held, before=before.value)
    return held


def take_up(viewer: Viewer, proposal: ProposalRow) -> Proposal:
    """The proposer brings it back to where it was; its discussion lasts the whole time anew.

    Raises Forbidden, WrongState unless it is deferred.
    """
    held, now = hold_as_seen(viewer, proposal)
    require(is_proposer(viewer, now, members.speaks_for(viewer, now.coalition_id)))
    if held.status is not ProposalStatus.DEFERRED:
        raise WrongState(_("This proposal is not deferred."))
    if held.discussion_at is None:
        move(held, ProposalStatus.SEEKING_COSPONSORS)
    else:
        move(held, ProposalStatus.IN_DISCUSSION)
        held.discussion_at = clock.now()
    held.aside_at, held.aside_reason = None, ""
    keep(viewer, held, MoveKind.TAKEN_UP)
    _record(viewer, "proposal.taken_up", now, held, after=held.status.value)
    discuss_when_ready(viewer, held)
    return held


def _record(viewer: Viewer, verb: str, now: ProposalRow, held: Proposal, **more: str) -> None:
    activity.record(viewer.person_id, verb, held, space_id=now.coalition_space_id, **more)
