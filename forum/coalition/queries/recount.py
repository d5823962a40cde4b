"""What a recount is made of: the rules, seats and ballots of one call as they are stored."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased
from werkzeug.exceptions import NotFound

from forum.accounts.models import Person
from forum.coalition import recount
from forum.coalition.models import Ballot, ProposalVersion, Result, Seat, Vote
from forum.coalition.rows import ProposalRow
from forum.coalition.tally import Tally
from forum.db import db
from forum.directory.models import Project
from forum.files.models import StoredFile

_RESULT = "seats cast agree abstain disagree block countries quorum_needed outcome deciding".split()
_TEXT = "title problem ask evidence document section time_frame expected_cost".split()


def recount_or_404(proposal: ProposalRow, call: int | None) -> dict[str, Any]:
    """The file of a sealed call, the newest unless told. The caller has asked who may have it."""
    chosen = select(Vote, Result).join(Result).where(Vote.proposal_id == proposal.id)
    if call is not None:
        chosen = chosen.where(Vote.call == call)
    found = db.session.execute(chosen.order_by(Vote.call.desc())).first()
    if found is None:
        raise NotFound
    vote, result = found
    count = Tally(**{name: getattr(result, name) for name in _RESULT})
    return document_of(vote, count, result.format)


def document_of(vote: Vote, count: Tally, form: str = recount.FORMAT) -> dict[str, Any]:
    """The file of that call with that result, in the format it was, or is now, sealed in."""
    return recount.document(
        _rules(vote), _seats(vote.id), _ballots(vote.id), recount.result_of(count), form
    )


def _rules(vote: Vote) -> recount.Link:
    version = db.session.get_one(ProposalVersion, vote.version_id)
    return {
        "nonce": vote.nonce,
        "call": vote.call,
        "opens_at": _moment(vote.opens_at),
        "closes_at": _moment(vote.closes_at),
        "rules": dict(vote.rules),
        "text": {"version": version.number, **{name: getattr(version, name) for name in _TEXT}},
    }


def _seats(vote_id: int) -> list[recount.Link]:
    rows = db.session.execute(
        select(Seat.nonce, Project.slug, Seat.country)
        .join(Project, Project.id == Seat.project_id)
        .where(Seat.vote_id == vote_id)
        .order_by(Seat.id)
    )
    return [{"nonce": nonce, "project": slug, "country": country} for nonce, slug, country in rows]


def _ballots(vote_id: int) -> list[recount.Link]:
    """Every ballot, also those that were changed, in the order in which they were stored."""
    instructed = aliased(Person)
    rows = db.session.execute(
        select(Ballot, Project.slug, Person.public_id, instructed.public_id, StoredFile.sha256)
        .join(Seat, Seat.id == Ballot.seat_id)
        .join(Project, Project.id == Seat.project_id)
        .join(Person, Person.id == Ballot.cast_by_id)
        .outerjoin(instructed, instructed.id == Ballot.instructed_by_id)
        .outerjoin(StoredFile, StoredFile.id == Ballot.mandate_file_id)
        .where(Seat.vote_id == vote_id)
        .order_by(Ballot.id)
    )
    return [
        {
            "nonce": ballot.nonce,
            "seat": slug,
            "seq": ballot.seq,
            "choice": ballot.choice.value,
            "reason": ballot.reason,
            "language": ballot.language,
            "cast_at": _moment(ballot.cast_at),
            "cast_by": cast_by,
            "assisted": f"{ballot.assisted_how}, {by}" if ballot.assisted_how else "",
            "mandate": ballot.mandate,
            "mandate_file": file or "",
        }
        for ballot, slug, cast_by, by, file in rows
    ]


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
