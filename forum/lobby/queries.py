"""What the composed pages show, always for one viewer, in few statements."""

from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic
from typing import Any, NamedTuple

from flask import current_app, g
from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from forum.accounts.policy import is_of_projects
from forum.activity.models import Event
from forum.coalition.lifecycle import AUTHORS_ONLY, ProposalStatus, earliest_opening
from forum.coalition.models import Coalition, Proposal, Vote
from forum.coalition.policy.discussion import can_check_form
from forum.coalition.policy.proposals import can_submit
from forum.coalition.policy.votes import can_open_vote
from forum.coalition.queries.commitment_lists import CommitmentItem, commitments_due
from forum.coalition.queries.proposals import proposals_where, visible_in
from forum.coalition.queries.responses import AnswerDue
from forum.coalition.queries.responses import waiting_for as answers_due
from forum.coalition.queries.votes import VoteToCast, outcomes_for
from forum.coalition.queries.votes import waiting_for as votes_to_cast
from forum.coalition.rows import ProposalRow
from forum.db import ME, NOW, db, made_once, objects_of, rows_of
from forum.directory.models import ExpertProfile, Project, ProjectMember
from forum.directory.policy import can_keep_profile
from forum.discussions.kinds import ThreadKind, ThreadStatus
from forum.discussions.models import FacedBy, SolutionFor, Thread, ThreadTopic, Topic
from forum.discussions.policy.sides import writes
from forum.exchanges.models import Exchange, ExchangeSession, Outcome, Stage
from forum.exchanges.states import state_of
from forum.lobby.models import VisitMark
from forum.moderation.queries import waiting_at_home
from forum.moderation.rows import WaitingAtHome
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.spaces.models import Space
from forum.web.identity import is_quiet
from forum.web.locale import ago

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


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """All that waits for somebody on their home page."""

    tried: int  # solutions that a member's project wanted to try until now
    asked: int  # asks in which an expert is named
    offers: int  # of experts, to one's own asks
    order: WaitingAtHome
    votes: tuple[VoteToCast, ...]
    steps: tuple[StepWaiting, ...]
    answers: tuple[AnswerDue, ...]
    promised: tuple[CommitmentItem, ...]
    challenges: tuple[tuple[ChallengeWaiting, str], ...]  # each with how long ago, in words

    @property
    def count(self) -> int:
        """How many things that is."""
        own = self.tried + self.asked + self.offers
        own += self.order.reported + len(self.order.warnings)
        lists = (self.votes, self.steps, self.answers, self.promised, self.challenges)
        return own + sum(len(one) for one in lists)


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


def waiting_for(viewer: Viewer, now: datetime) -> Waiting:
    """What waits for the viewer, of every room: each is asked only of whom it can wait for."""
    return Waiting(
        tried=viewer.facts.get("trials", 0),
        asked=viewer.facts.get("asked", 0),
        offers=viewer.facts.get("offers", 0),
        order=waiting_at_home(viewer),
        votes=tuple(votes_to_cast(viewer)) if viewer.projects else (),
        steps=tuple(steps_waiting(viewer, now)),
        answers=tuple(answers_due(viewer)),
        promised=tuple(commitments_due(viewer)),
        challenges=tuple((one, ago(one.created_at)) for one in challenges_waiting(viewer, now)),
    )


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


def challenges_waiting(viewer: Viewer, now: datetime) -> list[ChallengeWaiting]:
    """Open challenges of others without a solution, the longest waiting first.

    For experts and members on their topics, for who facilitates and for staff on any.
    """
    if not writes(viewer):
        return []
    query = _challenges(viewer.space_ids, _on_topics_of(viewer))
    return objects_of(ChallengeWaiting, query, {"me": viewer.me, "now": now})


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


def _on_topics_of(viewer: Viewer) -> ColumnElement[bool] | None:
    """What the challenges must be about; None: anything."""
    if can_keep_profile(viewer):
        return _ON_TOPICS_OF_EXPERT
    return _ON_TOPICS_OF_PROJECTS if is_of_projects(viewer.side) else None


