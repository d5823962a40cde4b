"""Every commitment one sees: a coalition's, late ones first, and what staff has to see to."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, bindparam, case, func, select

from forum.coalition import wording
from forum.coalition.lifecycle import OPEN_COMMITMENTS, CommitmentStatus, is_late
from forum.coalition.models import Coalition, Commitment, CommitmentMark, Proposal
from forum.coalition.policy import responses as policy
from forum.coalition.rows import CoalitionRow
from forum.db import db, made_once, rows_of
from forum.lib import clock
from forum.spaces import Viewer
from forum.spaces.queries import seen_by

SOON = timedelta(days=14)  # from when on staff find a commitment among what waits for them
MOST_DUE = 12  # at home; the list shows the rest
SHOWN = 50  # a page


class Show(StrEnum):
    """Which commitments."""

    LATE = "late"
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, kw_only=True)
class CommitmentItem:
    """A commitment in a list, with the proposal whose answer it is of."""

    public_id: str
    text: str
    language: str
    owner_role: str
    due_on: date
    status: CommitmentStatus
    late: bool
    proposal_id: str  # public
    proposal_number: str
    proposal_title: str
    proposal_language: str
    not_fulfilled: int  # projects of the coalition that say it is not

    @property
    def word(self) -> str:
        """The status in words."""
        return wording.commitment_word(self.status)


@dataclass(frozen=True, kw_only=True)
class CommitmentList:
    """One page of a coalition's commitments, and how many there are of each kind."""

    rows: list[CommitmentItem]
    counts: dict[Show, int]
    page: int
    is_cut: bool  # whether there is a page after this one


def commitments_of_coalition(
    viewer: Viewer, coalition: CoalitionRow, show: Show | None, page: int = 1
) -> CommitmentList:
    """Those the viewer sees: the late first, then what is open by its day, then the rest."""
    today = clock.today(coalition.timezone)
    mine = (Proposal.coalition_id == coalition.id, seen_by(viewer, Proposal.space_id))
    kind = case(
        (Commitment.status.not_in(OPEN_COMMITMENTS), Commitment.status),
        (Commitment.due_on < today, Show.LATE.value),
        else_=Show.OPEN.value,
    )
    order = case({Show.LATE.value: 0, Show.OPEN.value: 1, Show.DONE.value: 2}, value=kind, else_=3)
    query = _ROWS.where(*mine).order_by(order, Commitment.due_on, Commitment.id)
    if show is not None:
        query = query.where(kind == show.value)
    rows = db.session.execute(query.limit(SHOWN + 1).offset((page - 1) * SHOWN)).all()
    counted = db.session.execute(
        select(kind, func.count())
        .select_from(Commitment)
        .join(Proposal, Proposal.id == Commitment.proposal_id)
        .where(*mine)
        .group_by(kind)
    )
    found = {Show(name): count for name, count in counted}
    return CommitmentList(
        rows=[_item(row) for row in rows[:SHOWN]],
        counts={one: found.get(one, 0) for one in Show},
        page=page,
        is_cut=len(rows) > SHOWN,
    )


def commitments_due(viewer: Viewer) -> list[CommitmentItem]:
    """For the staff: what is late or due within 14 days, the soonest due first."""
    if not policy.can_answer_officially(viewer):
        return []
    latest = clock.now().date() + SOON + timedelta(days=1)  # a zone may be a day ahead
    rows = rows_of(_due(viewer.space_ids), {"latest": latest})
    due = [_item(row) for row in rows if row.due_on <= clock.today(row.timezone) + SOON]
    return due[:MOST_DUE]


# how many projects of the coalition say that it is not fulfilled
NOT_FULFILLED = (
    select(func.count(CommitmentMark.id))
    .where(CommitmentMark.commitment_id == Commitment.id, CommitmentMark.fulfilled.is_(False))
    .correlate(Commitment)
    .scalar_subquery()
    .label("not_fulfilled")
)
_ROWS: Select[*tuple[Any, ...]] = (
    select(
        Commitment.public_id,
        Commitment.text,
        Commitment.language,
        Commitment.owner_role,
        Commitment.due_on,
        Commitment.status,
        Coalition.timezone,
        Proposal.public_id.label("proposal"),
        Proposal.number.label("proposal_number"),
        Proposal.title.label("proposal_title"),
        Proposal.language.label("proposal_language"),
        NOT_FULFILLED,
    )
    .join(Proposal, Proposal.id == Commitment.proposal_id)
    .join(Coalition, Coalition.id == Proposal.coalition_id)
)


@made_once
def _due(spaces: tuple[int, ...]) -> Select[*tuple[Any, ...]]:
    return _ROWS.where(
        Proposal.space_id.in_(spaces),
        Commitment.status.in_(OPEN_COMMITMENTS),
        Commitment.due_on <= bindparam("latest"),
    ).order_by(Commitment.due_on, Commitment.id)


def _item(row: Any) -> CommitmentItem:
    return CommitmentItem(
        public_id=row.public_id,
        text=row.text,
        language=row.language,
        owner_role=row.owner_role,
        due_on=row.due_on,
        status=row.status,
        late=is_late(row.status, row.due_on, clock.today(row.timezone)),
        proposal_id=row.proposal,
        proposal_number=row.proposal_number or "",
        proposal_title=row.proposal_title,
        proposal_language=row.proposal_language,
        not_fulfilled=row.not_fulfilled,
    )
