"""The one choice of who is told, for every way of telling: conditions on `Person`.

Nothing here writes or knows how somebody is told. See docs/decisions/0019-who-is-told.md.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, false, func, or_, select
from sqlalchemy.orm import aliased

from forum.accounts.models import Person
from forum.accounts.queries import in_use
from forum.accounts.sides import Side
from forum.coalition.models import (
    Ballot,
    Coalition,
    CoAuthor,
    CoSponsor,
    Delegate,
    Evidence,
    Proposal,
    Seat,
    Vote,
)
from forum.coalition.queries.members import speaks_today
from forum.db import db
from forum.directory.models import ProjectMember
from forum.discussions.models import FacedBy, Post, Thread, ThreadTopic, Topic
from forum.discussions.queries import reads
from forum.exchanges.models import Stage
from forum.notifications.kinds import PACES, Level, Matter, Pace, What
from forum.notifications.models import LetterPlan, Subscription
from forum.spaces.models import Space
from forum.spaces.queries import seeing


def reached(
    thread: Thread,
    space: Space,
    actor_id: int | None,
    *,
    personally: Iterable[int] = (),
    followers: ColumnElement[bool] | None = None,
) -> ColumnElement[bool]:
    """Who is told of something in the thread: whom it is meant for, and who follows unmuted.

    Never who did it, who cannot read the thread, or whose account is not in use.
    """
    wanted: ColumnElement[bool] = Person.id.in_(sorted(personally))
    if followers is not None:
        wanted = or_(wanted, and_(followers, ~silenced(thread)))
    return and_(wanted, reads(thread, space), in_use(), Person.id != (actor_id or 0))


def wants(matter: Matter, *paces: Pace) -> ColumnElement[bool]:
    """Who hears of that by letter at one of these paces: by their choice, or as their side does."""
    usual = case({side: str(of[matter]) for side, of in PACES.items()}, value=Person.side)
    own = (
        select(cast(LetterPlan.__table__.c[matter], String))
        .where(LetterPlan.person_id == Person.id)
        .correlate(Person)
        .scalar_subquery()
    )
    return func.coalesce(own, usual).in_([str(pace) for pace in paces])


def sees(proposal: Proposal) -> ColumnElement[bool]:
    """The people who may read the proposal now, whatever they had to do with it before."""
    space = db.session.get_one(Space, proposal.space_id)
    return seeing(space.id, space.kind)


def reads_now(thread: Thread) -> ColumnElement[bool]:
    """The people who may read the thread now."""
    return reads(thread, db.session.get_one(Space, thread.space_id))


def is_in_use(person_id: int) -> ColumnElement[bool]:
    """That one person, where their account is in use."""
    return and_(Person.id == person_id, in_use())


def wrote(person_id: int) -> ColumnElement[bool]:
    """That one person, whatever they read and can do now: it was decided about their own words."""
    return Person.id == person_id


def of_project(project_id: int) -> list[int]:
    """The ids of the project's people of today."""
    belong = select(ProjectMember.person_id).where(
        ProjectMember.project_id == project_id, ProjectMember.until.is_(None)
    )
    return list(db.session.scalars(belong))


def follows(thread: Thread) -> ColumnElement[bool]:
    """The people who watch this very thread."""
    return Person.id.in_(_who(Level.WATCH, _is(What.THREAD, thread.id)))


def follows_where(thread: Thread) -> ColumnElement[bool]:
    """The people who watch the thread's stage, exchange, or a topic or group of topics of it."""
    return Person.id.in_(_who(Level.WATCH, or_(*_around(thread))))


def silenced(thread: Thread) -> ColumnElement[bool]:
    """The people who mute the thread, or anything it stands in: a mute outweighs a watch."""
    return Person.id.in_(_who(Level.MUTE, or_(_is(What.THREAD, thread.id), *_around(thread))))


def votes(vote: Vote) -> ColumnElement[bool]:
    """Delegates and alternates, of today, of the projects seated in that vote."""
    return _speakers(vote, select(Seat.project_id).where(Seat.vote_id == vote.id))


def not_voted(vote: Vote) -> ColumnElement[bool]:
    """The same, of the projects that have cast no ballot in it."""
    cast = select(Ballot.id).where(Ballot.seat_id == Seat.id).correlate(Seat)
    return _speakers(vote, select(Seat.project_id).where(Seat.vote_id == vote.id, ~cast.exists()))


def _speakers(vote: Vote, projects: Select[Any]) -> ColumnElement[bool]:
    coalition = select(Proposal.coalition_id).where(Proposal.id == vote.proposal_id)
    speakers = select(Delegate.person_id).where(
        Delegate.project_id.in_(projects),
        Delegate.coalition_id == coalition.scalar_subquery(),
        speaks_today(),
    )
    return and_(Person.id.in_(speakers), in_use())


