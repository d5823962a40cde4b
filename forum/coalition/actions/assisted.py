"""Ballots by phone or on paper: whoever facilitates records them, the delegate confirms them."""

from sqlalchemy import select

from forum import activity
from forum.accounts.models import Person
from forum.coalition.actions.consent import consent
from forum.coalition.actions.votes import (
    check_open,
    check_reason,
    file_change,
    hold_vote,
    last_ballot,
    mandate_file_of,
    seats_spoken_for,
)
from forum.coalition.models import (
    AssistedHow,
    Ballot,
    BallotConfirmation,
    Seat,
    Vote,
)
from forum.coalition.policy import votes as policy
from forum.coalition.queries.objections import is_named
from forum.coalition.rows import ProposalRow
from forum.coalition.tally import Choice
from forum.db import db
from forum.files.kinds import Taken
from forum.lib import clock
from forum.lib.permission import Refused, WrongState, require
from forum.spaces import Viewer
from forum.web.locale import gettext as _


def record_ballot(
    viewer: Viewer,
    proposal: ProposalRow,
    *,
    project_id: int,
    instructed_by: str,
    how: AssistedHow,
    choice: Choice,
    reason: str,
    language: str,
    mandate: str = "",
    mandate_file: Taken | None = None,
    without_file: bool = False,
    named: bool = False,
) -> Ballot:
    """Record what the project's own delegate (`instructed_by`, a public id) said by phone or paper.

    Raises Forbidden for who does not facilitate, WrongState when voting is closed, Refused for
    a missing reason, for somebody who does not speak for that seat, and where the project has
    voted itself: that ballot is its own.
    """
    vote = hold_vote(proposal.id)
    now = clock.now()
    require(policy.can_assist(viewer, proposal))
    check_open(vote, now)
    seat, delegate_id = _seat_of(vote, project_id, instructed_by)
    check_reason(choice, reason)
    last = _last_recorded(seat)
    named = named and choice is Choice.BLOCK
    said = (choice, reason, mandate, how, delegate_id, named)
    change = file_change(last, mandate_file, without=without_file)
    if not change and last is not None and _said_with(last) == said:
        return last
    if choice is Choice.BLOCK:
        consent(seat.id, named=named)
    ballot = Ballot(
        seat_id=seat.id,
        seq=last.seq + 1 if last else 1,
        choice=choice,
        reason=reason,
        language=language,
        mandate=mandate,
        mandate_file_id=mandate_file_of(viewer, last, mandate_file, change),
        cast_by_id=viewer.person_id,
        cast_at=now,
        assisted=True,
        instructed_by_id=delegate_id,
        assisted_how=how,
    )
    db.session.add(ballot)
    db.session.flush()
    activity.record(
        viewer.person_id,
        "ballot.recorded",
        ballot,
        space_id=proposal.coalition_space_id,
        proposal=vote.proposal_id,
        vote=vote.id,
        seat=seat.id,
        person=delegate_id,
        how=how.value,
        changed=last is not None,
        **({"file": change} if change else {}),
        **({"named": named} if choice is Choice.BLOCK else {}),
    )
    return ballot


def confirm_ballot(viewer: Viewer, proposal: ProposalRow, *, project_id: int, seq: int) -> Ballot:
    """The project's delegate confirms the ballot recorded for it, its `seq`th. Twice is harmless.

    Raises Forbidden for who does not speak for it, WrongState when voting is closed, there is
    nothing to confirm, or another one than they saw.
    """
    vote = hold_vote(proposal.id)
    mine = seats_spoken_for(vote, Person.id == viewer.person_id)
    found = [seat for seat in mine if seat.project_id == project_id]
    require(policy.can_speak(viewer, found))
    check_open(vote, clock.now())
    ballot = last_ballot(found[0])
    if ballot is None or not ballot.assisted:
        raise WrongState(_("There is no recorded ballot to confirm: your project voted itself."))
    if ballot.seq != seq:
        raise WrongState(
            _("Another ballot was recorded meanwhile. Please look at it before you confirm it.")
        )
    known = select(BallotConfirmation.id).where(BallotConfirmation.ballot_id == ballot.id)
    if db.session.scalars(known).first() is None:
        db.session.add(BallotConfirmation(ballot_id=ballot.id, person_id=viewer.person_id))
        activity.record(
            viewer.person_id,
            "ballot.confirmed",
            ballot,
            space_id=proposal.coalition_space_id,
            proposal=vote.proposal_id,
            vote=vote.id,
            seat=ballot.seat_id,
        )
    return ballot


def _said_with(ballot: Ballot) -> tuple[object, ...]:
    """What makes a recorded ballot another one when it changes."""
    return (
        ballot.choice,
        ballot.reason,
        ballot.mandate,
        ballot.assisted_how,
        ballot.instructed_by_id,
        ballot.choice is Choice.BLOCK and is_named(ballot.seat_id),
    )


def _last_recorded(seat: Seat) -> Ballot | None:
    """What was recorded for the seat last. Raises Refused where its project voted itself."""
    last = last_ballot(seat)
    if last is not None and not last.assisted:
        raise Refused(
            _("This project has voted itself: only its delegate changes that ballot."), "instructed"
        )
    return last


def _seat_of(vote: Vote, project_id: int, instructed_by: str) -> tuple[Seat, int]:
    """The seat and who speaks for it today, whose office is held until this is stored."""
    person = select(Person.id).where(Person.public_id == instructed_by)
    person_id = db.session.scalars(person).one_or_none()
    for seat in seats_spoken_for(vote, Person.id == person_id):
        if seat.project_id == project_id and person_id is not None:
            return seat, person_id
    raise Refused(
        _("Only a seat’s own delegate or alternate says its ballot; please choose again."),
        "instructed",
    )
