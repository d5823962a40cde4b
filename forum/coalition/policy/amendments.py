"""Who proposes a change to a passage, and who takes it or not: while the text may change."""

from collections.abc import Collection

from forum.coalition.lifecycle import AmendmentState, ProposalStatus
from forum.coalition.policy import proposals
from forum.coalition.rows import ProposalRow
from forum.lib.permission import YES, Answer, No
from forum.spaces import Viewer
from forum.web.locale import later as _

AMENDABLE = ProposalStatus.IN_DISCUSSION


def may_amend(viewer: Viewer, proposal: ProposalRow) -> Answer:
    """Everybody in the coalition: of its projects, or who facilitates; no guest of a thread."""
    if viewer.signed_in and viewer.sees(proposal.coalition_space_id):
        return YES
    return No(_("Only people of the coalition propose changes to the text."))


def can_amend(viewer: Viewer, proposal: ProposalRow) -> Answer:
    """As above, while the proposal is discussed."""
    if proposal.status is AMENDABLE:
        return may_amend(viewer, proposal)
    return No(when_not(proposal))


def can_decide(viewer: Viewer, proposal: ProposalRow, speaks_for: Collection[int]) -> Answer:
    """Its authors, while the proposal is discussed."""
    if proposal.status is AMENDABLE:
        return proposals.is_author(viewer, proposal, speaks_for)
    return No(when_not(proposal))


def is_who_proposed(viewer: Viewer, author_id: int) -> Answer:
    """The one who proposed the change: nobody else takes it back."""
    if viewer.signed_in and viewer.person_id == author_id:
        return YES
    return No(_("Only who proposed a change takes it back."))


def can_take_back(viewer: Viewer, author_id: int, state: AmendmentState) -> Answer:
    """As above, as long as nothing was decided on it."""
    if state is AmendmentState.OPEN:
        return is_who_proposed(viewer, author_id)
    return No(decided())


def decided() -> str:
    """Why there is nothing to decide, or to take back, any more."""
    return str(_("This change was decided before."))


def when_not(proposal: ProposalRow) -> str:
    """Why no change to the text is proposed or taken now."""
    if proposal.discussion_at is None or proposal.status is ProposalStatus.DEFERRED:
        return str(_("Changes to the text are proposed while the coalition discusses it."))
    return str(_("The discussion is over: the text is not changed any more."))
