"""What exists in the coalition room, a file a noun."""

from forum.coalition.models.members import Coalition, CoalitionMembership, Delegate
from forum.coalition.models.proposals import (
    CoSponsor,
    Evidence,
    Proposal,
    ProposalVersion,
)
from forum.coalition.models.responses import (
    Commitment,
    CommitmentUpdate,
    Rating,
    Response,
    ResponseDraft,
)
from forum.coalition.models.votes import Ballot, Result, Seat, Vote

__all__ = [
    "Ballot",
    "CoSponsor",
    "Coalition",
    "CoalitionMembership",
    "Commitment",
    "CommitmentUpdate",
    "Delegate",
    "Evidence",
    "Proposal",
    "ProposalVersion",
    "Rating",
    "Response",
    "ResponseDraft",
    "Result",
    "Seat",
    "Vote",
]
