"""What exists in the coalition room, a file a noun."""

from forum.coalition.models.amendments import LONGEST_WHY, Amendment
from forum.coalition.models.members import Coalition, CoalitionMembership, Delegate
from forum.coalition.models.proposals import (
    CoAuthor,
    CoSponsor,
    Evidence,
    MergeSuggestion,
    Proposal,
    ProposalMove,
    ProposalVersion,
)
from forum.coalition.models.responses import (
    AnswerReminder,
    Commitment,
    CommitmentMark,
    CommitmentUpdate,
    DraftReview,
    Rating,
    Response,
    ResponseDraft,
)
from forum.coalition.models.rules import RulesChange, RulesWish
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
    "LONGEST_WHY",
    "Amendment",
    "AnswerReminder",
    "AssistedHow",
    "Ballot",
    "BallotConfirmation",
    "CoAuthor",
    "CoSponsor",
    "Coalition",
    "CoalitionMembership",
    "Commitment",
    "CommitmentMark",
    "CommitmentUpdate",
    "Delegate",
    "DraftReview",
    "Evidence",
    "MergeSuggestion",
    "MinorityStatement",
    "Proposal",
    "ProposalMove",
    "ProposalVersion",
    "Rating",
    "Reminder",
    "Response",
    "ResponseDraft",
    "Result",
    "RulesChange",
    "RulesWish",
    "Seat",
    "Vote",
    "VoteReminder",
]
