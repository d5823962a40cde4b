"""Which proposals are tabled again, and by whom: once, with new evidence (rule 11)."""

from forum.coalition.lifecycle import ANSWERED, ProposalStatus
from forum.coalition.policy import members
from forum.coalition.rows import ProposalRow
from forum.lib.permission import YES, Answer, No
from forum.spaces import Viewer
from forum.web.locale import later as _

AGAIN = ANSWERED | {ProposalStatus.NOT_ADOPTED, ProposalStatus.NO_QUORUM}


def may_table_again(viewer: Viewer, proposal: ProposalRow) -> Answer:
    """Anybody of a member project: they draft it as their own."""
    if members.is_member(viewer, proposal.coalition_space_id):
        return YES
    return No(_("Only people of the coalition’s projects draft proposals."))


def can_table_again(viewer: Viewer, proposal: ProposalRow, *, done: bool) -> Answer:
    """The same, of what was answered or not adopted; `done`: whether it was tabled again before.

    Ask with the status it has by the clock.
    """
    if reason := why_not(proposal, done=done):
        return No(reason)
    return may_table_again(viewer, proposal)


def why_not(proposal: ProposalRow, *, done: bool) -> str:
    """Why nobody tables it again; empty when somebody may."""
    if proposal.status not in AGAIN:
        return str(_("What was answered, or not adopted, can be tabled again."))
    if proposal.again_of_id is not None:
        return str(_("This proposal was tabled again already: that is done once."))
    if done:
        return str(_("It was tabled again before: that is done once."))
    return ""
