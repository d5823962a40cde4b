"""Opening a vote, casting ballots, sealing the result.

Casting takes only the vote's lock; see `moves` for their order.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select

from forum import activity
from forum.accounts.models import Person
from forum.accounts.queries import in_use
from forum.coalition.actions.calls import open_second_call
from forum.coalition.actions.consent import consent
from forum.coalition.actions.moves import hold_as_seen, hold_coalition, hold_proposal, move
from forum.coalition.lifecycle import (
    ProposalStatus,
    earliest_closing,
)
from forum.coalition.models import (
    Ballot,
    Delegate,
    Proposal,
    ProposalVersion,
    Result,
    Seat,
    Vote,
)
from forum.coalition.policy import votes as policy
from forum.coalition.queries import members, opening, seats
from forum.coalition.queries import votes as queries
from forum.coalition.queries.objections import is_named
from forum.coalition.queries.recount import document_of
from forum.coalition.rows import ProposalRow
from forum.coalition.tally import NEEDS_REASON, Choice, Rules, Tally, second_call_follows
from forum.db import db
from forum.files.actions import keep
from forum.files.kinds import Taken
from forum.files.models import StoredFile
from forum.lib import clock
from forum.lib.permission import Refused, WrongState, require
from forum.spaces import Viewer
from forum.web.forms import Stale
from forum.web.locale import gettext as _
from forum.web.locale import in_zone

_SEALED_AT_ONCE = 50  # votes in one round of the chore


class TextChanged(Stale):
    """The text was changed after the person looked at what they put to the vote."""

    def __init__(self, version: int) -> None:
        super().__init__(version, {})
        self.reason = _(
            "The text was changed while you looked at it. Please read the newest version; "
            "if you send this again, that one is put to the vote."
        )


class CastMeanwhile(Stale):
    """The project's ballot became another one after the person looked at it."""

    def __init__(self, choice: Choice, reason: str) -> None:
        super().__init__(0, {"choice": choice.value, "reason": reason})
        self.reason = _(
            "Your project’s ballot was cast or changed since you opened this form. It is shown "
            "below; if you send yours again, it takes its place."
        )


def open_vote(viewer: Viewer, proposal: ProposalRow, *, closes_at: datetime, version: int) -> Vote:
    """Put the newest text to the vote until `closes_at`: seats and rules are frozen now.

    `version` is the text the person read. Raises Forbidden; WrongState when it is not in
    discussion; TextChanged; Refused with what is missing, or for a closing too soon.
    """
    hold_proposal(proposal.id)
    hold_coalition(proposal.coalition_id)  # the seats and rules of now are those of the opening
    held, proposal = hold_as_seen(viewer, proposal)
    require(policy.can_open_votes(viewer, proposal, members.speaks_for(viewer, held.coalition_id)))
    assert viewer.person_id is not None
    if held.status is not ProposalStatus.IN_DISCUSSION:
        raise WrongState(_("Only a proposal in discussion can be put to the vote."))
    if held.version != version:
        raise TextChanged(held.version)
    now, seats = clock.now(), opening.seats_to_be(held.coalition_id)
    if missing := opening.missing_for_opening(proposal, now, seats):
        raise Refused(" ".join(missing))
    rules = proposal.rules
    _check_closing(now, closes_at, rules, proposal.timezone)
    vote = Vote(
        proposal_id=held.id,
        version_id=_version_id(held),
        call=1,
        opens_at=now,
        closes_at=closes_at,
        rules=rules.as_json(),
        opened_by_id=viewer.person_id,
    )
    db.session.add(vote)
    db.session.flush()
    _seat_all(vote, seats)
    move(held, ProposalStatus.VOTING)
    activity.record(
        viewer.person_id,
        "vote.opened",
        vote,
        space_id=held.space_id,
        proposal=held.id,
        version=held.version,
        seats=len(seats),
    )
    return vote


