"""Proposals in lists: what every list tells of one, and where it stands by the clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from forum.coalition.lifecycle import AUTHORS_ONLY, ProposalStatus
from forum.coalition.models import Proposal
from forum.coalition.queries.vote_lists import outcomes_for
from forum.directory.models import Project
from forum.spaces.kinds import SpaceKind
from forum.spaces.models import Space


@dataclass(frozen=True)
class ProposalLine:
    """A proposal in a list; `status` is where it stands by the clock."""

    public_id: str
    number: str | None
    title: str
    language: str
    status: ProposalStatus
    space_kind: SpaceKind
    project_name: str
    project_country: str

    @property
    def is_private(self) -> bool:
        """Whether only who wrote it sees it."""
        return self.status in AUTHORS_ONLY


PROPOSALS: Select[*tuple[Any, ...]] = (
    select(
        Proposal.id,
        Proposal.public_id,
        Proposal.number,
        Proposal.title,
        Proposal.language,
        Proposal.status,
        Space.kind.label("space_kind"),
        Project.name.label("project_name"),
        Project.country.label("project_country"),
    )
    .join(Project, Project.id == Proposal.project_id)
    .join(Space, Space.id == Proposal.space_id)
)


def lines_of(rows: Iterable[Any]) -> list[ProposalLine]:
    """The lines of rows that have the columns of `PROPOSALS`, in one statement more at most.

    A vote that is over and not sealed yet has its proposal where it came to.
    """
    rows = list(rows)
    votes = outcomes_for(row.id for row in rows if row.status is ProposalStatus.VOTING)
    return [
        ProposalLine(
            public_id=row.public_id,
            number=row.number,
            title=row.title,
            language=row.language,
            status=votes[row.id].status(row.status) if row.id in votes else row.status,
            space_kind=row.space_kind,
            project_name=row.project_name,
            project_country=row.project_country,
        )
        for row in rows
    ]
