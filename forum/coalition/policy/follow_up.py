"""What the coalition says to an answer: rating it, closing the proposal."""

from collections.abc import Collection

from forum.coalition.lifecycle import ANSWERED, CLOSABLE
from forum.coalition.policy import members
from forum.coalition.rows import ProposalRow
from forum.lib.permission import YES, Answer, No
from forum.spaces import Viewer
from forum.web.locale import later as _


def speaks_for_it(viewer: Viewer, proposal: ProposalRow, speaks_for: Collection[int]) -> Answer:
    """The proposing project's delegate or alternate; where it has none, no other project's."""
    inside = members.is_member(viewer, proposal.coalition_space_id)
    if inside and proposal.project_id in speaks_for:
        return YES
    return No(_("Only the proposing project’s delegate does this."))


def is_rater(viewer: Viewer, proposal: ProposalRow, speaks_for: Collection[int]) -> Answer:
    """Whoever speaks for a member project."""
    if speaks_for and viewer.sees(proposal.coalition_space_id):
        return YES
    return No(_("A member project’s delegate says what the project thinks of an answer."))


def can_rate(viewer: Viewer, proposal: ProposalRow, speaks_for: Collection[int]) -> Answer:
    """Whoever speaks for a member project, once there is an answer, also when it is closed."""
    if proposal.status in ANSWERED:
        return is_rater(viewer, proposal, speaks_for)
    return No(_("There is no answer yet that could be rated."))


def is_marker(viewer: Viewer, coalition_space_id: int, speaks_for: Collection[int]) -> Answer:
    """Whoever speaks for a member project of the coalition whose space that is."""
    if speaks_for and viewer.sees(coalition_space_id):
        return YES
    return No(_("A member project’s delegate says whether a commitment is fulfilled."))


def can_mark(
    viewer: Viewer, coalition_space_id: int, speaks_for: Collection[int], *, ripe: bool
) -> Answer:
    """The same, of a commitment that is `ripe`: done, dropped, or past its day."""
    if ripe:
        return is_marker(viewer, coalition_space_id, speaks_for)
    return No(_("Whether a commitment is fulfilled is said once it is done or its day is past."))


def can_close(viewer: Viewer, proposal: ProposalRow, speaks_for: Collection[int]) -> Answer:
    """The proposing project's delegate, once it is answered and while it is not closed."""
    if proposal.status in CLOSABLE:
        return speaks_for_it(viewer, proposal, speaks_for)
    return No(_("Only a proposal that was answered, and is not closed, is closed."))
