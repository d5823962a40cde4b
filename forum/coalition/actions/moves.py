"""Holding a proposal while it is judged, and moving it from one status to the next."""

from sqlalchemy import select

from forum.coalition.lifecycle import ProposalStatus, may_move
from forum.coalition.models import Proposal
from forum.coalition.queries.proposals import proposal_now
from forum.coalition.rows import ProposalRow
from forum.db import db
from forum.lib.permission import WrongState
from forum.spaces import Viewer
from forum.web.locale import gettext as _


def hold_proposal(proposal_id: int) -> Proposal:
    """The proposal as it is now, its row locked until this transaction ends."""
    return db.session.execute(
        select(Proposal)
        .where(Proposal.id == proposal_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def hold_as_seen(viewer: Viewer, proposal: ProposalRow) -> tuple[Proposal, ProposalRow]:
    """The proposal, held, and as the viewer sees it now. Raises NotFound if it left their sight."""
    held = hold_proposal(proposal.id)
    return held, proposal_now(held.id, viewer)


def move(proposal: Proposal, to: ProposalStatus) -> None:
    """Set the status of a proposal whose row is held. Raises WrongState where there is no way."""
    if not may_move(proposal.status, to):
        raise WrongState(_("The proposal has moved on meanwhile, so this is not possible now."))
    proposal.status = to
