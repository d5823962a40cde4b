"""What somebody was told, as far as they see it now: for their list, and for their letters."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from forum.accounts.models import Person
from forum.coalition.models import Proposal
from forum.coalition.queries.proposals import visible_to
from forum.db import db
from forum.discussions.kinds import ThreadKind
from forum.discussions.models import Post, Thread
from forum.discussions.queries import reachable, seen_or_guest
from forum.notifications.kinds import MODERATED, Reason
from forum.notifications.models import Notification
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.spaces.models import Space
from forum.web import paging

PAGE = 20  # entries: three thumbs' lengths on a phone
MOST_IN_LETTER = 200  # entries looked through for one letter
MOST_COUNTED = 99  # a larger number in the header says no more
MOST_LOOKED_AT = 200  # posts of one entry that are read to name who wrote them


@dataclass(frozen=True, kw_only=True)
class Entry:
    """All that is new to the viewer in one thread or proposal."""

    id: int
    reasons: Reason
    told_at: datetime
    read: bool
    since_number: int | None
    upto_number: int | None
    post_id: str | None  # public, of the first one that was new
    thread_id: str | None  # public
    proposal_id: str | None  # public
    title: str  # empty where the viewer reads the thread no more
    language: str
    kind: ThreadKind | None
    space_kind: SpaceKind | None
    started_by: str | None = None  # where the thread itself is new
    names: tuple[str, ...] = ()  # who answered, the latest first
    replies: int = 0
    space_id: int = 0
    thread_inner: int | None = None  # inner ids, for letters: what one answers to
    personally: bool = False  # something was meant for them since the last letter
    mailed_number: int | None = None

    @property
    def tells_of_a_decision(self) -> bool:
        """Whether it was decided about a post of the viewer's, or one they reported."""
        return bool(self.reasons & MODERATED)

    @property
    def tells_of_no_more(self) -> bool:
        """Whether that is all that is new."""
        return self.tells_of_a_decision and not self.reasons & ~MODERATED


def entries(viewer: Viewer, after: str | None = None) -> paging.Page[Entry]:
    """What the viewer was told and still sees, the latest first, in two statements.

    Of what they see no more only the decisions are left that were told to them.
    """
    query, listed = _told(viewer)
    query = query.where(or_(listed, _decided(reachable(viewer)))).limit(PAGE + 1)
    further = paging.older_than(Notification.told_at, Notification.id, after)
    rows = db.session.execute(query if further is None else query.where(further)).mappings()
    page = paging.page_of([_entry(row) for row in rows], PAGE, "told_at")
    return replace(page, rows=_with_names(page.rows))


def not_mailed(viewer: Viewer, *which: ColumnElement[bool]) -> list[Entry]:
    """What is unread, in sight now and told by no letter yet, the latest first, to a limit."""
    query, listed = _told(viewer)
    rows = db.session.execute(
        query.where(
            listed,
            Notification.read_at.is_(None),
            or_(Notification.mailed_at.is_(None), Notification.told_at > Notification.mailed_at),
            *which,
        ).limit(MOST_IN_LETTER)
    ).mappings()
    return _with_names([_since_the_letter(_entry(row)) for row in rows])


def _since_the_letter(entry: Entry) -> Entry:
    """The entry without the posts that a letter told of before."""
    known = entry.mailed_number
    if known is None or entry.since_number is None or entry.upto_number is None:
        return entry
    if known >= entry.upto_number:
        return replace(entry, since_number=None, upto_number=None)
    return replace(entry, since_number=max(entry.since_number, known + 1))


def _entry(row: Any) -> Entry:
    return Entry(**(dict(row) | {"reasons": Reason(row["reasons"])}))


