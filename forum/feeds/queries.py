"""Whose token it is, and what feeds and calendars hold for them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from werkzeug.exceptions import NotFound

from forum.accounts.models import Person
from forum.accounts.queries import identity_at
from forum.coalition.models import Coalition, Proposal
from forum.coalition.queries.commitment_lists import commitments_due
from forum.coalition.queries.proposals import visible_to
from forum.coalition.queries.responses import awaiting_answer
from forum.coalition.queries.vote_lists import waiting_for
from forum.db import db
from forum.directory.models import Region
from forum.discussions.models import Post, Thread
from forum.discussions.queries.library import library
from forum.exchanges.models import Exchange, ExchangeSession, Stage
from forum.feeds.models import FeedKey
from forum.feeds.tokens import make_token, read_token
from forum.lib import clock
from forum.spaces import Viewer, viewer_of
from forum.spaces.kinds import SpaceKind
from forum.spaces.queries import seen_by
from forum.web.locale import gettext as _

MOST = 30  # entries of a feed: readers come back every hour
PAST = timedelta(days=366)  # of a calendar
_OPEN = frozenset({SpaceKind.PUBLIC, SpaceKind.NETWORK})


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing in a feed."""

    path: str
    title: str
    language: str
    author: str
    html: str
    published: datetime
    updated: datetime


@dataclass(frozen=True, kw_only=True)
class CalendarEvent:
    """One thing in a calendar: from a moment on, or (without an end) a whole day."""

    uid: str
    title: str
    path: str
    starts: datetime | date
    ends: datetime | None = None
    version: int = 1
    language: str = ""
    text: str = ""
    place: str = ""


def viewer_by(token: str | None) -> Viewer:
    """Whose token it is; without one somebody signed out. Raises NotFound when it has ended.

    Who is signed in does not matter: an address tells the same to whoever asks.
    """
    if not token:
        return viewer_of(None)
    said = read_token(token)
    if said is None:
        raise NotFound
    epoch = db.session.scalars(
        select(FeedKey.epoch)
        .join(Person, Person.id == FeedKey.person_id)
        .where(Person.public_id == said[0], FeedKey.word == said[1])
    ).one_or_none()
    who = None if epoch is None else identity_at(said[0], epoch)
    if who is None:
        raise NotFound
    return viewer_of(who)


def own_token(viewer: Viewer) -> str | None:
    """The viewer's token, None while they have none that counts."""
    assert viewer.person is not None
    word = db.session.scalars(
        select(FeedKey.word).where(
            FeedKey.person_id == viewer.person_id, FeedKey.epoch == viewer.person.session_epoch
        )
    ).one_or_none()
    return make_token(viewer.person.public_id, word) if word else None


def without_private(viewer: Viewer) -> Viewer:
    """The same viewer, who sees nothing private: feeds are kept by others' machines."""
    return replace(
        viewer, spaces={one: kind for one, kind in viewer.spaces.items() if kind in _OPEN}
    )


def region_or_404(slug: str) -> Region:
    """The region of that slug. Raises NotFound."""
    found = db.session.scalars(select(Region).where(Region.slug == slug)).one_or_none()
    if found is None:
        raise NotFound
    return found


def regions() -> list[tuple[str, str]]:
    """Slug and name of every region, by name."""
    found = db.session.execute(select(Region.slug, Region.name).order_by(Region.name))
    return [(slug, name) for slug, name in found]


def threads(viewer: Viewer, *where: ColumnElement[bool]) -> list[Entry]:
    """The newest threads the viewer sees and may have in a feed, with their first words."""
    viewer = without_private(viewer)
    rows = db.session.execute(
        select(
            Thread.public_id,
            Thread.title,
            Thread.language,
            Thread.created_at,
            Thread.last_post_at,
            Person.name,
            Post.on_behalf_of,
            Post.html,
        )
        .join(Post, (Post.thread_id == Thread.id) & (Post.number == 1))
        .join(Person, Person.id == Post.author_id)
        .outerjoin(Stage, Stage.id == Thread.stage_id)
        .outerjoin(Exchange, Exchange.id == Stage.exchange_id)
        .where(
            seen_by(viewer, Thread.space_id),
            Thread.removed_at.is_(None),
            Post.removed_at.is_(None),
            *where,
        )
        .order_by(Thread.created_at.desc(), Thread.id.desc())
        .limit(MOST)
    )
    return [
        Entry(
            path=f"/threads/{row.public_id}",
            title=row.title,
            language=row.language,
            author=row.on_behalf_of or row.name,
            html=row.html,
            published=row.created_at,
            updated=row.last_post_at or row.created_at,
        )
        for row in rows
    ]


