"""Telling people, by letter, what waits for them or what came of what they asked."""

from datetime import datetime

from forum import activity, mail
from forum.activity.models import Event
from forum.coalition import wording
from forum.coalition.lifecycle import ResponseKind, due_on
from forum.coalition.models import Coalition, Proposal, Response, Vote
from forum.coalition.queries.responses import rules_of_vote
from forum.coalition.tally import Rules
from forum.db import db
from forum.notifications.queries import staff, who_proposed, who_votes


def listen() -> None:
    """Register with the ledger."""
    activity.listen("vote.opened")(tell_vote_opened)
    activity.listen("proposal.submitted")(tell_proposal_submitted)
    activity.listen("response.published")(tell_response_published)


def tell_vote_opened(_event: Event, vote: Vote) -> None:
    """Tell each seat's delegate and alternate that voting is open and until when.

    The subject names no proposal: mail programs show subjects to whoever holds the phone.
    """
    proposal = db.session.get_one(Proposal, vote.proposal_id)
    coalition = db.session.get_one(Coalition, proposal.coalition_id)
    for receiver in who_votes(vote):
        mail.post(
            receiver,
            "vote_open",
            title=proposal.title,
            closes_at=vote.closes_at,
            coalition=coalition.name,
            path=f"/proposals/{proposal.public_id}",
        )


def tell_proposal_submitted(_event: Event, proposal: Proposal) -> None:
    """Tell the certifier's staff that a proposal waits for an acknowledgement and an answer."""
    coalition = db.session.get_one(Coalition, proposal.coalition_id)
    rules = rules_of_vote(proposal.id) or Rules.of(coalition.rules)
    submitted = _moment(proposal.submitted_at)
    for receiver in staff():
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


def tell_response_published(_event: Event, response: Response) -> None:
    """Tell those who asked that the certifier answered."""
    if response.kind not in (ResponseKind.ANSWER, ResponseKind.CORRECTION):
        return
    proposal = db.session.get_one(Proposal, response.proposal_id)
    for receiver in who_proposed(proposal):
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
