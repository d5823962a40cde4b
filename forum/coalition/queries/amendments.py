"""Proposed changes to a text: for the coalition alone, also after the proposal is submitted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased
from werkzeug.exceptions import NotFound

from forum.accounts.models import Person
from forum.coalition.lifecycle import AmendmentState, TextPart
from forum.coalition.models import Amendment, Coalition, Proposal
from forum.coalition.queries.proposals import visible_to
from forum.db import db
from forum.directory.models import Project
from forum.spaces import Viewer
from forum.spaces.queries import seen_by


@dataclass(frozen=True, kw_only=True)
class AmendmentRow:
    """A proposed change, who proposed it and what became of it."""

    id: int
    public_id: str
    proposal_public_id: str
    author_id: int
    author_name: str
    project_name: str | None  # None: who facilitates proposed it
    created_at: datetime
    version: int
    part: TextPart
    passage: str
    words: str
    why: str
    language: str
    state: AmendmentState
    decided_by: str | None
    decided_at: datetime | None
    reasons: str
    reasons_language: str
    version_made: int | None


def amendments_of(proposal_id: int) -> list[AmendmentRow]:
    """All of the proposal: open ones first, then the newest. The caller has asked who reads."""
    rows = db.session.execute(_rows().where(Amendment.proposal_id == proposal_id)).mappings()
    found = [AmendmentRow(**row) for row in rows]
    return sorted(found, key=lambda one: one.state is not AmendmentState.OPEN)


def amendment_or_404(public_id: str, viewer: Viewer) -> AmendmentRow:
    """The amendment, for who sees the proposal and the coalition's space. Raises NotFound."""
    row = (
        db.session.execute(
            _rows()
            .join(Coalition, Coalition.id == Proposal.coalition_id)
            .where(
                Amendment.public_id == public_id,
                visible_to(viewer),
                seen_by(viewer, Coalition.space_id),
            )
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise NotFound
    return AmendmentRow(**row)


def _rows() -> Select[*tuple[Any, ...]]:
    decider = aliased(Person)
    return (
        select(
            Amendment.id,
            Amendment.public_id,
            Proposal.public_id.label("proposal_public_id"),
            Amendment.author_id,
            Person.name.label("author_name"),
            Project.name.label("project_name"),
            Amendment.created_at,
            Amendment.version,
            Amendment.part,
            Amendment.passage,
            Amendment.words,
            Amendment.why,
            Amendment.language,
            Amendment.state,
            decider.name.label("decided_by"),
            Amendment.decided_at,
            Amendment.reasons,
            Amendment.reasons_language,
            Amendment.version_made,
        )
        .join(Proposal, Proposal.id == Amendment.proposal_id)
        .join(Person, Person.id == Amendment.author_id)
        .outerjoin(Project, Project.id == Amendment.project_id)
        .outerjoin(decider, decider.id == Amendment.decided_by_id)
        .order_by(Amendment.id.desc())
    )
