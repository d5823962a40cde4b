"""Letters about what waits for somebody or what came of what they asked. Who gets one is chosen."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, select

from forum import mail
from forum.accounts.models import Person
from forum.coalition import wording
from forum.coalition.lifecycle import ResponseKind, due_on
from forum.coalition.models import (
    Ballot,
    Coalition,
    Commitment,
    CommitmentUpdate,
    Proposal,
    Response,
    Result,
    Vote,
)
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
            call=vote.call,
            coalition=coalition.name,
            path=f"/proposals/{proposal.public_id}",
        )


def post_vote_reminder(vote: Vote, proposal: Proposal, who: ColumnElement[bool]) -> None:
    """Tell them that their project has not voted yet, and until when it can."""
    coalition = db.session.get_one(Coalition, proposal.coalition_id)
    for receiver in receivers(who):
        mail.post(
            receiver,
            "vote_reminder",
            title=proposal.title,
            closes_at=vote.closes_at,
            coalition=coalition.name,
            path=f"/proposals/{proposal.public_id}",
        )


def post_ballot_recorded(ballot: Ballot, proposal: Proposal) -> None:
    """Tell the delegate what was recorded on their word, to be confirmed or corrected."""
    for receiver in receivers(Person.id == ballot.instructed_by_id):
        mail.post(
            receiver,
            "ballot_recorded",
            title=proposal.title,
            choice=ballot.choice,
            choice_word=wording.choice_word,
            path=f"/proposals/{proposal.public_id}",
        )


def post_vote_sealed(vote: Vote, proposal: Proposal, who: ColumnElement[bool]) -> None:
    """Tell them what the vote came to, with the head of its recount: so a later rewriting shows."""
    result = db.session.scalars(select(Result).where(Result.vote_id == vote.id)).one()
    coalition = db.session.get_one(Coalition, proposal.coalition_id)
    for receiver in receivers(who):
        mail.post(
            receiver,
            "vote_sealed",
            title=proposal.title,
            coalition=coalition.name,
            outcome=result.outcome,
            vote_word=wording.vote_word,
            cast=result.cast,
            seats=result.seats,
            head=result.head,
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


def post_extended(response: Response, proposal: Proposal, who: ColumnElement[bool]) -> None:
    """Tell them that the certifier needs more time, and until when."""
    for receiver in receivers(who):
        mail.post(
            receiver,
            "answer_extended",
            number=proposal.number,
            title=proposal.title,
            until=response.due_on,
            path=f"/proposals/{proposal.public_id}",
        )


def post_answer_due(
    proposal: Proposal, due_on: date, overdue: bool, who: ColumnElement[bool]
) -> None:
    """Remind them of the day by which an answer is due, or was."""
    for receiver in receivers(who):
        mail.post(
            receiver,
            "answer_due",
            number=proposal.number,
            title=proposal.title,
            due_on=due_on,
            overdue=overdue,
            path=f"/proposals/{proposal.public_id}",
        )


def post_commitment(
    commitment: Commitment,
    update: CommitmentUpdate,
    proposal: Proposal,
    who: ColumnElement[bool],
) -> None:
    """Tell them how far a commitment is, or that its day changed."""
    for receiver in receivers(who):
        mail.post(
            receiver,
            "commitment_updated",
            number=proposal.number,
            title=proposal.title,
            commitment=commitment.text,
            status=update.status,
            status_word=wording.commitment_word,
            due_before=update.due_before,
            due_on=update.due_on,
            path=f"/commitments/{commitment.public_id}",
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