def answers() -> ColumnElement[bool]:
    """The certifier's staff: they owe a submitted proposal an answer."""
    return and_(Person.side == Side.STAFF, in_use())


def proposed(proposal: Proposal) -> ColumnElement[bool]:
    """The author, and the delegates of the proposing and the co-sponsoring projects."""
    cosponsors = select(CoSponsor.project_id).where(CoSponsor.proposal_id == proposal.id)
    speakers = select(Delegate.person_id).where(
        Delegate.coalition_id == proposal.coalition_id,
        speaks_today(),
        or_(
            Delegate.project_id == proposal.project_id,
            Delegate.project_id.in_(cosponsors),
        ),
    )
    return and_(or_(Person.id == proposal.author_id, Person.id.in_(speakers)), in_use())


def began(proposal: Proposal) -> ColumnElement[bool]:
    """With whom it began: who wrote what it rests on, and the people of projects that face it.

    Each as far as they read that conversation now: what a proposal rests on is told to nobody else.
    Whoever only faces a challenge can mute it.
    """
    rests_on = db.session.execute(
        select(Thread, Space, Post.author_id)
        .select_from(Evidence)
        .outerjoin(Post, Post.id == Evidence.post_id)
        .join(Thread, Thread.id == func.coalesce(Evidence.thread_id, Post.thread_id))
        .join(Space, Space.id == Thread.space_id)
        .where(
            Evidence.proposal_id == proposal.id,
            Thread.removed_at.is_(None),
            Post.removed_at.is_(None),
        )
    )
    concerned = [
        and_(reads(thread, space), or_(_wrote(thread, author_id), _faces(thread)))
        for thread, space, author_id in rests_on
    ]
    return and_(or_(false(), *concerned), in_use())


def _wrote(thread: Thread, author_id: int | None) -> ColumnElement[bool]:
    return Person.id.in_({thread.author_id, author_id or thread.author_id})


def _faces(thread: Thread) -> ColumnElement[bool]:
    people = (
        select(ProjectMember.person_id)
        .join(FacedBy, FacedBy.project_id == ProjectMember.project_id)
        .where(FacedBy.challenge_thread_id == thread.id, ProjectMember.until.is_(None))
    )
    return and_(Person.id.in_(people), ~silenced(thread))


def authors(proposal: Proposal) -> ColumnElement[bool]:
    """Who reads it while it is a draft: its author and who was invited to write it."""
    invited = select(CoAuthor.person_id).where(
        CoAuthor.proposal_id == proposal.id, CoAuthor.until.is_(None)
    )
    return and_(or_(Person.id == proposal.author_id, Person.id.in_(invited)), in_use())


def facilitates() -> ColumnElement[bool]:
    """Who facilitates, of any coalition: who sees the thing is asked beside it."""
    return and_(Person.side == Side.FACILITATOR, in_use())


def writes(proposal: Proposal) -> ColumnElement[bool]:
    """Its authors, and who speaks for the proposing project."""
    speakers = select(Delegate.person_id).where(
        Delegate.coalition_id == proposal.coalition_id,
        Delegate.project_id == proposal.project_id,
        speaks_today(),
    )
    return or_(authors(proposal), and_(Person.id.in_(speakers), in_use()))


def speaks_in(coalition: Coalition) -> ColumnElement[bool]:
    """Delegates and alternates of the coalition's member projects, of today."""
    speakers = select(Delegate.person_id).where(
        Delegate.coalition_id == coalition.id, speaks_today()
    )
    return and_(Person.id.in_(speakers), in_use())


def _who(level: Level, where: ColumnElement[bool]) -> Select[Any]:
    return select(Subscription.person_id).where(where, Subscription.level == level)


def _is(what: What, thing_id: Any) -> ColumnElement[bool]:
    return and_(Subscription.what == what, Subscription.thing_id == thing_id)


def _among(what: What, ids: Select[Any]) -> ColumnElement[bool]:
    return and_(Subscription.what == what, Subscription.thing_id.in_(ids))


def _around(thread: Thread) -> list[ColumnElement[bool]]:
    """What the thread stands in: its topics, their groups, its stage and that one's exchange."""
    topic, group = aliased(Topic), aliased(Topic)
    topics = select(ThreadTopic.topic_id).where(ThreadTopic.thread_id == thread.id)
    groups = select(group.id).join(topic, topic.group == group.slug).where(topic.id.in_(topics))
    found = [_among(What.TOPIC, topics), _among(What.TOPIC, groups)]
    if thread.stage_id is not None:
        exchange = select(Stage.exchange_id).where(Stage.id == thread.stage_id)
        found += [_is(What.STAGE, thread.stage_id), _among(What.EXCHANGE, exchange)]
    return found