def cast_ballot(
    viewer: Viewer,
    proposal: ProposalRow,
    *,
    choice: Choice,
    reason: str,
    language: str,
    project_id: int | None = None,
    mandate: str = "",
    mandate_file: Taken | None = None,
    without_file: bool = False,
    named: bool = False,
    seen: str | None = None,
) -> Ballot:
    """Cast, or change, the ballot of the project the viewer speaks for.

    `mandate` tells who gave it its word, `mandate_file` shows it: without one the ballot keeps the
    one it had, unless it is to be `without_file`. `named` tells that the project may be named with
    a serious objection of its own.

    `seen` holds the marks of what their projects said when the person looked, None where they did
    not look.

    The same again adds nothing. Raises WrongState when there is no vote or
    it is closed, Forbidden for who speaks for no seat, Refused for a missing reason or project,
    CastMeanwhile where the project's ballot is another one than they saw.
    """
    vote = hold_vote(proposal.id)
    now = clock.now()  # read once the vote is ours: whoever waited for the lock is judged by now
    seat = _seat_to_cast(viewer, vote, project_id)
    check_open(vote, now)
    check_reason(choice, reason)
    last = last_ballot(seat)
    change = file_change(last, mandate_file, without=without_file)
    if last is not None:
        same = not change and _says(last, choice, reason, mandate)
        if same and (choice is not Choice.BLOCK or is_named(seat.id) == named):
            return last
        _check_seen(last, seen)
        if same:
            _consent_alone(viewer, vote, seat, named=named)
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
    )
    db.session.add(ballot)
    activity.record(
        viewer.person_id,
        "ballot.cast",
        ballot,
        space_id=proposal.coalition_space_id,
        proposal=vote.proposal_id,
        vote=vote.id,
        seat=seat.id,
        changed=last is not None,
        **({"file": change} if change else {}),
        **({"named": named} if choice is Choice.BLOCK else {}),
    )
    return ballot


def seal_due(proposal_id: int) -> Result | None:
    """Seal the proposal's vote if it is past its closing.

    Returns the result, None while there is none. A first call without a quorum, in which enough
    voted, opens the second one in the same breath.

    Harmless when sealed before. What opens on an adopted proposal (its submission) calls this
    first, so that the stored status is the true one.
    """
    proposal = hold_proposal(proposal_id)
    vote = _newest_vote(proposal_id)
    if vote is None:
        return None
    if (earlier := _result_of(vote)) is not None:
        return earlier
    if clock.now() < vote.closes_at:
        return None
    count = seats.count_of(Rules.of(vote.rules), seats.seats_of(vote.id), vote.call)
    result = _seal(vote, count)
    again = second_call_follows(Rules.of(vote.rules), count, vote.call)
    if not again:
        move(proposal, ProposalStatus(count.outcome.value))
    activity.record(
        None,
        "vote.closed",
        vote,
        space_id=proposal.space_id,
        proposal=proposal.id,
        call=vote.call,
        outcome=count.outcome.value,
    )
    if again:
        open_second_call(proposal, vote)
    return result


def seal_all_due() -> int:
    """Seal every vote past its closing; returns how many were. A chore."""
    due = db.session.scalars(
        select(Vote.proposal_id)
        .outerjoin(Result, Result.vote_id == Vote.id)
        .where(Vote.closes_at <= clock.now(), Result.id.is_(None))
        .order_by(Vote.closes_at, Vote.id)
        .limit(_SEALED_AT_ONCE)
    )
    return sum(seal_due(proposal_id) is not None for proposal_id in list(due))


def _seal(vote: Vote, count: Tally) -> Result:
    """Store the count once and for all, with the head of what it was counted from."""
    result = Result(
        vote_id=vote.id,
        seats=count.seats,
        cast=count.cast,
        agree=count.agree,
        abstain=count.abstain,
        disagree=count.disagree,
        block=count.block,
        countries=count.countries,
        quorum_needed=count.quorum_needed,
        outcome=count.outcome,
        deciding=count.deciding,
        sealed_at=clock.now(),
        head=document_of(vote, count)["head"],
    )
    db.session.add(result)
    return result


def check_open(vote: Vote, now: datetime) -> None:
    """Raises WrongState once the vote, which is held, is closed or sealed."""
    if not vote.is_open(now) or _result_of(vote) is not None:
        raise WrongState(_("Voting on this proposal is closed. Your ballot was not counted."))


def check_reason(choice: Choice, reason: str) -> None:
    """Raises Refused where the choice needs a reason and has none."""
    if choice in NEEDS_REASON and not reason:
        raise Refused(_("Please say why: who disagrees or objects gives a reason."), "reason")


def hold_vote(proposal_id: int) -> Vote:
    """The newest call, held. Raises WrongState where there is none."""
    vote = _newest_vote(proposal_id)
    if vote is None:
        raise WrongState(_("Voting on this proposal has not begun."))
    return vote


def _seat_all(vote: Vote, seats: list[opening.SeatToBe]) -> None:
    """The projects that are members now, and no others, have a seat in this vote."""
    db.session.add_all(
        Seat(
            vote_id=vote.id,
            project_id=seat.project_id,
            country=seat.country,
            delegate_id=seat.delegate_id,
        )
        for seat in seats
    )


