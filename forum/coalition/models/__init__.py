"""What exists in the coalition room, a file a noun."""

from forum.coalition.models.members import Coalition, CoalitionMembership, Delegate
from forum.coalition.models.proposals import (
    CoSponsor,
    Evidence,
    Proposal,
    ProposalVersion,
)
from forum.coalition.models.responses import (
    AnswerReminder,
    Commitment,
    CommitmentUpdate,
    Rating,
    Response,
    ResponseDraft,
)
from forum.coalition.models.votes import (
    LONGEST_MANDATE,
    AssistedHow,
    Ballot,
    BallotConfirmation,
    MinorityStatement,
    Reminder,
    Result,
    Seat,
    Vote,
    VoteReminder,
)

__all__ = [
    "LONGEST_MANDATE",
    "AnswerReminder",
    "AssistedHow",
    "Ballot",
    "BallotConfirmation",
    "CoSponsor",
    "Coalition",
    "CoalitionMembership",
    "Commitment",
    "CommitmentUpdate",
    "Delegate",
    "Evidence",
    "MinorityStatement",
    "Proposal",
    "ProposalVersion",
    "Rating",
    "Reminder",
    "Response",
    "ResponseDraft",
    "Result",
    "Seat",
    "Vote",
    "VoteReminder",
]
