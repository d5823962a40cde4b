"""What home and the page of an exchange tell of it: stages, proposals, outcomes of sessions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select

from forum.coalition.models import Coalition, Proposal
from forum.coalition.queries.proposal_lists import PROPOSALS, ProposalLine, lines_of
from forum.coalition.queries.proposals import visible_in
from forum.db import ME, NOW, made_once, objects_of, rows_of
from forum.exchanges.models import Exchange, ExchangeSession, Outcome, Stage
from forum.exchanges.states import state_of
from forum.lobby.models import VisitMark
from forum.spaces import Viewer

NEWEST_PROPOSALS = 5
MOST_OUTCOMES = 12  # two or three sessions


@dataclass(frozen=True)
class StageLine:
    """One stage of an exchange, as home and the path show it."""

    exchange_slug: str
    exchange_title: str
    number: int
    title: str
    opens_at: datetime | None
    closes_at: datetime | None
    state: str
    next_session_id: str | None
    next_session_title: str | None
    next_session_at: datetime | None


@dataclass(frozen=True)
class OutcomeLine:
    """One thing a session came to, with the session."""

    session_id: str  # public
    session_title: str
    html: str
    language: str
    source_note: str


def stage_lines(viewer: Viewer, now: datetime) -> tuple[StageLine, ...]:
    """Every stage of every exchange, with the next session of each: one statement."""
    return stages_and_visit(viewer, now)[0]


def stages_and_visit(
    viewer: Viewer, now: datetime
) -> tuple[tuple[StageLine, ...], datetime | None]:
    """The same, and when the viewer last said that they had seen what was new.

    That rides along: home asks little. None where they never said so, or there is no stage.
    """
    rows = objects_of(_StageRow, _STAGES, {"me": viewer.me, "now": now})
    lines = tuple(_stage_line(row, now) for row in rows)
    return lines, rows[0].seen_at if rows else None


class _StageRow(NamedTuple):
    exchange_slug: str
    exchange_title: str
    number: int
    title: str
    opens_at: datetime
    closes_at: datetime | None
    closed_reason: str
    session_id: str | None
    session_title: str | None
    session_at: datetime | None
    seen_at: datetime | None


def _stage_line(row: _StageRow, now: datetime) -> StageLine:
    early = bool(row.closed_reason)
    return StageLine(
        exchange_slug=row.exchange_slug,
        exchange_title=row.exchange_title,
        number=row.number,
        title=row.title,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        state=str(state_of(row.opens_at, row.closes_at, now, closed_early=early)),
        next_session_id=row.session_id,
        next_session_title=row.session_title,
        next_session_at=row.session_at,
    )


def _of_the_next_session(column: Any) -> Any:
    """That column of the stage's session that begins next."""
    return (
        select(column)
        .where(ExchangeSession.stage_id == Stage.id, ExchangeSession.starts_at >= NOW)
        .order_by(ExchangeSession.starts_at, ExchangeSession.id)
        .limit(1)
        .correlate(Stage)
        .scalar_subquery()
    )


_SEEN_AT = select(VisitMark.seen_at).where(VisitMark.person_id == ME).scalar_subquery()
_STAGES = (
    select(
        Exchange.slug.label("exchange_slug"),
        Exchange.title.label("exchange_title"),
        Stage.number,
        Stage.title,
        Stage.opens_at,
        Stage.closes_at,
        Stage.closed_reason,
        _of_the_next_session(ExchangeSession.public_id).label("session_id"),
        _of_the_next_session(ExchangeSession.title).label("session_title"),
        _of_the_next_session(ExchangeSession.starts_at).label("session_at"),
        _SEEN_AT.label("seen_at"),
    )
    .join(Stage, Stage.exchange_id == Exchange.id)
    .order_by(Exchange.id, Stage.number)
)


def proposals_of(viewer: Viewer, region_id: int) -> list[ProposalLine]:
    """The newest proposals of a region's coalition that the viewer sees, and where they stand."""
    query = _proposals(viewer.space_ids, signed_in=viewer.signed_in)
    return lines_of(rows_of(query, {"me": viewer.me, "region": region_id}))


@made_once
def _proposals(spaces: tuple[int, ...], *, signed_in: bool) -> Select[*tuple[Any, ...]]:
    return (
        PROPOSALS.join(Coalition, Coalition.id == Proposal.coalition_id)
        .where(
            Coalition.region_id == bindparam("region"),
            visible_in(spaces, ME if signed_in else None),
        )
        .order_by(func.coalesce(Proposal.submitted_at, Proposal.created_at).desc(), Proposal.id)
        .limit(NEWEST_PROPOSALS)
    )


def outcomes_of(exchange_id: int) -> list[OutcomeLine]:
    """What the sessions of an exchange came to, the latest session first."""
    return objects_of(OutcomeLine, _OUTCOMES, {"exchange": exchange_id})


_OUTCOMES = (
    select(
        ExchangeSession.public_id.label("session_id"),
        ExchangeSession.title.label("session_title"),
        Outcome.html,
        Outcome.language,
        Outcome.source_note,
    )
    .join(ExchangeSession, ExchangeSession.id == Outcome.session_id)
    .join(Stage, Stage.id == ExchangeSession.stage_id)
    .where(Stage.exchange_id == bindparam("exchange"))
    .order_by(ExchangeSession.starts_at.desc(), ExchangeSession.id, Outcome.number)
    .limit(MOST_OUTCOMES)
)
