"""What a letter tells one person: asked as their pages ask, at the moment it is written.

So nothing is remembered about who may see what: whoever left a project yesterday is told nothing
of it today. The file has a name of its own since it reads for letters what `queries` reads for
pages, and says it in whole sentences. See docs/decisions/0031-letters.md.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from forum.accounts.models import Person
from forum.coalition.queries import commitment_lists, responses, votes
from forum.db import db
from forum.discussions.models import Post
from forum.exchanges.models import Exchange, ExchangeSession, Stage
from forum.lib import clock, markup, text
from forum.mail import Item as Answered
from forum.mail import What as Kind
from forum.mail.addresses import reply_address
from forum.notifications import queries, wording
from forum.notifications.kinds import OWN_LETTERS, Matter, Pace, Reason
from forum.notifications.models import Notification, PrivateLetters
from forum.notifications.pacing import Plan
from forum.notifications.queries import Entry
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.web.locale import day, in_zone
from forum.web.locale import gettext as _

CLOSES_SOON = timedelta(days=3)
SESSIONS_AHEAD = timedelta(days=8)  # a week, and the day of the next summary
SESSION_NEAR = timedelta(hours=36)  # told once more: tomorrow, or today
MOST_SESSIONS = 3
SHOWN = 8  # things of one kind: more is a page
WORDS = 180  # characters of what somebody wrote, in a summary
PRIVATE = frozenset({SpaceKind.COALITION, SpaceKind.STAFF})


@dataclass(frozen=True, kw_only=True)
class Told:
    """One thing in a summary. `title` and `words` are empty where letters do not say them."""

    title: str
    path: str
    said: tuple[str, ...] = ()
    words: str = ""
    language: str = ""
    answer_to: str = ""  # an address, where it can be answered by mail


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a summary, with its heading."""

    name: str
    told: list[Told]
    more: int = 0  # that are not shown

    @property
    def heading(self) -> str:
        """What stands over it."""
        return wording.part_heading(self.name)


@dataclass(frozen=True, kw_only=True)
class Digest:
    """All that one summary tells; `has_news` whether that is worth a letter."""

    parts: list[Part]
    entries: list[Entry] = field(default_factory=list)  # of the list, told by it
    has_news: bool = False


@dataclass(frozen=True, kw_only=True)
class Words:
    """A post in a notice."""

    author: str
    body: str
    language: str
    number: int
    post_id: int
    public_id: str
    answers: str | None  # the public id of the post above it


def withheld_spaces(viewer: Viewer, *, notice_only: bool) -> frozenset[int]:
    """The private spaces of which letters to this person name nothing.

    Those a coalition chose it for count also where they see none of it: they may be the guest of
    one thread there.
    """
    chosen = frozenset(db.session.scalars(select(PrivateLetters.space_id)))
    private = {one for one, kind in viewer.spaces.items() if kind in PRIVATE}
    return chosen | private if notice_only else chosen


def is_withheld(entry: Entry, spaces: Collection[int], *, notice_only: bool) -> bool:
    """Whether a letter names nothing of it; of a guest's thread, too, though not in `spaces`."""
    return entry.space_id in spaces or (notice_only and entry.space_kind in PRIVATE)


