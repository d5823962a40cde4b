"""What the coalition thinks of an answer: counts for all who see it, projects inside alone."""

from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import select

from forum.accounts.models import Person
from forum.coalition import wording
from forum.coalition.lifecycle import Verdict
from forum.coalition.models import Rating, Response
from forum.coalition.rows import ProposalRow
from forum.db import db
from forum.directory.models import Project
from forum.lib import tokens
from forum.spaces import Viewer


@dataclass(frozen=True, kw_only=True)
class RatingRow:
    """One project's verdict, for the coalition."""

    project_id: int
    project_name: str
    verdict: Verdict
    reason: str
    language: str
    person_name: str  # who said it
    seen: str  # marks it: a form carries what its reader saw

    @property
    def word(self) -> str:
        """The verdict in words."""
        return wording.verdict_word(self.verdict)


@dataclass(frozen=True, kw_only=True)
class Ratings:
    """What was said of one answer."""

    counts: list[tuple[str, int]]  # words, how many projects; only what was said
    rows: list[RatingRow] = field(default_factory=list)  # by name; empty outside the coalition


def ratings_of(proposal: ProposalRow, viewer: Viewer) -> dict[int, Ratings]:
    """By the inner id of the answer. Projects and words only for who is inside the coalition."""
    found = db.session.execute(
        select(Rating, Project.name, Person.name.label("person"))
        .join(Response, Response.id == Rating.response_id)
        .join(Project, Project.id == Rating.project_id)
        .join(Person, Person.id == Rating.person_id)
        .where(Response.proposal_id == proposal.id)
        .order_by(Project.name)
    ).all()
    inside = viewer.sees(proposal.coalition_space_id)
    by_answer: dict[int, list[RatingRow]] = {}
    for rating, name, person in found:
        row = RatingRow(
            project_id=rating.project_id,
            project_name=name,
            verdict=Verdict(rating.verdict),
            reason=rating.reason,
            language=rating.language,
            person_name=person,
            seen=mark_of(rating),
        )
        by_answer.setdefault(rating.response_id, []).append(row)
    return {
        answer: Ratings(counts=_counts(rows), rows=rows if inside else [])
        for answer, rows in by_answer.items()
    }


def mark_of(rating: Rating) -> str:
    """Marks what a project says, so that who did not read it does not replace it."""
    return tokens.mark(rating.verdict, rating.language, rating.reason)


def _counts(rows: list[RatingRow]) -> list[tuple[str, int]]:
    counted = Counter(row.verdict for row in rows)
    return [(wording.verdict_word(one), counted[one]) for one in Verdict if counted[one]]
