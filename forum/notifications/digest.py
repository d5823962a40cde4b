"""What a letter tells one person: asked as their pages ask, at the moment it is written.

So nothing is remembered about who may see what: whoever left a project yesterday is told nothing
of it today. The file has a name of its own since it reads for letters what `queries` reads for
pages, and says it in whole sentences. See docs/decisions/0031-letters.md.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from typing import Any

from sqlalchemy import select

from forum.accounts.models import Person
from forum.db import db
from forum.discussions.models import Post
from forum.lib import clock, markup, text
from forum.notifications import due as waiting
from forum.notifications import queries, wording
from forum.notifications.answering import Way, to_proposals, to_thread
from forum.notifications.items import About, Digest, Made, Part, Told, Words
from forum.notifications.kinds import OWN_LETTERS, Matter, Pace, Reason
from forum.notifications.models import Notification
from forum.notifications.pacing import Plan
from forum.notifications.queries import Entry
from forum.notifications.queries.sight import PRIVATE, withheld_spaces
from forum.spaces import Viewer
from forum.spaces.wording import answer_by_mail
from forum.web.locale import gettext as _

SHOWN = 8  # things of one kind: more is a page
WORDS = 180  # characters of what somebody wrote, in a summary


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
    shown = [(name, found[:most], len(found)) for name, found in _sorted(entries)]
    named = [one for _name, found, _count in shown for one in found if not hidden(one)]
    ways = answers_to(viewer, named, last)
    parts = [
        Part(
            name=name,
            told=[_told(one, last.get(one.id), ways.get(one.id), hidden(one)) for one in found],
            more=count - len(found),
        )
        for name, found, count in shown
    ]
    news = bool(entries)
    if not entries_only:
        bare = notice_only or bool(spaces & viewer.spaces.keys())
        weekly = now if plan.is_weekly(now) else None
        asked: dict[Matter, Callable[[], Made]] = {
            Matter.VOTES: partial(waiting.votes, viewer, withheld=bare),
            Matter.PROPOSALS: partial(waiting.owed, viewer, weekly),
            Matter.SESSIONS: partial(waiting.sessions, viewer, now),
        }
        for matter in (one for one in asked if one in due):
            made = asked[matter]()
            since = plan.since(matter, now)
            told = [told for told, _turns in made.rows]
            more = max(0, len(told) - most)
            parts.append(Part(name=made.name, told=told[:most], more=more))
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


def answers_to(
    viewer: Viewer, entries: Iterable[Entry], last: Mapping[int, Words]
) -> dict[int, Way]:
    """By entry where the viewer answers it by mail: the post shown, the thread or the proposal."""
    ways: dict[int, Way] = {}
    entries = list(entries)
    about = to_proposals(viewer, [one.proposal_id for one in entries if one.proposal_id])
    for one in entries:
        words = last.get(one.id)
        way = (
            to_thread(viewer, one.thread_inner, words.post_id if words else None)
            if one.thread_inner
            else about.get(one.proposal_id or "")
        )
        if way:
            ways[one.id] = way
    return ways


def _told(entry: Entry, words: Words | None, way: Way | None, hidden: bool) -> Told:
    path, about = path_of(entry), about_of(entry, words, hidden=hidden)
    if hidden:
        return Told(title="", path=path, about=about)
    said = text.excerpt(markup.plain(words.body, to_tell=True), WORDS) if words else ""
    return Told(
        title=entry.title,
        path=path,
        about=about,
        said=tuple(wording.sentences(entry)),
        words=_("%(name)s: %(words)s", name=words.author, words=said) if words else "",
        language=words.language if words else entry.language,
        answer_to=way.address if way else "",
        answer_words=answer_by_mail(way.read_by) if way else "",
    )


def about_of(entry: Entry, *words: Words | None, hidden: bool) -> About:
    """What a letter tells of it, to be looked at again when it is handed over."""
    told: list[tuple[str, int | str]] = []
    if entry.thread_inner:
        told.append(("threads", entry.thread_inner))
    if entry.proposal_id:
        told.append(("proposals", entry.proposal_id))
    if not hidden:
        told += [("posts", one.post_id) for one in words if one]
        told += [("names", entry.space_id)] if entry.space_kind in PRIVATE else []
    return tuple(told)


def path_of(entry: Entry) -> str:
    """Where that is read."""
    if entry.proposal_id:
        return f"/proposals/{entry.proposal_id}"
    return f"/posts/{entry.post_id}" if entry.post_id else f"/threads/{entry.thread_id}"
