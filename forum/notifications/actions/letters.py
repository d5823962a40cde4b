"""Letters about what waits for somebody or what came of what they asked. Who gets one is chosen."""

from datetime import datetime

from sqlalchemy import ColumnElement

from forum import mail
from forum.coalition import wording
from forum.coalition.lifecycle import ResponseKind, due_on
from forum.coalition.models import Coalition, Proposal, Response, Vote
from forum.coalition.queries.responses import rules_of_vote
from forum.coalition.tally import Rules
from forum.db import db
from forum.notifications.queries import receivers


def post_vote_opened(vote: Vote, proposal: Proposal, who: ColumnElement[bool]) -> None:
    """Tell them that voting is open and until when.

    The subject names no proposal: mail programs show subjects to whoever holds the phone.
    """
    coalition = db.session.get_one(Coalition, proposal.coalition_id)
    for receiver in receivers(who):
        mail.post(
            receiver,
            "vote_open",
            title=proposal.title,
            closes_at=vote.closes_at,
            coalition=coalition.name,
            path=f"/proposals/{proposal.public_id}",
        )


def post_submitted(proposal: Proposal, who: ColumnElement[bool]) -> None:
    """Tell them that a proposal waits for an acknowledgement and an answer."""
    coalition = db.session.get_one(Coalition, proposal.coalition_id)
    rules = rules_of_vote(proposal.id) or Rules.of(coalition.rules)
    submitted = _moment(proposal.submitted_at)
    for receiver in receivers(who):
        mail.post(
            receiver,
            "proposal_submitted",
            number=proposal.number,
            title=proposal.title,
            coalition=coalition.name,
            acknowledge_by=due_on(submitted, rules.acknowledgement_days, coalition.timezone),
            answer_by=due_on(submitted, rules.answer_days(None), coalition.timezone),
            path=f"/proposals/{proposal.public_id}",
        )


def post_response(response: Response, proposal: Proposal, who: ColumnElement[bool]) -> None:
    """Tell them that the certifier answered, or corrected its answer."""
    for receiver in receivers(who):
        mail.post(
            receiver,
            "response_published",
            number=proposal.number,
            title=proposal.title,
            outcome=response.outcome,
            outcome_word=wording.outcome_word,
            corrected=response.kind is ResponseKind.CORRECTION,
            path=f"/proposals/{proposal.public_id}",
        )


def _moment(at: datetime | None) -> datetime:
    assert at is not None
    return at
