"""Proposals as seen: a draft by its authors, then by the coalition, then by everybody meant."""

import re
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import aliased
from werkzeug.exceptions import NotFound

from forum.accounts.models import Person
from forum.coalition.lifecycle import ASIDE, AUTHORS_ONLY
from forum.coalition.models import Coalition, CoAuthor, Delegate, Proposal, ProposalVersion
from forum.coalition.queries.members import speaks_today
from forum.coalition.rows import ProposalRow
from forum.coalition.tally import Rules
from forum.db import db
from forum.directory.models import Project
from forum.discussions.models import Thread
from forum.spaces import Viewer
from forum.spaces.models import Space
from forum.spaces.queries import seen_by

_NUMBER = re.compile(r"[A-Z]{2,8}-\d{4}-\d{3,6}")


@dataclass(frozen=True, kw_only=True)
class TextRow:
    """The whole text of a proposal at one time, with its fields rendered."""

    id: int
    number: int
    author_name: str  # for the coalition alone
    created_at: datetime
    title: str
    problem: str
    ask: str
    evidence: str
    document: str
    section: str
    time_frame: str
    expected_cost: str
    problem_html: str
    ask_html: str
    evidence_html: str
    note: str


def proposal_or_404(public_id: str, viewer: Viewer) -> ProposalRow:
    """The proposal, if the viewer sees it. Raises NotFound, whether or not it exists."""
    return _row(_one(_rows(viewer).where(Proposal.public_id == public_id, visible_to(viewer))))


def proposal_now(proposal_id: int, viewer: Viewer) -> ProposalRow:
    """The proposal as it is now, for an action that holds it. Raises NotFound."""
    return _row(_one(_rows(viewer).where(Proposal.id == proposal_id, visible_to(viewer))))


def proposals_where(
    viewer: Viewer, *conditions: ColumnElement[bool]
) -> list[tuple[ProposalRow, frozenset[int]]]:
    """The proposals that the viewer sees and that fulfil the conditions, the oldest first.

    Each with the proposing project where the viewer speaks for it today, else with nothing.
    """
    voice = select(Delegate.id).where(
        Delegate.coalition_id == Proposal.coalition_id,
        Delegate.project_id == Proposal.project_id,
        Delegate.person_id == viewer.person_id,
        speaks_today(),
    )
    rows = db.session.execute(
        _rows(viewer)
        .add_columns(voice.correlate(Proposal).exists().label("speaks"))
        .where(visible_to(viewer), *conditions)
        .order_by(Proposal.id)
    )
    return [(_row(row), frozenset({row.Proposal.project_id} if row.speaks else ())) for row in rows]


def proposal_with_text(public_id: str, viewer: Viewer) -> tuple[ProposalRow, TextRow]:
    """The proposal and its newest text, in one statement. Raises NotFound."""
    writer = aliased(Person)
    newest = and_(
        ProposalVersion.proposal_id == Proposal.id, ProposalVersion.number == Proposal.version
    )
    found = _one(
        _rows(viewer)
        .join(ProposalVersion, newest)
        .join(writer, writer.id == ProposalVersion.author_id)
        .add_columns(*_TEXT, writer.name.label("text_author"))
        .where(Proposal.public_id == public_id, visible_to(viewer))
    )
    return _row(found), _text_row(found)


def is_number(text: str) -> bool:
    """Whether that is how a submitted proposal is numbered, such as LAC-2026-001."""
    return _NUMBER.fullmatch(text) is not None


