"""What waits for somebody, of every room: votes, steps, answers, challenges on their topics."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, cast, or_, select, union_all
from sqlalchemy.orm import aliased

from forum.accounts.policy import is_of_projects
from forum.coalition.lifecycle import ProposalStatus, earliest_opening
from forum.coalition.models import Proposal, Vote
from forum.coalition.policy.discussion import can_check_form
from forum.coalition.policy.proposals import can_submit
from forum.coalition.policy.votes import can_open_vote
from forum.coalition.queries.commitment_lists import CommitmentItem, commitments_due
from forum.coalition.queries.proposals import proposals_where
from forum.coalition.queries.responses import AnswerDue
from forum.coalition.queries.responses import waiting_for as answers_due
from forum.coalition.queries.vote_lists import VoteToCast, outcomes_for
from forum.coalition.queries.vote_lists import waiting_for as votes_to_cast
from forum.coalition.rows import ProposalRow
from forum.db import ME, NOW, made_once, objects_of
from forum.directory.models import ExpertProfile, Project, ProjectMember
from forum.directory.policy import can_keep_profile
from forum.discussions.kinds import ThreadKind, ThreadStatus
from forum.discussions.models import FacedBy, SolutionFor, Thread, ThreadTopic, Topic
from forum.discussions.policy.sides import writes
from forum.exchanges.models import Stage
from forum.moderation.queries.own import waiting_at_home
from forum.moderation.rows import WaitingAtHome
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.web.locale import ago

_WAITS_FOR_SOMEBODY = (
    ProposalStatus.SEEKING_COSPONSORS,
    ProposalStatus.IN_DISCUSSION,
    ProposalStatus.ADOPTED,
)
MOST_WAITING = 5  # of one kind: a longer list is not read


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

    drafts: int  # begun and not posted
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
        own = bool(self.drafts) + self.tried + self.asked + self.offers
        own += self.order.reported + len(self.order.warnings)
        lists = (self.votes, self.steps, self.answers, self.promised, self.challenges)
        return own + sum(len(one) for one in lists)


def waiting_for(viewer: Viewer, now: datetime) -> Waiting:
    """What waits for the viewer, of every room: each is asked only of whom it can wait for."""
    return Waiting(
        drafts=viewer.facts.get("drafts", 0),
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


def challenges_waiting(viewer: Viewer, now: datetime) -> list[ChallengeWaiting]:
    """Open challenges of others without a solution, the longest waiting first.

    For experts and members on their topics, for who facilitates and for staff on any.
    """
    if not writes(viewer):
        return []
    query = _challenges(viewer.space_ids, _on_topics_of(viewer))
    return objects_of(ChallengeWaiting, query, {"me": viewer.me, "now": now})


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