def solutions(viewer: Viewer) -> list[Entry]:
    """The newest solutions the viewer sees and may have in a feed."""
    found = library(without_private(viewer), newest=True).rows[:MOST]
    stored = select(Post.public_id, Post.html).where(
        Post.public_id.in_([one.public_id for one in found])
    )
    html = {row.public_id: row.html for row in db.session.execute(stored)}
    return [
        Entry(
            path=f"/posts/{one.public_id}",
            title=one.thread_title,
            language=one.language,
            author=one.project_name or one.author_name,
            html=html.get(one.public_id, ""),
            published=one.created_at,
            updated=one.created_at,
        )
        for one in found
    ]


def of_region(viewer: Viewer, region: Region) -> list[Entry]:
    """The region's newest threads, and its proposals from their submission on."""
    spoken = threads(viewer, Exchange.region_id == region.id)
    return sorted(
        [*spoken, *_proposals(without_private(viewer), region)],
        key=lambda one: one.updated,
        reverse=True,
    )[:MOST]


def _proposals(viewer: Viewer, region: Region) -> Iterable[Entry]:
    rows = db.session.scalars(
        select(Proposal)
        .join(Coalition, Coalition.id == Proposal.coalition_id)
        .where(
            Coalition.region_id == region.id,
            Proposal.submitted_at.is_not(None),
            visible_to(viewer),
        )
        .order_by(Proposal.submitted_at.desc(), Proposal.id.desc())
        .limit(MOST)
    )
    for one in rows:
        assert one.submitted_at is not None
        yield Entry(
            path=f"/proposals/{one.public_id}",
            title=f"{one.number} · {one.title}",
            language=one.language,
            author="",
            html="",
            published=one.submitted_at,
            updated=one.answered_at or one.acknowledged_at or one.submitted_at,
        )


def sessions(*where: ColumnElement[bool], with_link: bool) -> list[CalendarEvent]:
    """The sessions, the oldest of a year ago; with the link to join for who may have it."""
    one = ExchangeSession
    rows = db.session.scalars(
        select(one)
        .join(Stage, Stage.id == one.stage_id)
        .where(one.starts_at > clock.now() - PAST, *where)
        .order_by(one.starts_at, one.id)
    )
    return [
        CalendarEvent(
            uid=f"session-{row.public_id}",
            title=row.title,
            path=f"/sessions/{row.public_id}",
            starts=row.starts_at,
            ends=row.starts_at + timedelta(minutes=row.minutes),
            version=row.version,
            language=row.language,
            text=row.agenda,
            place=row.join_url if with_link else "",
        )
        for row in rows
    ]


def stages(exchange_id: int) -> list[CalendarEvent]:
    """When the exchange's stages close."""
    rows: Any = db.session.execute(
        select(Stage.id, Stage.number, Stage.title, Stage.closes_at, Stage.version, Exchange.slug)
        .join(Exchange, Exchange.id == Stage.exchange_id)
        .where(Exchange.id == exchange_id, Stage.closes_at > clock.now() - PAST)
        .order_by(Stage.number)
    )
    return [
        CalendarEvent(
            uid=f"stage-{slug}-{number}",
            title=_("Stage %(number)d closes: %(title)s", number=number, title=title),
            path=f"/exchanges/{slug}/stages/{number}",
            starts=closes_at,
            ends=closes_at,
            version=version,
        )
        for _id, number, title, closes_at, version, slug in rows
    ]


def own(viewer: Viewer) -> list[CalendarEvent]:
    """What waits for the viewer by a day: votes that close, answers and commitments due.

    Calendars are kept by others' machines: a vote is named by its project alone.
    """
    found = [
        CalendarEvent(
            uid=f"vote-{one.proposal_id}-{one.opens_at:%Y%m%d}",
            title=_("A vote closes: %(project)s", project=one.project_name),
            path=f"/proposals/{one.proposal_id}",
            starts=one.closes_at,
            ends=one.closes_at,
        )
        for one in waiting_for(viewer)
    ]
    found += [
        CalendarEvent(
            uid=f"answer-{one.proposal_id}",
            title=_("Answer due: %(number)s", number=one.number),
            path=f"/proposals/{one.proposal_id}",
            starts=one.clock.due_on,
        )
        for one in awaiting_answer(viewer)
    ]
    found += [
        CalendarEvent(
            uid=f"commitment-{one.public_id}",
            title=_("Commitment due: %(number)s", number=one.proposal_number),
            path=f"/commitments/{one.public_id}",
            starts=one.due_on,
        )
        for one in commitments_due(viewer)
    ]
    return found
