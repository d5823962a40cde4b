"""The board: every proposal one sees, by where it is, with what waits for whom.

Three statements, however many proposals there are: the rows, then votes and ballots of those
that need them. Ended lanes show their newest; the rest is a list of its own, page by page.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, or_, select

from forum.coalition.lifecycle import (
    ANSWERED,
    ASIDE,
    AWAITING_ANSWER,
    ProposalStatus,
    Route,
    earliest_opening,
)
from forum.coalition.models import Proposal
from forum.coalition.queries.answer_clock import AnswerClock, clock_of
from forum.coalition.queries.backing import Support, still_missing, support_of
from forum.coalition.queries.proposal_lists import PROPOSALS, ProposalLine
from forum.coalition.queries.proposals import visible_in, visible_to
from forum.coalition.queries.vote_lists import VoteNow, outcomes_for
from forum.coalition.rows import CoalitionRow
from forum.db import ME, db, made_once, objects_of
from forum.lib import clock
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.web import paging
from forum.web.locale import day
from forum.web.locale import gettext as _

SHOWN_IN_LANE = 6  # proposals: a column one takes in; what is being voted on is shown whole
LANE_PAGE = 30

S = ProposalStatus


class Lane(StrEnum):
    """Where proposals stand, in the order of their way."""

    DRAFTS = "drafts"
    DISCUSSION = "discussion"
    VOTING = "voting"
    ADOPTED = "adopted"
    WAITING = "waiting"
    ANSWERED = "answered"
    NOT_CARRIED = "not-carried"
    ASIDE = "aside"


STATUSES: dict[Lane, frozenset[ProposalStatus]] = {
    Lane.DRAFTS: frozenset({S.DRAFT}),
    Lane.DISCUSSION: frozenset({S.SEEKING_COSPONSORS, S.IN_DISCUSSION}),
    Lane.VOTING: frozenset({S.VOTING}),
    Lane.ADOPTED: frozenset({S.ADOPTED}),
    Lane.WAITING: AWAITING_ANSWER,
    Lane.ANSWERED: ANSWERED,
    Lane.NOT_CARRIED: frozenset({S.NOT_ADOPTED, S.NO_QUORUM}),
    Lane.ASIDE: ASIDE,
}
_SAID_BY_LANE = frozenset({S.DRAFT, S.IN_DISCUSSION, S.VOTING, S.ADOPTED})
LANE_OF = {status: lane for lane, statuses in STATUSES.items() for status in statuses}


@dataclass(frozen=True, kw_only=True)
class BoardItem(ProposalLine):
    """With what waits for whom, as it is at one moment: nothing of it asks the clock again."""

    id: int
    created_at: datetime
    discussion_at: datetime | None
    aside_at: datetime | None
    vote: VoteNow | None
    clock: AnswerClock | None
    discussed_until: datetime | None  # before it nobody may open the vote
    discussed_enough: bool
    missing: str  # what it needs to be discussed, while it looks for co-sponsors

    @property
    def lane_says_it(self) -> bool:
        """Whether the name of its lane tells its status already."""
        return self.status in _SAID_BY_LANE

    @property
    def overdue(self) -> bool:
        """Whether an answer is missing and its day has passed."""
        return self.clock is not None and self.clock.overdue

    @property
    def waits(self) -> str:
        """What waits for whom, or what came of it, in a sentence."""
        if self.clock is not None:
            return self.clock.sentence
        if self.status in ASIDE:
            return _set_aside(self)
        if self.status is S.ADOPTED:
            return str(_("It waits for the proposer or whoever facilitates to submit it."))
        if self.vote is not None:
            return self.vote.sentence
        return _before_the_vote(self)


@dataclass(frozen=True, kw_only=True)
class LaneRows:
    """One lane as a viewer sees it: its newest proposals, and how many there are."""

    lane: Lane
    items: tuple[BoardItem, ...]
    total: int

    @property
    def is_cut(self) -> bool:
        """Whether there are more than are shown."""
        return self.total > len(self.items)


def board(viewer: Viewer, coalition: CoalitionRow) -> list[LaneRows]:
    """The lanes that hold something the viewer sees."""
    query = _board(viewer.space_ids, signed_in=viewer.signed_in)
    rows = objects_of(_Row, query, {"me": viewer.me, "coalition": coalition.id})
    totals: dict[Lane, int] = {}
    for status, count in {(row.status, row.total) for row in rows}:
        totals[LANE_OF[status]] = totals.get(LANE_OF[status], 0) + count
    shown: dict[Lane, list[BoardItem]] = {lane: [] for lane in Lane}
    for row, item in zip(rows, _items(rows, coalition), strict=True):
        lane = LANE_OF[item.status]
        shown[lane].append(item)
        if lane is not LANE_OF[row.status]:  # its vote is over and not sealed yet
            totals[lane] = totals.get(lane, 0) + 1
            totals[LANE_OF[row.status]] -= 1
    return [
        LaneRows(
            lane=lane,
            items=tuple(items if lane is Lane.VOTING else items[:SHOWN_IN_LANE]),
            total=totals[lane],
        )
        for lane, items in shown.items()
        if items
    ]


def lane_page(
    viewer: Viewer, coalition: CoalitionRow, lane: Lane, after: str | None
) -> paging.Page[BoardItem]:
    """One lane, the newest first, from a cursor on.

    Votes that are over and not sealed yet come on the first page of the lane they came to.
    """
    mine = [Proposal.coalition_id == coalition.id, visible_to(viewer)]
    query = _ROWS.where(*mine, Proposal.status.in_(STATUSES[lane] - {S.VOTING}))
    further = paging.older_than(Proposal.created_at, Proposal.id, after)
    if further is not None:
        query = query.where(further)
    query = query.order_by(Proposal.created_at.desc(), Proposal.id.desc())
    rows: list[Any] = list(db.session.execute(query.limit(LANE_PAGE + 1)))
    if further is None:
        voting = _ROWS.where(*mine, Proposal.status == S.VOTING).order_by(Proposal.id.desc())
        rows = [*db.session.execute(voting), *rows]
    found = [item for item in _items(rows, coalition) if LANE_OF[item.status] is lane]
    return paging.page_of(found, LANE_PAGE, "created_at")


class _Row(NamedTuple):
    id: int
    public_id: str
    number: str | None
    title: str
    language: str
    status: ProposalStatus
    space_kind: SpaceKind
    project_name: str
    project_country: str
    created_at: datetime
    shared_at: datetime | None
    discussion_at: datetime | None
    submitted_at: datetime | None
    acknowledged_at: datetime | None
    answered_at: datetime | None
    route: Route | None
    extended_until: date | None
    aside_at: datetime | None
    form_passed_version: int | None
    total: int  # in its status


_ROWS: Select[*tuple[Any, ...]] = PROPOSALS.add_columns(
    Proposal.created_at,
    Proposal.shared_at,
    Proposal.discussion_at,
    Proposal.submitted_at,
    Proposal.acknowledged_at,
    Proposal.answered_at,
    Proposal.route,
    Proposal.extended_until,
    Proposal.aside_at,
    Proposal.form_passed_version,
)


@made_once
def _board(spaces: tuple[int, ...], *, signed_in: bool) -> Select[*tuple[Any, ...]]:
    place = func.row_number().over(partition_by=Proposal.status, order_by=Proposal.id.desc())
    total = func.count().over(partition_by=Proposal.status)
    seen = visible_in(spaces, ME if signed_in else None)
    counted = (
        select(Proposal.id, place.label("place"), total.label("total"))
        .where(Proposal.coalition_id == bindparam("coalition"), seen)
        .subquery()
    )
    return (
        _ROWS.add_columns(counted.c.total)
        .join(counted, counted.c.id == Proposal.id)
        .where(or_(counted.c.place <= SHOWN_IN_LANE, Proposal.status == S.VOTING))
        .order_by(Proposal.id.desc())
    )


def _items(rows: Iterable[Any], coalition: CoalitionRow) -> list[BoardItem]:
    rows = list(rows)
    support = support_of(row.id for row in rows if row.status is S.SEEKING_COSPONSORS)
    now = clock.now()
    votes = outcomes_for((row.id for row in rows if _was_voted_on(row)), now)
    return [_item(row, coalition, votes.get(row.id), support.get(row.id), now) for row in rows]


def _was_voted_on(row: Any) -> bool:
    return row.status is S.VOTING or row.discussion_at is not None


def _item(
    row: Any,
    coalition: CoalitionRow,
    vote: VoteNow | None,
    support: Support | None,
    now: datetime,
) -> BoardItem:
    rules = vote.vote.rules if vote else coalition.rules
    discussed = row.discussion_at
    until = earliest_opening(discussed, rules.discussion_days) if discussed else None
    in_time = clock_of(row, rules, coalition.timezone, now) if row.submitted_at else None
    return BoardItem(
        id=row.id,
        public_id=row.public_id,
        number=row.number,
        title=row.title,
        language=row.language,
        status=vote.status(row.status, now) if vote else row.status,
        space_kind=row.space_kind,
        project_name=row.project_name,
        project_country=row.project_country,
        created_at=row.created_at,
        discussion_at=discussed,
        aside_at=row.aside_at,
        vote=vote,
        clock=in_time,
        discussed_until=until,
        discussed_enough=until is not None and now >= until,
        missing=_still_missing(row, coalition, support) if support else "",
    )


def _still_missing(row: Any, coalition: CoalitionRow, support: Support) -> str:
    missing = still_missing(
        support.lacks(coalition.rules, row.project_country),
        checked=row.form_passed_version is not None,
        shared_at=row.shared_at or row.created_at,
        rules=coalition.rules,
        timezone=coalition.timezone,
    )
    waits = _("It may be discussed: that waits for its proposer.")
    return " ".join(missing) or str(waits)


def _before_the_vote(item: BoardItem) -> str:
    if item.status is S.DRAFT:
        return str(_("Only its authors see it until it is shown to the coalition."))
    if item.status is S.SEEKING_COSPONSORS:
        return item.missing
    if item.status is not S.IN_DISCUSSION or item.discussed_until is None:
        return ""
    if not item.discussed_enough:
        until = day(item.discussed_until)
        return str(_("It is discussed at least until %(day)s.", day=until))
    return str(_("It may be put to the vote: that waits for the proposing project’s delegate."))


def _set_aside(item: BoardItem) -> str:
    if item.aside_at is None or item.status is S.MERGED:
        return ""
    if item.status is S.DEFERRED:
        return str(_("Deferred on %(day)s until its proposer takes it up.", day=day(item.aside_at)))
    return str(_("Withdrawn by its proposer on %(day)s.", day=day(item.aside_at)))