def public_id_of_number(number: str, viewer: Viewer) -> str:
    """The public id of the proposal with that number, if the viewer sees it. Raises NotFound."""
    found = db.session.scalars(
        select(Proposal.public_id).where(Proposal.number == number, visible_to(viewer))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """The condition that a proposal is visible: a draft to its authors, else by its space.

    A draft set aside before it was ever shown stays with its authors too. Authors are who began
    it, who wrote a version of it, and who was invited to; who left it again sees it no more.
    """
    seen = seen_by(viewer, Proposal.space_id)
    never_shown = and_(
        Proposal.status.in_(ASIDE),
        Proposal.shared_at.is_(None),
        Proposal.discussion_at.is_(None),
    )
    shown = and_(Proposal.status.not_in(AUTHORS_ONLY), ~never_shown)
    if viewer.person_id is None:
        return and_(seen, shown)
    written = aliased(ProposalVersion)
    wrote = select(written.id).where(
        written.proposal_id == Proposal.id, written.author_id == viewer.person_id
    )
    left = select(CoAuthor.id).where(
        CoAuthor.proposal_id == Proposal.id,
        CoAuthor.person_id == viewer.person_id,
        CoAuthor.until.is_not(None),
    )
    authored = or_(
        Proposal.author_id == viewer.person_id,
        and_(wrote.correlate(Proposal).exists(), ~left.correlate(Proposal).exists()),
        _writes_with(viewer.person_id),
    )
    return and_(seen, or_(shown, authored))


def _writes_with(person_id: int | None) -> ColumnElement[bool]:
    """Whether that person is a co-author of the proposal now."""
    current = select(CoAuthor.id).where(
        CoAuthor.proposal_id == Proposal.id,
        CoAuthor.person_id == person_id,
        CoAuthor.until.is_(None),
    )
    return current.correlate(Proposal).exists()


def versions_of(proposal: ProposalRow) -> list[TextRow]:
    """Every version of its text, the newest first. For the coalition: the caller has asked."""
    rows = db.session.execute(
        select(*_TEXT, Person.name.label("text_author"))
        .join(Person, Person.id == ProposalVersion.author_id)
        .where(ProposalVersion.proposal_id == proposal.id)
        .order_by(ProposalVersion.number.desc())
    )
    return [_text_row(row) for row in rows]


def last_number(prefix: str, year: int) -> int:
    """The highest number given to a proposal in that year, 0 when none was."""
    stem = f"{prefix}-{year}-"
    given = db.session.scalars(
        select(Proposal.number).where(Proposal.number.startswith(stem, autoescape=True))
    )
    return max((int(number.removeprefix(stem)) for number in given if number), default=0)


def _rows(viewer: Viewer) -> Any:
    return (
        select(
            Proposal,
            Coalition,
            Project,
            Space.kind,
            Person.name,
            Thread.public_id,
            _writes_with(viewer.person_id).label("coauthored"),
        )
        .join(Coalition, Coalition.id == Proposal.coalition_id)
        .join(Project, Project.id == Proposal.project_id)
        .join(Space, Space.id == Proposal.space_id)
        .join(Person, Person.id == Proposal.author_id)
        .outerjoin(Thread, Thread.id == Proposal.thread_id)
    )


def _one(query: Any) -> Any:
    found = db.session.execute(query).first()
    if found is None:
        raise NotFound
    return found


def _row(found: Any) -> ProposalRow:
    proposal, coalition, project, space_kind, author_name, thread, coauthored = found[:7]
    return ProposalRow(
        id=proposal.id,
        public_id=proposal.public_id,
        number=proposal.number,
        status=proposal.status,
        coalition_id=coalition.id,
        coalition_slug=coalition.slug,
        coalition_name=coalition.name,
        coalition_space_id=coalition.space_id,
        timezone=coalition.timezone,
        rules=Rules.of(coalition.rules),
        space_id=proposal.space_id,
        space_kind=space_kind,
        author_id=proposal.author_id,
        author_name=author_name,
        project_id=proposal.project_id,
        project_name=project.name,
        project_slug=project.slug,
        project_country=project.country,
        title=proposal.title,
        language=proposal.language,
        visibility_after=proposal.visibility_after,
        created_at=proposal.created_at,
        shared_at=proposal.shared_at,
        discussion_at=proposal.discussion_at,
        submitted_at=proposal.submitted_at,
        acknowledged_at=proposal.acknowledged_at,
        answered_at=proposal.answered_at,
        route=proposal.route,
        version=proposal.version,
        thread_id=proposal.thread_id,
        thread_public_id=thread,
        aside_at=proposal.aside_at,
        aside_reason=proposal.aside_reason,
        form_passed_version=proposal.form_passed_version,
        merged_into_id=proposal.merged_into_id,
        coauthored=coauthored,
        extended_until=proposal.extended_until,
        closed_at=proposal.closed_at,
        closed_reason=proposal.closed_reason,
        again_of_id=proposal.again_of_id,
        new_evidence=proposal.new_evidence,
    )


_TEXT_FIELDS = tuple(one.name for one in fields(TextRow) if one.name != "author_name")
_TEXT: tuple[Any, ...] = tuple(
    getattr(ProposalVersion, name).label(f"text_{name}") for name in _TEXT_FIELDS
)


def _text_row(row: Any) -> TextRow:
    return TextRow(
        author_name=row.text_author,
        **{name: getattr(row, f"text_{name}") for name in _TEXT_FIELDS},
    )