def _told(viewer: Viewer) -> tuple[Select[Any], ColumnElement[bool]]:
    """The viewer's entries, the latest first; and the condition that one is listed now."""
    listed = _in_sight(viewer)
    read = or_(listed, and_(Notification.thread_id.is_not(None), reachable(viewer)))

    def if_read(column: Any, otherwise: str | None = None) -> Any:
        return case((read, column), else_=otherwise)

    def if_listed(column: Any) -> Any:
        return case((listed, column))

    query = (
        select(
            Notification.id,
            case(
                (listed, Notification.reasons),
                else_=Notification.reasons.bitwise_and(int(MODERATED)),
            ).label("reasons"),
            Notification.told_at,
            Notification.read_at.is_not(None).label("read"),
            if_listed(Notification.since_number).label("since_number"),
            if_listed(Notification.upto_number).label("upto_number"),
            if_listed(Post.public_id).label("post_id"),
            Thread.public_id.label("thread_id"),
            Proposal.public_id.label("proposal_id"),
            if_read(func.coalesce(Thread.title, Proposal.title), "").label("title"),
            if_read(func.coalesce(Thread.language, Proposal.language), "").label("language"),
            if_read(Thread.kind).label("kind"),
            if_read(Space.kind).label("space_kind"),
            Space.id.label("space_id"),
            Notification.thread_id.label("thread_inner"),
            and_(
                Notification.personal_at.is_not(None),
                or_(
                    Notification.mailed_at.is_(None),
                    Notification.personal_at > Notification.mailed_at,
                ),
            ).label("personally"),
            Notification.mailed_number,
        )
        .outerjoin(Thread, Thread.id == Notification.thread_id)
        .outerjoin(Proposal, Proposal.id == Notification.proposal_id)
        .outerjoin(Post, Post.id == Notification.post_id)
        .join(Space, Space.id == func.coalesce(Thread.space_id, Proposal.space_id))
        .where(Notification.person_id == viewer.person_id)
        .order_by(Notification.told_at.desc(), Notification.id.desc())
    )
    return query, listed


def unread(side: str, me: Any, spaces: Any) -> Select[Any]:
    """How many entries are unread and in sight, up to a limit: a part of the viewer's statement."""
    seen = seen_or_guest(side, me, Thread.space_id.in_(spaces))
    found = (
        select(Notification.id)
        .outerjoin(Thread, Thread.id == Notification.thread_id)
        .outerjoin(Proposal, Proposal.id == Notification.proposal_id)
        .where(
            Notification.person_id == me,
            Notification.read_at.is_(None),
            or_(
                and_(Thread.removed_at.is_(None), seen),
                Proposal.space_id.in_(spaces),
                _decided(seen),
            ),
        )
        .limit(MOST_COUNTED + 1)
        .subquery()
    )
    return select(func.count()).select_from(found)


def entry_of(viewer: Viewer, thread_id: str) -> int | None:
    """The inner id of the thread (by its public one) of which the viewer was told something."""
    return db.session.scalars(
        select(Thread.id)
        .join(Notification, Notification.thread_id == Thread.id)
        .where(Thread.public_id == thread_id, Notification.person_id == viewer.person_id)
    ).one_or_none()


def _decided(read: ColumnElement[bool]) -> ColumnElement[bool]:
    """That it was decided about one's own post, or one reported in a thread that is still `read`.

    Also where the thread was removed by that: what was decided has a page of its own.
    """
    decided = Notification.reasons.bitwise_and(int(Reason.DECIDED)) != 0
    reported = Notification.reasons.bitwise_and(int(Reason.REPORTED)) != 0
    return and_(Notification.thread_id.is_not(None), or_(decided, and_(reported, read)))


def _in_sight(viewer: Viewer) -> ColumnElement[bool]:
    return or_(
        and_(Notification.thread_id.is_not(None), Thread.removed_at.is_(None), reachable(viewer)),
        and_(Notification.proposal_id.is_not(None), visible_to(viewer)),
    )


def _with_names(found: Iterable[Entry]) -> list[Entry]:
    """The entries with who wrote what is new in them; removed posts and one's own do not count."""
    found = list(found)
    about_posts = [entry.id for entry in found if entry.upto_number is not None]
    if not about_posts:
        return found
    rows = db.session.execute(
        select(Notification.id, Post.number, Person.name)
        .join(Post, Post.thread_id == Notification.thread_id)
        .join(Person, Person.id == Post.author_id)
        .where(
            Notification.id.in_(about_posts),
            Post.number >= Notification.since_number,
            Post.number > Notification.upto_number - MOST_LOOKED_AT,
            Post.number <= Notification.upto_number,
            Post.author_id != Notification.person_id,
            Post.removed_at.is_(None),
        )
        .order_by(Post.number.desc())
    ).all()
    return [
        _named(entry, [r for r in rows if r.id == entry.id and r.number >= entry.since_number])
        if entry.since_number is not None
        else entry
        for entry in found
    ]


def _named(entry: Entry, posts: list[Any]) -> Entry:
    answers = [post.name for post in posts if post.number > 1]
    first = next((post.name for post in posts if post.number == 1), None)
    count = len(answers)
    if entry.since_number is not None and entry.upto_number is not None:
        new = entry.upto_number - entry.since_number + 1
        count = new if new > MOST_LOOKED_AT else count
    return replace(entry, started_by=first, names=tuple(dict.fromkeys(answers)), replies=count)
