"""What the composed pages show, always for one viewer, in few statements."""

from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic
from typing import Any

from flask import current_app, g
from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import aliased

from forum.accounts.policy import is_of_projects
from forum.activity.models import Event
from forum.coalition.lifecycle import AUTHORS_ONLY, ProposalStatus, earliest_opening
from forum.coalition.models import Coalition, Proposal, Vote
from forum.coalition.policy.discussion import can_check_form
from forum.coalition.policy.proposals import can_submit
from forum.coalition.policy.votes import can_open_vote
from forum.coalition.queries.proposals import proposals_where, visible_to
from forum.coalition.queries.votes import outcomes_for
from forum.coalition.rows import ProposalRow
from forum.db import NOW, db
from forum.directory.models import ExpertProfile, Project
from forum.directory.policy import can_keep_profile
from forum.discussions.kinds import ThreadKind, ThreadStatus
from forum.discussions.models import FacedBy, SolutionFor, Thread, ThreadTopic, Topic
from forum.discussions.policy.sides import writes
from forum.exchanges.models import Exchange, ExchangeSession, Outcome, Stage
from forum.lib import clock
from forum.lobby.models import VisitMark
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.spaces.models import Space
from forum.spaces.queries import seen_by
from forum.web.identity import is_quiet

NAVIGATION_KEPT = 60.0  # seconds until a second exchange stands in it, in every process
_WAITS_FOR_SOMEBODY = (
    ProposalStatus.SEEKING_COSPONSORS,
    ProposalStatus.IN_DISCUSSION,
    ProposalStatus.ADOPTED,
)
MOST_WAITING = 5  # of one kind: a longer list is not read
NEWEST_PROPOSALS = 5
MOST_OUTCOMES = 12  # two or three sessions


@dataclass(frozen=True)
class Navigation:
    """Where every page's navigation leads: slugs, empty while there is none."""

    exchange: str
    coalition: str
    several: bool = False  # exchanges: then it leads to their list


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
    seen_at: datetime | None  # up to when the viewer saw what was new, the same on each line


@dataclass(frozen=True)
class ChallengeWaiting:
    """A challenge nobody has offered a solution for, on the viewer's topics."""

    thread_id: str
    title: str
    language: str
    project: str | None
    country: str | None
    created_at: datetime


@dataclass(frozen=True)
class StepWaiting:
    """A proposal whose next step is the viewer's: `step` is "form", "opening" or "submission"."""

    proposal_id: str  # public
    title: str
    language: str
    step: str


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


@dataclass(frozen=True)
class OutcomeLine:
    """One thing a session came to, with the session."""

    session_id: str  # public
    session_title: str
    html: str
    language: str
    source_note: str


def navigation() -> Navigation:
    """The first exchange and coalition, and whether there are more exchanges.

    Kept once found, since slugs never change; while there is one exchange, for a while.
    """
    found, until = current_app.extensions.get("navigation", (None, 0.0))
    kept: Navigation | None = found
    if kept is not None and (kept.several or monotonic() < until):
        return kept
    if is_quiet():
        return kept or Navigation("", "")
    kept = g.get("navigation") or _look_for_navigation()
    g.navigation = kept
    if kept.exchange and kept.coalition:
        current_app.extensions["navigation"] = kept, monotonic() + NAVIGATION_KEPT
    return kept


def forget_navigation(_event: Event, _exchange: Exchange) -> None:
    """Another exchange was created: look again with the next page."""
    current_app.extensions.pop("navigation", None)


def _look_for_navigation() -> Navigation:
    exchange = select(Exchange.slug).order_by(Exchange.id).limit(1).scalar_subquery()
    coalition = select(Coalition.slug).order_by(Coalition.id).limit(1).scalar_subquery()
    several = select(func.count(Exchange.id) > 1).scalar_subquery()
    row = db.session.execute(select(exchange, coalition, several)).one()
    return Navigation(row[0] or "", row[1] or "", bool(row[2]))


