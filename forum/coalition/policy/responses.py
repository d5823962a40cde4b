"""Who answers a proposal: the certifier's staff, once, and nobody else (PRODUCT section 2)."""

from forum.accounts.sides import Side
from forum.coalition.lifecycle import ANSWERED, AWAITING_ANSWER, CLOSABLE, ProposalStatus
from forum.coalition.queries.answer_clock import AnswerClock
from forum.coalition.rows import ProposalRow
from forum.lib.permission import YES, Answer, No
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.web.locale import later as _


def can_answer_officially(viewer: Viewer) -> Answer:
    """The certifier's staff."""
    if viewer.side == Side.STAFF:
        return YES
    return No(_("Only the certifier's staff answers a proposal."))


def can_see_response_drafts(viewer: Viewer) -> Answer:
    """What staff prepares is in the staff's space: for nobody else it exists."""
    return YES if viewer.sees_kind(SpaceKind.STAFF) else No()


def can_acknowledge(viewer: Viewer, proposal: ProposalRow) -> Answer:
    """Staff, once, for a submitted proposal that is not answered."""
    if proposal.acknowledged_at is not None:
        return No(_("This proposal was acknowledged before."))
    if proposal.status not in AWAITING_ANSWER:
        return No(_("This proposal does not wait for an answer."))
    return can_answer_officially(viewer)


def can_extend(viewer: Viewer, proposal: ProposalRow, now: AnswerClock) -> Answer:
    """Staff, once, while a submitted proposal waits and its answer is not overdue."""
    if proposal.status not in AWAITING_ANSWER:
        return No(_("This proposal does not wait for an answer."))
    if proposal.extended_until is not None:
        return No(_("The time to answer was extended before: it is extended once."))
    if now.overdue:
        return No(_("The answer is overdue: its time cannot be extended any more."))
    return can_answer_officially(viewer)


def can_respond(viewer: Viewer, proposal: ProposalRow) -> Answer:
    """Staff, for a proposal that waits for an answer: there is one answer to a proposal."""
    if proposal.status in AWAITING_ANSWER:
        return can_answer_officially(viewer)
    return No(_("This proposal does not wait for an answer."))


def can_review(viewer: Viewer, proposal: ProposalRow, asked_by_id: int) -> Answer:
    """Staff, while an answer waits to be published; never who put it up."""
    may = can_respond(viewer, proposal)
    if may and viewer.person_id == asked_by_id:
        return No(_("Who put it up for review does not review it: that is for somebody else."))
    return may


def can_correct(viewer: Viewer, proposal: ProposalRow) -> Answer:
    """Staff, once an answer is published: it stays as it is, and the correction stands below it."""
    if proposal.status in ANSWERED:
        return can_answer_officially(viewer)
    return No(_("There is no answer yet that could be corrected."))


def can_update_commitment(viewer: Viewer, status: ProposalStatus) -> Answer:
    """Staff, until the proposal is closed."""
    if status in CLOSABLE:
        return can_answer_officially(viewer)
    return No(_("This proposal is closed, and its commitments with it."))
