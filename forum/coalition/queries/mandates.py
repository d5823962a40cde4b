"""Who speaks for a seat that has not voted itself, and the file that shows a project's mandate."""

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from forum.accounts.models import Person
from forum.coalition.models import Ballot, Delegate, Proposal, Seat, Vote
from forum.coalition.queries.seats import somebody_speaks
from forum.coalition.queries.votes import VotePanel
from forum.coalition.rows import ProposalRow
from forum.db import db
from forum.directory.models import Project
from forum.files.models import StoredFile


def speakers_of(panel: VotePanel) -> dict[str, str]:
    """Who speaks today for a seat that has not voted itself: "project:person" and their names."""
    open_seats = [seat.seat_id for seat in panel.seats if not seat.choice or seat.assisted_how]
    rows = db.session.execute(
        select(Project.slug, Person.public_id, Project.name, Person.name.label("who"))
        .select_from(Seat)
        .join(Vote, Vote.id == Seat.vote_id)
        .join(Proposal, Proposal.id == Vote.proposal_id)
        .join(Project, Project.id == Seat.project_id)
        .join(Delegate, somebody_speaks())
        .join(Person, Person.id == Delegate.person_id)
        .where(Seat.id.in_(open_seats))
        .order_by(Project.name, Delegate.alternate, Person.name)
    )
    return {f"{slug}:{person}": f"{project}: {who}" for slug, person, project, who in rows}


def mandate_file_or_404(public_id: str, proposal: ProposalRow) -> StoredFile:
    """The file of a ballot in one of the proposal's votes, also of one that was changed since.

    For the coalition: the caller has asked. Raises NotFound.
    """
    found = db.session.scalars(
        select(StoredFile)
        .join(Ballot, Ballot.mandate_file_id == StoredFile.id)
        .join(Seat, Seat.id == Ballot.seat_id)
        .join(Vote, Vote.id == Seat.vote_id)
        .where(StoredFile.public_id == public_id, Vote.proposal_id == proposal.id)
    ).first()
    if found is None:
        raise NotFound
    return found
