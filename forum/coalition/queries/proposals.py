"""Proposals as seen: a draft by its authors, then by the coalition, then by everybody meant."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, bindparam, cast, func, or_, select
from sqlalchemy.orm import aliased
from werkzeug.exceptions import NotFound

from forum.accounts.models import Person
from forum.coalition.lifecycle import ASIDE, AUTHORS_ONLY, MoveKind
from forum.coalition.models import (
    Coalition,
    CoAuthor,
    Delegate,
    Proposal,
    ProposalMove,
    ProposalVersion,
)
from forum.coalition.queries.members import is_speaker_of
from forum.coalition.queries.proposal_lists import PROPOSALS
from forum.coalition.rows import ProposalRow
from forum.coalition.tally import Rules
from forum.db import ME, NOW, db, made_once, objects_of, rows_of
from forum.directory.models import Project
from forum.discussions.models import Thread
from forum.lib import clock
from forum.spaces import Viewer

_SHOWING = (MoveKind.SHARED, MoveKind.DISCUSSED)  # to the coalition
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
    return _one(viewer, _BY_ADDRESS, public_id)


def proposal_now(proposal_id: int, viewer: Viewer) -> ProposalRow:
    """The proposal as it is now, for an action that holds it. Raises NotFound."""
    return _one(viewer, _BY_ID, proposal_id)


def proposals_where(
    viewer: Viewer, condition: ColumnElement[bool], values: Mapping[str, Any] | None = None
) -> list[tuple[ProposalRow, frozenset[int]]]:
    """The proposals that the viewer sees and that fulfil the condition, the oldest first.

    Each with the proposing project where the viewer speaks for it today, else with nothing.
    The condition is one that its room made once; `values` are those of its parameters.
    """
    query = _spoken(condition, viewer.space_ids, signed_in=viewer.signed_in)
    return objects_of(_spoken_row, query, {"me": viewer.me, "now": clock.now(), **(values or {})})


def proposal_with_text(public_id: str, viewer: Viewer) -> tuple[ProposalRow, TextRow]:
    """The proposal and its newest text, in one statement. Raises NotFound."""
    query = _with_text(viewer.space_ids, signed_in=viewer.signed_in)
    found = rows_of(query, {"me": viewer.me, "asked": public_id})
    if not found:
        raise NotFound
    columns = found[0]._asdict()
    text = {name: columns.pop(f"text_{name}") for name in _TEXT_FIELDS}
    return _row(**columns), TextRow(**text)


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
    return visible_in(viewer.space_ids, viewer.person_id)


def visible_in(spaces: tuple[int, ...], me: Any) -> ColumnElement[bool]:
    """The same for whoever sees these spaces; `me` is their inner id, None signed out."""
    seen: ColumnElement[bool] = Proposal.space_id.in_(spaces)
    never_shown = and_(
        Proposal.status.in_(ASIDE),
        Proposal.shared_at.is_(None),
        Proposal.discussion_at.is_(None),
    )
    shown = and_(Proposal.status.not_in(AUTHORS_ONLY), ~never_shown)
    if me is None:
        return and_(seen, shown)
    written = aliased(ProposalVersion)
    wrote = select(written.id).where(written.proposal_id == Proposal.id, written.author_id == me)
    left = select(CoAuthor.id).where(
        CoAuthor.proposal_id == Proposal.id,
        CoAuthor.person_id == me,
        CoAuthor.until.is_not(None),
    )
    authored = or_(
        Proposal.author_id == me,
        and_(wrote.correlate(Proposal).exists(), ~left.correlate(Proposal).exists()),
        _writes_with(me),
    )
    return and_(seen, or_(shown, authored))


def _writes_with(me: Any) -> ColumnElement[bool]:
    """Whether the person of that inner id is a co-author of the proposal now."""
    current = select(CoAuthor.id).where(
        CoAuthor.proposal_id == Proposal.id,
        CoAuthor.person_id == me,
        CoAuthor.until.is_(None),
    )
    return current.correlate(Proposal).exists()


def versions_of(proposal: ProposalRow, *, as_author: bool) -> list[TextRow]:
    """The versions of its text, the newest first. For the coalition: the caller has asked.

    What its authors wrote before they first showed it stays with them (DOMAIN section 4).
    """
    query = (
        select(*_TEXT)
        .join(_Writer, _Writer.id == ProposalVersion.author_id)
        .where(ProposalVersion.proposal_id == proposal.id)
        .order_by(ProposalVersion.number.desc())
    )
    if not as_author:
        first_shown = select(func.min(ProposalMove.version)).where(
            ProposalMove.proposal_id == proposal.id, ProposalMove.what.in_(_SHOWING)
        )
        query = query.where(
            ProposalVersion.number >= func.coalesce(first_shown.scalar_subquery(), 1)
        )
    rows = db.session.execute(query)
    return [TextRow(**dict(zip(_TEXT_FIELDS, row, strict=True))) for row in rows]


def last_number(prefix: str, year: int) -> int:
    """The highest number given to a proposal in that year, 0 when none was."""
    stem = f"{prefix}-{year}-"
    given = db.session.scalars(
        select(Proposal.number).where(Proposal.number.startswith(stem, autoescape=True))
    )
    return max((int(number.removeprefix(stem)) for number in given if number), default=0)


_ROWS: Select[*tuple[Any, ...]] = (
    PROPOSALS.add_columns(
        Proposal.coalition_id,
        Coalition.slug.label("coalition_slug"),
        Coalition.name.label("coalition_name"),
        Coalition.space_id.label("coalition_space_id"),
        Coalition.timezone,
        cast(Coalition.rules, Text).label("rules"),
        Proposal.space_id,
        Proposal.author_id,
        Person.name.label("author_name"),
        Proposal.project_id,
        Project.slug.label("project_slug"),
        Proposal.visibility_after,
        Proposal.created_at,
        Proposal.shared_at,
        Proposal.discussion_at,
        Proposal.submitted_at,
        Proposal.acknowledged_at,
        Proposal.answered_at,
        Proposal.route,
        Proposal.version,
        Proposal.thread_id,
        Thread.public_id.label("thread_public_id"),
        Proposal.aside_at,
        Proposal.aside_reason,
        Proposal.form_passed_version,
        Proposal.merged_into_id,
        _writes_with(ME).label("coauthored"),
        Proposal.extended_until,
        Proposal.closed_at,
        Proposal.closed_reason,
        Proposal.again_of_id,
        Proposal.new_evidence,
    )
    .join(Coalition, Coalition.id == Proposal.coalition_id)
    .join(Person, Person.id == Proposal.author_id)
    .outerjoin(Thread, Thread.id == Proposal.thread_id)
)
_Writer = aliased(Person)
_TEXT_FIELDS = tuple(one.name for one in fields(TextRow))
_TEXT: tuple[Any, ...] = tuple(
    (_Writer.name if name == "author_name" else getattr(ProposalVersion, name)).label(
        f"text_{name}"
    )
    for name in _TEXT_FIELDS
)
_SPEAKS = select(Delegate.id).where(
    is_speaker_of(Proposal.coalition_id, Proposal.project_id, NOW), Delegate.person_id == ME
)
_ASKED: Any = bindparam("asked")
_BY_ADDRESS: ColumnElement[bool] = Proposal.public_id == _ASKED
_BY_ID: ColumnElement[bool] = Proposal.id == _ASKED


def _one(viewer: Viewer, which: ColumnElement[bool], asked: str | int) -> ProposalRow:
    query = _proposals(which, viewer.space_ids, signed_in=viewer.signed_in)
    found = objects_of(_row, query, {"me": viewer.me, "asked": asked})
    if not found:
        raise NotFound
    return found[0]


@made_once
def _proposals(
    which: ColumnElement[bool], spaces: tuple[int, ...], *, signed_in: bool
) -> Select[*tuple[Any, ...]]:
    return _ROWS.where(which, visible_in(spaces, ME if signed_in else None))


@made_once
def _spoken(
    which: ColumnElement[bool], spaces: tuple[int, ...], *, signed_in: bool
) -> Select[*tuple[Any, ...]]:
    speaks = _SPEAKS.correlate(Proposal).exists().label("speaks")
    query = _proposals(which, spaces, signed_in=signed_in)
    return query.add_columns(speaks).order_by(Proposal.id)


@made_once
def _with_text(spaces: tuple[int, ...], *, signed_in: bool) -> Select[*tuple[Any, ...]]:
    newest = and_(
        ProposalVersion.proposal_id == Proposal.id, ProposalVersion.number == Proposal.version
    )
    return (
        _proposals(_BY_ADDRESS, spaces, signed_in=signed_in)
        .join(ProposalVersion, newest)
        .join(_Writer, _Writer.id == ProposalVersion.author_id)
        .add_columns(*_TEXT)
    )


def _row(*, rules: str, **columns: Any) -> ProposalRow:
    return ProposalRow(rules=Rules.written(rules), **columns)


def _spoken_row(*, speaks: bool, **columns: Any) -> tuple[ProposalRow, frozenset[int]]:
    proposal = _row(**columns)
    return proposal, frozenset({proposal.project_id} if speaks else ())