def stage_lines(viewer: Viewer, now: datetime) -> list[StageLine]:
    """Every stage of every exchange, with the next session of each: one statement.

    When the viewer last said that they had seen what was new rides along: home asks little.
    """
    seen_at = select(VisitMark.seen_at).where(VisitMark.person_id == viewer.person_id)
    rows = db.session.execute(
        select(
            Exchange.slug,
            Exchange.title,
            Stage,
            _of_the_next_session(ExchangeSession.public_id, now),
            _of_the_next_session(ExchangeSession.title, now),
            _of_the_next_session(ExchangeSession.starts_at, now),
            seen_at.scalar_subquery(),
        )
        .join(Stage, Stage.exchange_id == Exchange.id)
        .order_by(Exchange.id, Stage.number)
    )
    return [
        StageLine(
            exchange_slug=slug,
            exchange_title=title,
            number=stage.number,
            title=stage.title,
            opens_at=stage.opens_at,
            closes_at=stage.closes_at,
            state=str(stage.state(now)),
            next_session_id=session_id,
            next_session_title=session_title,
            next_session_at=session_at,
            seen_at=last_seen,
        )
        for slug, title, stage, session_id, session_title, session_at, last_seen in rows
    ]


def _of_the_next_session(column: Any, now: datetime) -> Any:
    """That column of the stage's session that begins next."""
    return (
        select(column)
        .where(ExchangeSession.stage_id == Stage.id, ExchangeSession.starts_at >= now)
        .order_by(ExchangeSession.starts_at, ExchangeSession.id)
        .limit(1)
        .correlate(Stage)
        .scalar_subquery()
    )


def challenges_waiting(viewer: Viewer) -> list[ChallengeWaiting]:
    """Open challenges of others without a solution, the longest waiting first.

    For experts and members on their topics, for who facilitates and for staff on any.
    """
    if not writes(viewer):
        return []
    rows = db.session.execute(
        select(
            Thread.public_id,
            Thread.title,
            Thread.language,
            Project.name,
            Project.country,
            Thread.created_at,
        )
        .join(Project, Project.id == Thread.project_id, isouter=True)
        .where(
            seen_by(viewer, Thread.space_id),
            Thread.kind == ThreadKind.CHALLENGE,
            Thread.status == ThreadStatus.OPEN,
            Thread.removed_at.is_(None),
            Thread.author_id != viewer.person_id,
            or_(
                Thread.project_id.is_(None),
                Thread.project_id.not_in(tuple(viewer.projects)),
            ),
            _can_be_solved(),
            ~select(SolutionFor.id).where(SolutionFor.challenge_thread_id == Thread.id).exists(),
            _on_topics_of(viewer),
        )
        .order_by(Thread.created_at, Thread.id)
        .limit(MOST_WAITING)
    )
    return [ChallengeWaiting(*row) for row in rows]


def _can_be_solved() -> ColumnElement[bool]:
    """Somewhere in the thread's exchange people write now: there its solution can be told."""
    here, now = aliased(Stage), clock.now()
    open_now = (
        select(here.id)
        .where(
            here.exchange_id == Stage.exchange_id,
            here.opens_at <= now,
            or_(here.closes_at.is_(None), here.closes_at > now),
        )
        .correlate(Stage)
        .exists()
    )
    among = select(Stage.id).where(Stage.id == Thread.stage_id, open_now)
    return or_(Thread.stage_id.is_(None), among.correlate(Thread).exists())


def steps_waiting(viewer: Viewer, now: datetime) -> list[StepWaiting]:
    """Proposals whose form is to be checked, that may be voted on, or submitted, by the viewer.

    Whose hand that is, the coalition's own policies say; whatever else is missing for a vote
    is told on its page.
    """
    if not viewer.sees_kind(SpaceKind.COALITION):
        return []
    rows = proposals_where(viewer, _WAITS, {"now": now})
    votes = outcomes_for((p.id for p, _mine in rows if p.status is ProposalStatus.VOTING), now)
    waiting = []
    for stored, mine in rows:
        vote, step = votes.get(stored.id), ""
        proposal = replace(stored, status=vote.status(stored.status, now)) if vote else stored
        if can_submit(viewer, proposal, mine):
            step = "submission"
        elif _form_unchecked(viewer, proposal):
            step = "form"
        elif can_open_vote(viewer, proposal, mine):
            step = "opening" if _discussed_enough(proposal, now) else ""
        if step:
            waiting.append(StepWaiting(proposal.public_id, proposal.title, proposal.language, step))
    return waiting[:MOST_WAITING]


