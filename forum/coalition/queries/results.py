"""The thread from need to result: what came of proposals, and where a commitment began."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import String, cast, literal, select

from forum.coalition import wording
from forum.coalition.lifecycle import (
    OPEN_COMMITMENTS,
    CommitmentStatus,
    ResponseKind,
    ResponseOutcome,
)
from forum.coalition.models import Commitment, CoSponsor, Evidence, Proposal, Response
from forum.coalition.queries.board import BoardItem, items_of
from forum.coalition.rows import CoalitionRow
from forum.db import db
from forum.directory.models import Project
from forum.discussions.models import FacedBy, Post, Thread
from forum.exchanges.models import Exchange, ExchangeSession, Stage
from forum.lib import clock
from forum.spaces import Viewer
from forum.spaces.queries import seen_by

_ANSWERS = (ResponseKind.ANSWER, ResponseKind.CORRECTION)


@dataclass(frozen=True, kw_only=True)
class CameOf:
    """A proposal, and what came of it so far."""

    item: BoardItem
    outcome: ResponseOutcome | None  # of the answer that counts
    commitments: int
    done: int
    late: int

    @property
    def outcome_word(self) -> str:
        """The outcome in words, empty before the answer."""
        return wording.outcome_word(self.outcome) if self.outcome else ""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """A conversation or session that a proposal rests on, and the stage it belongs to."""

    what: str  # thread or session
    public_id: str
    title: str
    kind: str
    language: str
    exchange_slug: str | None  # None: it belongs to no stage
    exchange_title: str
    exchange_language: str
    stage_number: int
    stage_title: str


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """Where a commitment began, as far as the viewer sees it."""

    origins: list[Origin] = field(default_factory=list)
    # slug and name: who raised it or faces it, proposed it, stood behind it
    projects: list[tuple[str, str]] = field(default_factory=list)


def came_of(proposal_ids: Sequence[int], coalition: CoalitionRow) -> list[CameOf]:
    """What came of those proposals, which the viewer sees, the newest first."""
    if not proposal_ids:
        return []
    outcomes = dict(
        db.session.execute(
            select(Response.proposal_id, Response.outcome)
            .where(Response.proposal_id.in_(proposal_ids), Response.kind.in_(_ANSWERS))
            .order_by(Response.id)  # the last one counts
        ).all()
    )
    today = clock.today(coalition.timezone)
    promised = db.session.execute(
        select(Commitment.proposal_id, Commitment.status, Commitment.due_on).where(
            Commitment.proposal_id.in_(proposal_ids)
        )
    ).all()
    every = Counter(row.proposal_id for row in promised)
    done = Counter(r.proposal_id for r in promised if r.status is CommitmentStatus.DONE)
    late = Counter(
        r.proposal_id for r in promised if r.due_on < today and r.status in OPEN_COMMITMENTS
    )
    return [
        CameOf(
            item=item,
            outcome=outcomes.get(item.id),
            commitments=every[item.id],
            done=done[item.id],
            late=late[item.id],
        )
        for item in items_of(proposal_ids, coalition)
    ]


def beginning_of(proposal_id: int, viewer: Viewer) -> Beginning:
    """What the proposal rests on, with its stages, and the projects where it began."""
    threads = _threads(proposal_id, viewer)
    return Beginning(
        origins=[_origin(row) for row in (*threads, *_sessions(proposal_id))],
        projects=_projects(proposal_id, [row.id for row in threads]),
    )


def _threads(proposal_id: int, viewer: Viewer) -> list[Any]:
    """The conversations it rests on, also those of a post, that the viewer sees."""
    of_posts = select(Post.thread_id).join(Evidence, Evidence.post_id == Post.id)
    of_threads = select(Evidence.thread_id).where(Evidence.thread_id.is_not(None))
    mine = Evidence.proposal_id == proposal_id
    return list(
        db.session.execute(
            _of_stage(Thread, cast(Thread.kind, String), Thread.stage_id)
            .where(
                Thread.id.in_(of_threads.where(mine).union(of_posts.where(mine))),
                seen_by(viewer, Thread.space_id),
                Thread.removed_at.is_(None),
            )
            .order_by(Thread.id)
        )
    )


def _sessions(proposal_id: int) -> list[Any]:
    return list(
        db.session.execute(
            _of_stage(ExchangeSession, literal("session"), ExchangeSession.stage_id)
            .join(Evidence, Evidence.session_id == ExchangeSession.id)
            .where(Evidence.proposal_id == proposal_id)
            .order_by(ExchangeSession.starts_at)
        )
    )


def _of_stage(what: Any, kind: Any, stage_id: Any) -> Any:
    return (
        select(
            what.id,
            what.public_id,
            what.title,
            what.language,
            kind.label("kind"),
            Exchange.slug,
            Exchange.title.label("exchange"),
            Exchange.language.label("exchange_language"),
            Stage.number,
            Stage.title.label("stage"),
        )
        .outerjoin(Stage, Stage.id == stage_id)
        .outerjoin(Exchange, Exchange.id == Stage.exchange_id)
    )


def _origin(row: Any) -> Origin:
    return Origin(
        what="session" if row.kind == "session" else "thread",
        public_id=row.public_id,
        title=row.title,
        kind=row.kind,
        language=row.language,
        exchange_slug=row.slug,
        exchange_title=row.exchange or "",
        exchange_language=row.exchange_language or "",
        stage_number=row.number or 0,
        stage_title=row.stage or "",
    )


def _projects(proposal_id: int, thread_ids: list[int]) -> list[tuple[str, str]]:
    concerned = select(Proposal.project_id).where(Proposal.id == proposal_id)
    others = (
        select(CoSponsor.project_id).where(CoSponsor.proposal_id == proposal_id),
        select(Thread.project_id).where(Thread.id.in_(thread_ids), Thread.project_id.is_not(None)),
        select(FacedBy.project_id).where(FacedBy.challenge_thread_id.in_(thread_ids)),
    )
    rows = db.session.execute(
        select(Project.slug, Project.name)
        .where(Project.id.in_(concerned.union(*others)))
        .order_by(Project.name)
    )
    return [(slug, name) for slug, name in rows]
