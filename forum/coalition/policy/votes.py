"""Who opens a vote, who casts a ballot, who sees ballots (DOMAIN section 4, PRODUCT section 2)."""

from collections.abc import Collection
from datetime import datetime

from forum.accounts.sides import Side
from forum.coalition.lifecycle import ProposalStatus
from forum.coalition.policy import members
from forum.coalition.rows import ProposalRow, VoteRow
from forum.lib.permission import YES, Answer, No
from forum.spaces import Viewer
from forum.web.locale import later as _


def can_open_votes(viewer: Viewer, proposal: ProposalRow, speaks_for: Collection[int]) -> Answer:
    """The proposing project's delegate or alternate, or who facilitates the coalition.

    `speaks_for` holds the projects the viewer speaks for today.
    """
    if not can_see_ballots(viewer, proposal):
        return No()
    if viewer.side == Side.FACILITATOR or proposal.project_id in speaks_for:
        return YES
    return No(_("The proposing project's delegate opens the vote, or whoever facilitates."))


def can_open_vote(viewer: Viewer, proposal: ProposalRow, speaks_for: Collection[int]) -> Answer:
    """Who opens votes, on a proposal in discussion.

    What else may be missing is told by queries.opening.missing_for_opening.
    """
    if proposal.status is not ProposalStatus.IN_DISCUSSION:
        return No(_("Only a proposal in discussion can be put to the vote."))
    return can_open_votes(viewer, proposal, speaks_for)


def can_see_ballots(viewer: Viewer, proposal: ProposalRow) -> Answer:
    """The coalition, whose ballots are open inside it; never staff, never an operator as such."""
    return YES if viewer.sees(proposal.coalition_space_id) else No()


def can_speak(viewer: Viewer, mine: Collection[object]) -> Answer:
    """A seat's ballot is cast by the delegate or alternate that its project has today.

    `mine` holds the viewer's seats of this vote. Whoever facilitates casts none of their own.
    """
    if viewer.signed_in and mine:
        return YES
    return No(_("Only a project's delegate or alternate casts its ballot."))


def can_assist(viewer: Viewer, proposal: ProposalRow) -> Answer:
    """Who facilitates the coalition records what a delegate said by phone or on paper."""
    if members.facilitates(viewer, proposal.coalition_space_id):
        return YES
    return No(_("Whoever facilitates the coalition records ballots given by phone or on paper."))


def can_cast(viewer: Viewer, vote: VoteRow, mine: Collection[object], now: datetime) -> Answer:
    """Who may speak for a seat, while voting is open: before `closes_at`, not at it."""
    if not vote.is_open(now):
        return No(_("Voting on this proposal is closed."))
    return can_speak(viewer, mine)
