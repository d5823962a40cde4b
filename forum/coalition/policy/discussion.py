"""Who checks a proposal's form, merges it, sets it aside for a time, and writes it with others.

As in `proposals`: who it is stands apart from when, so that what came too late says so.
"""

from collections.abc import Collection

from forum.coalition.lifecycle import EDITABLE, TALKED_ABOUT, ProposalStatus
from forum.coalition.policy import members
from forum.coalition.policy.proposals import is_author, is_proposer
from forum.coalition.rows import ProposalRow
from forum.lib.permission import YES, Answer, No
from forum.spaces import Viewer
from forum.web.locale import later as _


def is_checker(viewer: Viewer, proposal: ProposalRow) -> Answer:
    """Whoever facilitates the coalition: its form alone, never its merit (rule 3)."""
    if members.facilitates(viewer, proposal.coalition_space_id):
        return YES
    return No(_("Whoever facilitates the coalition looks at a proposal’s form."))


def can_check_form(viewer: Viewer, proposal: ProposalRow) -> Answer:
    """The same, from when the coalition reads it until the vote."""
    if proposal.status in TALKED_ABOUT:
        return is_checker(viewer, proposal)
    return No(_("The form of a proposal is checked before it is voted on."))


def can_settle_merge(
    viewer: Viewer, proposal: ProposalRow, target: ProposalRow, speaks_for: Collection[int]
) -> Answer:
    """The proposer of either of the two."""
    if is_proposer(viewer, proposal, speaks_for):
        return YES
    return is_proposer(viewer, target, speaks_for)


def can_defer(viewer: Viewer, proposal: ProposalRow, speaks_for: Collection[int]) -> Answer:
    """The proposer, from when the coalition reads it until the vote."""
    if proposal.status in TALKED_ABOUT:
        return is_proposer(viewer, proposal, speaks_for)
    return No(_("Only what the coalition reads and does not vote on yet is deferred."))


def can_take_up(viewer: Viewer, proposal: ProposalRow, speaks_for: Collection[int]) -> Answer:
    """The proposer, of what was deferred."""
    if proposal.status is ProposalStatus.DEFERRED:
        return is_proposer(viewer, proposal, speaks_for)
    return No(_("This proposal is not deferred."))


def can_invite_coauthors(
    viewer: Viewer, proposal: ProposalRow, speaks_for: Collection[int]
) -> Answer:
    """The proposer, as long as the text can be changed."""
    if proposal.status in EDITABLE:
        return is_proposer(viewer, proposal, speaks_for)
    return No(_("Co-authors are invited while the text can be changed."))


def can_end_coauthors(viewer: Viewer, proposal: ProposalRow, speaks_for: Collection[int]) -> Answer:
    """The proposer; a co-author leaves by themselves."""
    return is_proposer(viewer, proposal, speaks_for)


def can_see_coauthors(viewer: Viewer, proposal: ProposalRow, speaks_for: Collection[int]) -> Answer:
    """Its authors, while the text can be changed: there they invite, and leave."""
    if proposal.status in EDITABLE:
        return is_author(viewer, proposal, speaks_for)
    return No(_("Co-authors are invited while the text can be changed."))