def gather(
    viewer: Viewer,
    plan: Plan,
    *,
    due: Collection[Matter],
    notice_only: bool = False,
    entries_only: bool = False,
    most: int = SHOWN,
) -> Digest:
    """What is new to the viewer in these matters. `entries_only`: in what they are told of alone.

    Said in the language and zone in use.
    """
    now, spaces = clock.now(), withheld_spaces(viewer, notice_only=notice_only)

    def hidden(entry: Entry) -> bool:
        return is_withheld(entry, spaces, notice_only=notice_only)

    entries = [one for one in queries.not_mailed(viewer) if matter_of(one) in due]
    entries = [one for one in entries if one.reasons & ~OWN_LETTERS]
    last = last_words([one for one in entries if not hidden(one)])
    parts = [
        _of_entries(name, found, most, lambda one: _told(viewer, one, last, hidden=hidden(one)))
        for name, found in _sorted(entries)
    ]
    news = bool(entries)
    if not entries_only:
        for matter, made in (
            (Matter.VOTES, _votes(viewer, notice_only or bool(spaces & viewer.spaces.keys()))),
            (Matter.PROPOSALS, _owed(viewer, now if plan.is_weekly(now) else None)),
            (Matter.SESSIONS, _sessions(now)),
        ):
            if matter not in due:
                continue
            since = plan.since(matter, now)
            parts.append(_cut(made.name, [told for told, _turns in made.rows], most))
            if matter is Matter.VOTES and plan.paces[matter] is Pace.AT_ONCE:
                continue  # each vote has a letter of its own: here it is only repeated
            turns = [turn for _told, its in made.rows for turn in its]
            news = news or any(since < turn <= now for turn in turns)
    order = ("votes", "solutions", "personal", "proposals", "owed", "followed", "sessions")
    parts = sorted((one for one in parts if one.told), key=lambda one: order.index(one.name))
    return Digest(parts=parts, entries=entries, has_news=news)


def matter_of(entry: Entry) -> Matter:
    """What that entry of the list is about, for letters."""
    if entry.personally:
        return Matter.PERSONAL
    return Matter.PROPOSALS if entry.proposal_id else Matter.FOLLOWED


def words_of(entry: Entry, most: int) -> list[Words]:
    """The newest posts that are new in that entry, in their order; not those of its reader."""
    if entry.since_number is None or entry.upto_number is None:
        return []
    return _words(
        Notification.id == entry.id,
        Post.number >= entry.since_number,
        Post.number <= entry.upto_number,
        most=most,
    )[::-1]


def last_words(entries: Iterable[Entry]) -> dict[int, Words]:
    """The last post of each of these entries, where it stands."""
    ids = [one.id for one in entries if one.upto_number is not None]
    if not ids:
        return {}
    at_the_end = Post.number == Notification.upto_number
    rows = _rows(Notification.id.in_(ids), at_the_end).add_columns(Notification.id.label("entry"))
    return {row.entry: _word(row) for row in db.session.execute(rows)}


def _rows(*which: Any) -> Any:
    above = Post.__table__.alias("above")
    return (
        select(
            Post.id,
            Post.public_id,
            Post.number,
            Post.body,
            Post.language,
            Post.on_behalf_of,
            Person.name,
            above.c.public_id.label("answers"),
        )
        .select_from(Notification)
        .join(Post, Post.thread_id == Notification.thread_id)
        .join(Person, Person.id == Post.author_id)
        .outerjoin(above, above.c.id == Post.parent_id)
        .where(Post.removed_at.is_(None), Post.author_id != Notification.person_id, *which)
    )


def _words(*which: Any, most: int) -> list[Words]:
    rows = db.session.execute(_rows(*which).order_by(Post.number.desc()).limit(most))
    return [_word(row) for row in rows]


def _word(row: Any) -> Words:
    return Words(
        author=row.on_behalf_of or row.name,
        body=row.body,
        language=row.language,
        number=row.number,
        post_id=row.id,
        public_id=row.public_id,
        answers=row.answers,
    )


def _sorted(entries: list[Entry]) -> list[tuple[str, list[Entry]]]:
    parts: dict[str, list[Entry]] = {}
    for one in entries:
        matter = matter_of(one)
        solution = matter is Matter.PERSONAL and one.reasons & Reason.SOLUTION
        parts.setdefault("solutions" if solution else str(matter), []).append(one)
    return list(parts.items())


def _of_entries(name: str, entries: list[Entry], most: int, tell: Any) -> Part:
    return _cut(name, [tell(one) for one in entries[:most]], most, len(entries))


def _cut(name: str, told: list[Told], most: int, count: int | None = None) -> Part:
    count = len(told) if count is None else count
    return Part(name=name, told=told[:most], more=max(0, count - most))


def _told(viewer: Viewer, entry: Entry, last: dict[int, Words], *, hidden: bool) -> Told:
    path = path_of(entry)
    if hidden:
        return Told(title="", path=path)
    words = last.get(entry.id)
    said = text.excerpt(markup.plain(words.body, to_tell=True), WORDS) if words else ""
    return Told(
        title=entry.title,
        path=path,
        said=tuple(wording.sentences(entry)),
        words=_("%(name)s: %(words)s", name=words.author, words=said) if words else "",
        language=words.language if words else entry.language,
        answer_to=answer_address(viewer.person_id, entry, words),
    )


