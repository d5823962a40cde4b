"""Who drafts, discusses, supports, withdraws and submits a proposal (PRODUCT section 2).

The proposer is the author, or whoever speaks for the proposing project. `speaks_for` holds the
member projects the viewer speaks for today. Who (`is_proposer`, …) stands apart from when, so
that what came too late says so and keeps what was typed.
"""

from collections.abc import Collection

from forum.coalition.lifecycle import EDITABLE, TALKED_ABOUT, ProposalStatus, may_move
from forum.coalition.policy import members
from forum.coalition.rows import ProposalRow
from forum.lib.permission import YES, Answer, No
from forum.spaces import Viewer
from forum.web.locale import later as _

_BEGUN = frozenset({ProposalStatus.DRAFT, ProposalStatus.SEEKING_COSPONSORS})


def can_draft(viewer: Viewer, coalition_space_id: int) -> Answer:
    """Anyone of a member project; never staff, experts or observers, nor whoever facilitates."""
    if members.is_member(viewer, coalition_space_id):
        return YES
    return No(_("Only people of the coalition’s projects draft proposals."))


def is_proposer(viewer: Viewer, proposal: ProposalRow, speaks_for: Collection[int]) -> Answer:
    """The author while of the proposing project, or its delegate or alternate; in the coalition."""
    inside = members.is_member(viewer, proposal.coalition_space_id)
    wrote = viewer.person_id == proposal.author_id and viewer.in_project(proposal.project_id)
    mine = wrote or proposal.project_id in speaks_for
    if inside and mine:
        return YES
    return No(_("Only its author or the proposing project’s delegate does this."))


def is_author(viewer: Viewer, proposal: ProposalRow, speaks_for: Collection[int]) -> Answer:
    """Who writes it: its proposer, or a co-author while of a project in the coalition."""
    if proposal.coauthored and members.is_member(viewer, proposal.coalition_space_id):
        return YES
    return is_proposer(viewer, proposal, speaks_for)


def can_edit(viewer: Viewer, proposal: ProposalRow, speaks_for: Collection[int]) -> Answer:
    """Its authors, until the vote: then the text is frozen."""
    if proposal.status in EDITABLE:
        return is_author(viewer, proposal, speaks_for)
    return No(frozen_reason(proposal.status))


def can_start_discussion(
    viewer: Viewer, proposal: ProposalRow, speaks_for: Collection[int]
) -> Answer:
    """The proposer: shows a draft to the coalition, and once it is backed has it discussed."""
    if proposal.status in _BEGUN:
        return is_proposer(viewer, proposal, speaks_for)
    return No(_("The discussion of this proposal was opened before."))


def is_supporter(viewer: Viewer, proposal: ProposalRow, speaks_for: Collection[int]) -> Answer:
    """Whoever speaks for another member project."""
    if set(speaks_for) - {proposal.project_id} and viewer.sees(proposal.coalition_space_id):
        return YES
    return No(_("The delegate of another member project co-sponsors a proposal."))


def can_cosponsor(viewer: Viewer, proposal: ProposalRow, speaks_for: Collection[int]) -> Answer:
    """Whoever speaks for another member project, from when the coalition reads it to the vote."""
    if proposal.status in TALKED_ABOUT:
        return is_supporter(viewer, proposal, speaks_for)
    return No(_("Projects co-sponsor a proposal while it is discussed."))


def can_stop_cosponsoring(
    viewer: Viewer, proposal: ProposalRow, speaks_for: Collection[int]
) -> Answer:
    """The same people, before the discussion: then the co-sponsors stay as they were."""
    if proposal.status is ProposalStatus.SEEKING_COSPONSORS:
        return is_supporter(viewer, proposal, speaks_for)
    return No(_("Co-sponsors stay as they were when the discussion began."))


def can_withdraw(viewer: Viewer, proposal: ProposalRow, speaks_for: Collection[int]) -> Answer:
    """The proposer: before the vote, or instead of submitting; never while it is voted on."""
    if may_move(proposal.status, ProposalStatus.WITHDRAWN):
        return is_proposer(viewer, proposal, speaks_for)
    return No(_("This proposal cannot be withdrawn now."))


def is_submitter(viewer: Viewer, proposal: ProposalRow, speaks_for: Collection[int]) -> Answer:
    """The proposer, or who facilitates the coalition."""
    if members.facilitates(viewer, proposal.coalition_space_id):
        return YES
    if is_proposer(viewer, proposal, speaks_for):
        return YES
    return No(_("The proposer or whoever facilitates submits an adopted proposal."))


def can_submit(viewer: Viewer, proposal: ProposalRow, speaks_for: Collection[int]) -> Answer:
    """As above, once it is adopted. Ask with the status it has by the clock, sealed or not."""
    if proposal.status is ProposalStatus.ADOPTED:
        return is_submitter(viewer, proposal, speaks_for)
    return No(_("Only an adopted proposal is submitted."))


def can_see_versions(viewer: Viewer, proposal: ProposalRow) -> Answer:
    """The coalition: what a submitted proposal said before stays with it."""
    return YES if viewer.sees(proposal.coalition_space_id) else No()


def frozen_reason(status: ProposalStatus) -> str:
    """Why the text cannot be changed now."""
    if status is ProposalStatus.VOTING:
        return str(_("The text is frozen while it is voted on."))
    if status is ProposalStatus.ADOPTED:
        return str(_("The text was adopted as it stands and cannot be changed."))
    return str(_("The text of this proposal cannot be changed any more."))
