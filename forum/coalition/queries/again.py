"""Whether a proposal was tabled again."""

from sqlalchemy import select

from forum.coalition.lifecycle import AUTHORS_ONLY, ProposalStatus
from forum.coalition.models import Proposal
from forum.db import db

NOT_TABLED = AUTHORS_ONLY | {ProposalStatus.WITHDRAWN}  # drafts are nobody's business


def tabled_again(proposal_id: int) -> int | None:
    """The inner id of the proposal that tables it again and was shown, None while there is none."""
    return db.session.scalars(
        select(Proposal.id).where(
            Proposal.again_of_id == proposal_id, Proposal.status.not_in(NOT_TABLED)
        )
    ).first()
