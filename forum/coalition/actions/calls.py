"""The second call: the same text, seats and rules again, with the ballots that stand (rule 7)."""

from typing import Any

from sqlalchemy import select

from forum import activity
from forum.coalition.lifecycle import second_call_until
from forum.coalition.models import (
    Ballot,
    BallotConfirmation,
    MinorityStatement,
    Proposal,
    Seat,
    Vote,
)
from forum.coalition.queries.seats import counts
from forum.coalition.tally import SECOND_CALL, Rules
from forum.db import db
from forum.lib import clock

_OF_A_BALLOT = (
    "choice reason language cast_by_id cast_at assisted instructed_by_id assisted_how mandate"
    " mandate_file_id"
).split()  # what stands; the nonce is new, so that no hash of the first call tells of the second


def open_second_call(proposal: Proposal, first: Vote) -> Vote:
    """Open it now, for its days. The proposal and the first call are held, and sealed."""
    now, rules = clock.now(), Rules.of(first.rules)
    vote = Vote(
        proposal_id=proposal.id,
        version_id=first.version_id,
        call=SECOND_CALL,
        opens_at=now,
        closes_at=second_call_until(now, rules.second_call_days),
        rules=first.rules,
        opened_by_id=first.opened_by_id,
    )
    db.session.add(vote)
    db.session.flush()
    seats = _take_over(first, vote)
    activity.record(
        None,
        "vote.opened",
        vote,
        space_id=proposal.space_id,
        proposal=proposal.id,
        call=SECOND_CALL,
        seats=seats,
    )
    return vote


def _take_over(first: Vote, vote: Vote) -> int:
    """The same seats with what each said last; returns how many seats."""
    found = db.session.execute(
        select(Seat, Ballot, BallotConfirmation, MinorityStatement)
        .select_from(Seat)
        .outerjoin(Ballot, counts())
        .outerjoin(BallotConfirmation, BallotConfirmation.ballot_id == Ballot.id)
        .outerjoin(MinorityStatement, MinorityStatement.seat_id == Seat.id)
        .where(Seat.vote_id == first.id)
        .order_by(Seat.id)
    ).all()
    for old, ballot, confirmed, statement in found:
        seat = _added(
            Seat(
                vote_id=vote.id,
                project_id=old.project_id,
                country=old.country,
                delegate_id=old.delegate_id,
            )
        )
        if ballot is not None:
            same = {name: getattr(ballot, name) for name in _OF_A_BALLOT}
            stands = _added(Ballot(seat_id=seat.id, seq=1, **same))
            if confirmed is not None:
                person_id = confirmed.person_id
                _added(BallotConfirmation(ballot_id=stands.id, person_id=person_id))
        if statement is not None:
            _added(MinorityStatement(seat_id=seat.id, named=statement.named))
    return len(found)


def _added(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()
    return row