@made_once
def _challenges(
    spaces: tuple[int, ...], topics: ColumnElement[bool] | None
) -> Select[*tuple[Any, ...]]:
    query = _CHALLENGES.where(Thread.space_id.in_(spaces))
    return query if topics is None else query.where(topics)


def _about(topics: Select[int]) -> ColumnElement[bool]:
    """About one of these. Whether there are any at all is looked at once, before any thread."""
    one = (
        select(ThreadTopic.id)
        .where(ThreadTopic.thread_id == Thread.id, ThreadTopic.topic_id.in_(topics))
        .correlate(Thread)
        .exists()
    )
    return and_(topics.exists(), one)


def _can_be_solved() -> ColumnElement[bool]:
    """Somewhere in the thread's exchange people write now: there its solution can be told."""
    open_now = select(Stage.exchange_id).where(
        Stage.opens_at <= NOW, or_(Stage.closes_at.is_(None), Stage.closes_at > NOW)
    )
    stages = aliased(Stage)
    among = select(stages.id).where(stages.exchange_id.in_(open_now))
    return or_(Thread.stage_id.is_(None), Thread.stage_id.in_(among))


def _known(slug: Any) -> ColumnElement[bool]:
    """Whether an expert's profile names the slug; a list in JSON has it in quotes."""
    return cast(ExpertProfile.topics, Text).contains('"' + slug + '"')


_MINE = select(ProjectMember.project_id).where(
    ProjectMember.person_id == ME, ProjectMember.until.is_(None)
)
_OF_MY_PROJECTS = union_all(  # each by its own index
    select(Thread.id).where(Thread.author_id == ME),
    select(Thread.id).where(Thread.project_id.in_(_MINE)),
    select(FacedBy.challenge_thread_id).where(FacedBy.project_id.in_(_MINE)),
)
_ON_TOPICS_OF_PROJECTS = _about(
    select(ThreadTopic.topic_id).where(ThreadTopic.thread_id.in_(_OF_MY_PROJECTS))
)
_ON_TOPICS_OF_EXPERT = _about(
    select(Topic.id)
    .join(ExpertProfile, ExpertProfile.person_id == ME)
    .where(or_(_known(Topic.slug), _known(Topic.group)))
)
_CHALLENGES: Select[*tuple[Any, ...]] = (
    select(
        Thread.public_id.label("thread_id"),
        Thread.title,
        Thread.language,
        Project.name.label("project"),
        Project.country,
        Thread.created_at,
    )
    .join(Project, Project.id == Thread.project_id, isouter=True)
    .where(
        Thread.kind == ThreadKind.CHALLENGE,
        Thread.status == ThreadStatus.OPEN,
        Thread.removed_at.is_(None),
        Thread.author_id != ME,
        or_(Thread.project_id.is_(None), Thread.project_id.not_in(_MINE)),
        _can_be_solved(),
        ~select(SolutionFor.id).where(SolutionFor.challenge_thread_id == Thread.id).exists(),
    )
    .order_by(Thread.created_at, Thread.id)
    .limit(MOST_WAITING)
)


def proposals_of(viewer: Viewer, region_id: int) -> list[ProposalLine]:
    """The newest proposals of a region's coalition that the viewer sees, and where they stand."""
    query = _proposals(viewer.space_ids, signed_in=viewer.signed_in)
    rows = rows_of(query, {"me": viewer.me, "region": region_id})
    votes = outcomes_for(row.id for row in rows if row.status == ProposalStatus.VOTING)
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


@made_once
def _proposals(spaces: tuple[int, ...], *, signed_in: bool) -> Select[*tuple[Any, ...]]:
    columns: list[Any] = [
        Proposal.id,
        Proposal.public_id,
        Proposal.number,
        Proposal.title,
        Proposal.language,
        Proposal.status,
        Space.kind.label("space_kind"),
        Project.name.label("project_name"),
        Project.country.label("project_country"),
    ]
    return (
        select(*columns)
        .join(Space, Space.id == Proposal.space_id)
        .join(Coalition, Coalition.id == Proposal.coalition_id)
        .join(Project, Project.id == Proposal.project_id)
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