def _says(last: Ballot, choice: Choice, reason: str, mandate: str) -> bool:
    """Whether it says that by itself already: what was recorded for it becomes its own."""
    same = (last.choice, last.reason, last.mandate) == (choice, reason, mandate)
    return same and not last.assisted


def _check_seen(last: Ballot, seen: str | None) -> None:
    """Raises CastMeanwhile where the ballot that counts is none of those the person saw."""
    file = db.session.get(StoredFile, last.mandate_file_id) if last.mandate_file_id else None
    said = (last.reason, last.language, last.mandate, file.public_id if file else "")
    mark = seats.mark_of(last.choice, *said, named=is_named(last.seat_id))
    if seen is not None and mark not in seen.split():
        raise CastMeanwhile(last.choice, last.reason)


def _consent_alone(viewer: Viewer, vote: Vote, seat: Seat, *, named: bool) -> None:
    """The ballot stays as it is; whether the project is named with it changes, on record."""
    consent(seat.id, named=named)
    proposal = db.session.get_one(Proposal, vote.proposal_id)
    activity.record(
        viewer.person_id,
        "objection.consented",
        proposal,
        space_id=proposal.space_id,
        seat=seat.id,
        named=named,
    )


def _newest_vote(proposal_id: int) -> Vote | None:
    """The newest call, its row locked until this transaction ends."""
    return db.session.scalars(
        select(Vote)
        .where(Vote.proposal_id == proposal_id, queries.is_newest_call())
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def _seat_to_cast(viewer: Viewer, vote: Vote, project_id: int | None) -> Seat:
    """The seat the viewer speaks for today."""
    seats = seats_spoken_for(vote, Person.id == viewer.person_id)
    require(policy.can_speak(viewer, seats))
    mine = [seat for seat in seats if project_id in (None, seat.project_id)]
    if len({seat.id for seat in mine}) != 1:
        raise Refused(_("Please choose for which project you vote."), "project")
    return mine[0]


def seats_spoken_for(vote: Vote, who: ColumnElement[bool]) -> list[Seat]:
    """The seats of the vote for which `who` (a condition on Person) speaks today.

    Their office and their account are held until this is stored: nobody is replaced or suspended
    meanwhile.
    """
    found = db.session.scalars(
        select(Seat)
        .join(Vote, Vote.id == Seat.vote_id)
        .join(Proposal, Proposal.id == Vote.proposal_id)
        .join(Delegate, seats.somebody_speaks())
        .join(Person, Person.id == Delegate.person_id)
        .where(Seat.vote_id == vote.id, who, in_use())
        .order_by(Seat.id)
        .with_for_update(read=True, of=(Delegate, Person))
    )
    return list(found)


def last_ballot(seat: Seat) -> Ballot | None:
    """What the seat said last."""
    return db.session.scalars(
        select(Ballot).where(Ballot.seat_id == seat.id).order_by(Ballot.seq.desc()).limit(1)
    ).one_or_none()


def file_change(last: Ballot | None, taken: Taken | None, *, without: bool) -> str:
    """What becomes of the file that shows a mandate: added, replaced or removed; else empty."""
    there = last is not None and last.mandate_file_id is not None
    if taken is not None:
        return "replaced" if there else "added"
    return "removed" if without and there else ""


def mandate_file_of(
    viewer: Viewer, last: Ballot | None, taken: Taken | None, change: str
) -> int | None:
    """The file of the next ballot, after that change: a new one, none, or the one there was."""
    if taken is None:
        return last.mandate_file_id if last and not change else None
    assert viewer.person_id is not None
    return keep(viewer.person_id, taken).id


def _result_of(vote: Vote) -> Result | None:
    return db.session.scalars(select(Result).where(Result.vote_id == vote.id)).one_or_none()


def _version_id(proposal: Proposal) -> int:
    found = select(ProposalVersion.id).where(
        ProposalVersion.proposal_id == proposal.id, ProposalVersion.number == proposal.version
    )
    return db.session.execute(found).scalar_one()


def _check_closing(now: datetime, closes_at: datetime, rules: Rules, timezone: str) -> None:
    earliest = earliest_closing(now, rules.voting_days)
    if closes_at < earliest:
        when = in_zone(clock.full_minute(earliest), timezone)
        raise Refused(_("The vote must stay open at least until %(when)s.", when=when), "closes_on")
    if closes_at - now > timedelta(days=rules.longest_voting_days):
        raise Refused(_("That closing is too far away: choose an earlier day."), "closes_on")
