"""Moving a proposal from one status to the next."""

from forum.coalition.lifecycle import ProposalStatus, may_move
from forum.coalition.models import Proposal
from forum.lib.permission import WrongState
from forum.web.locale import gettext as _


def move(proposal: Proposal, to: ProposalStatus) -> None:
    """Set the status of a proposal whose row is held. Raises WrongState where there is no way."""
    if not may_move(proposal.status, to):
        raise WrongState(_("The proposal has moved on meanwhile, so this is not possible now."))
    proposal.status = to