def path_of(entry: Entry) -> str:
    """Where that is read."""
    if entry.proposal_id:
        return f"/proposals/{entry.proposal_id}"
    return f"/posts/{entry.post_id}" if entry.post_id else f"/threads/{entry.thread_id}"


def answered_of(entry: Entry, words: Words | None) -> Answered | None:
    """What is answered when somebody answers that by mail: the post shown, or the thread."""
    if entry.thread_inner is None:
        return None
    return (
        Answered(Kind.POST, words.post_id) if words else Answered(Kind.THREAD, entry.thread_inner)
    )


def answer_address(person_id: int | None, entry: Entry, words: Words | None) -> str:
    """The address by which that person answers it; empty where no mail comes in."""
    answered = answered_of(entry, words)
    if person_id is None or answered is None:
        return ""
    return reply_address(person_id, answered) or ""


_Row = tuple[Told, tuple[datetime, ...]]


@dataclass(frozen=True, kw_only=True)
class _Made:
    """A part read from the things themselves: each with the moments at which it becomes news."""

    name: str
    rows: list[_Row]


def _votes(viewer: Viewer, withheld: bool) -> _Made:
    rows: list[_Row] = []
    for one in votes.waiting_for(viewer):
        said = (
            _("%(project)s has not voted yet.", project=one.project_name)
            if not one.recorded
            else _("The ballot of %(project)s waits to be confirmed.", project=one.project_name),
            _("The vote closes on %(when)s.", when=in_zone(one.closes_at)),
        )
        told = Told(
            title="" if withheld else one.title,
            path=f"/proposals/{one.proposal_id}",
            said=said,
            language=one.language,
        )
        rows.append((told, (one.opens_at, one.closes_at - CLOSES_SOON)))
    return _Made(name="votes", rows=rows)


def _owed(viewer: Viewer, weekly: datetime | None) -> _Made:
    """For the certifier's staff: answers and commitments due soon or late; news once a week."""
    rows: list[_Row] = []
    turns: tuple[datetime, ...] = (weekly,) if weekly else ()
    for due in responses.waiting_for(viewer):
        told = Told(
            title=_("%(number)s · %(title)s", number=due.number, title=due.title),
            path=f"/proposals/{due.proposal_id}",
            said=(due.clock.sentence,),
            language=due.language,
        )
        rows.append((told, turns))
    for one in commitment_lists.commitments_due(viewer):
        words = (
            _("It was due on %(day)s and is late.", day=day(one.due_on))
            if one.late
            else _("It is due on %(day)s.", day=day(one.due_on))
        )
        told = Told(
            title=text.excerpt(one.text, WORDS),
            path=f"/commitments/{one.public_id}",
            said=(words,),
            language=one.language,
        )
        rows.append((told, turns))
    return _Made(name="owed", rows=rows)


def _sessions(now: datetime) -> _Made:
    one = ExchangeSession
    found = db.session.execute(
        select(
            one.public_id, one.title, one.starts_at, one.created_at, one.language, Exchange.title
        )
        .join(Stage, Stage.id == one.stage_id)
        .join(Exchange, Exchange.id == Stage.exchange_id)
        .where(one.starts_at > now, one.starts_at <= now + SESSIONS_AHEAD)
        .order_by(one.starts_at, one.id)
        .limit(MOST_SESSIONS)
    )
    rows: list[_Row] = []
    for public_id, title, starts_at, created_at, language, exchange in found:
        told = Told(
            title=title,
            path=f"/sessions/{public_id}",
            said=(_("%(exchange)s: %(when)s.", exchange=exchange, when=in_zone(starts_at)),),
            language=language,
        )
        begins = max(created_at, starts_at - SESSIONS_AHEAD)
        rows.append((told, (begins, starts_at - SESSION_NEAR)))
    return _Made(name="sessions", rows=rows)