def _form_unchecked(viewer: Viewer, proposal: ProposalRow) -> bool:
    waits = proposal.status is ProposalStatus.SEEKING_COSPONSORS
    unchecked = proposal.form_passed_version is None
    return waits and unchecked and bool(can_check_form(viewer, proposal))


_OVER = select(Vote.id).where(Vote.proposal_id == Proposal.id, Vote.closes_at <= NOW)
_WAITS = or_(  # for somebody, or voting has closed: the result may not be sealed yet
    Proposal.status.in_(_WAITS_FOR_SOMEBODY),
    and_(Proposal.status == ProposalStatus.VOTING, _OVER.correlate(Proposal).exists()),
)


def _discussed_enough(proposal: ProposalRow, now: datetime) -> bool:
    days = proposal.rules.discussion_days
    began = proposal.discussion_at
    return began is not None and now >= earliest_opening(began, days)


def _on_topics_of(viewer: Viewer) -> ColumnElement[bool]:
    if can_keep_profile(viewer):
        known = select(ExpertProfile.topics).where(ExpertProfile.person_id == viewer.person_id)
        slugs = db.session.execute(known).scalar() or []
        topics = select(Topic.id).where(or_(Topic.slug.in_(slugs), Topic.group.in_(slugs)))
        return _about(topics)
    if is_of_projects(viewer.side):
        mine = aliased(Thread)
        projects = tuple(viewer.projects)
        threads = select(mine.id).where(
            or_(
                mine.author_id == viewer.person_id,
                mine.project_id.in_(projects),
                mine.id.in_(
                    select(FacedBy.challenge_thread_id).where(FacedBy.project_id.in_(projects))
                ),
            )
        )
        return _about(select(ThreadTopic.topic_id).where(ThreadTopic.thread_id.in_(threads)))
    return true()


def _about(topics: Any) -> ColumnElement[bool]:
    return (
        select(ThreadTopic.id)
        .where(ThreadTopic.thread_id == Thread.id, ThreadTopic.topic_id.in_(topics))
        .correlate(Thread)
        .exists()
    )


def proposals_of(viewer: Viewer, region_id: int) -> list[ProposalLine]:
    """The newest proposals of a region's coalition that the viewer sees, and where they stand."""
    rows = db.session.execute(
        select(
            Proposal.id,
            Proposal.public_id,
            Proposal.number,
            Proposal.title,
            Proposal.language,
            Proposal.status,
            Space.kind,
            Project.name,
            Project.country,
        )
        .join(Space, Space.id == Proposal.space_id)
        .join(Coalition, Coalition.id == Proposal.coalition_id)
        .join(Project, Project.id == Proposal.project_id)
        .where(Coalition.region_id == region_id, visible_to(viewer))
        .order_by(func.coalesce(Proposal.submitted_at, Proposal.created_at).desc(), Proposal.id)
        .limit(NEWEST_PROPOSALS)
    ).all()
    votes = outcomes_for(row.id for row in rows if row.status == ProposalStatus.VOTING)
    return [
        ProposalLine(
            public_id=row.public_id,
            number=row.number,
            title=row.title,
            language=row.language,
            status=votes[row.id].status(row.status) if row.id in votes else row.status,
            space_kind=row.kind,
            project_name=row.name,
            project_country=row.country,
        )
        for row in rows
    ]


def outcomes_of(exchange_id: int) -> list[OutcomeLine]:
    """What the sessions of an exchange came to, the latest session first."""
    rows = db.session.execute(
        select(
            ExchangeSession.public_id,
            ExchangeSession.title,
            Outcome.html,
            Outcome.language,
            Outcome.source_note,
        )
        .join(ExchangeSession, ExchangeSession.id == Outcome.session_id)
        .join(Stage, Stage.id == ExchangeSession.stage_id)
        .where(Stage.exchange_id == exchange_id)
        .order_by(ExchangeSession.starts_at.desc(), ExchangeSession.id, Outcome.number)
        .limit(MOST_OUTCOMES)
    )
    return [OutcomeLine(*row) for row in rows]
