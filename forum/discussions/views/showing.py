"""A thread's page, put together for one viewer: what each post offers them to do."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from flask import request, url_for
from markupsafe import Markup

from forum.discussions import queries, slots, topics
from forum.discussions.kinds import ThreadKind, ThreadStatus
from forum.discussions.policy import arranging, care, solutions, speaking, writing
from forum.discussions.policy.sides import speaks_for_any
from forum.discussions.queries import Filter, FromSession, Line, SummaryRow
from forum.discussions.rows import FacingProject, PostRow, SolutionItem, ThreadItem, ThreadRow
from forum.discussions.views.lines import Lines, lines_on
from forum.discussions.views.shown import Shown, posts_shown
from forum.exchanges.queries.stages import stage_to_go_on
from forum.exchanges.rows import StageRow
from forum.lib import text
from forum.lib.permission import Answer, No
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.web.locale import ago

PAGES_KEPT = 256  # of threads, with what one may do there: some fifteen kilobytes each

_LINKS = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_HEADINGS = re.compile(r"^#{1,6} .*$", re.MULTILINE)
_MARKS = re.compile(r"[*_`#>|~]+|^\s*[-+] ", re.MULTILINE)


class Head(NamedTuple):
    """All that is told of a thread over its posts."""

    public_id: str
    exchange_slug: str | None
    exchange_title: str | None
    stage_number: int | None
    stage_title: str | None
    space_kind: SpaceKind
    title: str  # empty when it is removed
    language: str
    kind: ThreadKind
    status: ThreadStatus
    as_guest: bool
    faced_count: int
    solution_count: int
    reply_count: int
    last_post_at: datetime
    since: str  # then, in words
    lines: tuple[Line, ...]
    sessions: tuple[FromSession, ...]
    locked_by: str | None  # a name; told on the first page
    locked_at: datetime | None
    lock_reason: str
    visibility_reason: str
    topics: tuple[tuple[str, str], ...]  # each with its label
    has_new: bool


class Offered(NamedTuple):
    """What one can write in a thread, and why not."""

    public_id: str
    exchange_slug: str | None
    stage_number: int | None
    kind: ThreadKind
    reply: bool
    reason: str  # why not, for who is signed in
    solve: bool
    summarise: bool
    write_for: bool
    go_on: StageRow | None  # the open stage to write in instead, where this thread's has closed
    read_up_to: int | None  # what there is to say to have been read


class Care(NamedTuple):
    """What looking after a thread offers, and where its solution could stand too."""

    public_id: str
    exchange_slug: str | None
    stage_number: int | None
    pinned: bool
    arrange: bool
    visibility: bool
    lock: bool
    unlock: bool
    guests: bool
    solve: bool  # in a thread of its own
    offer: bool  # its author, for a challenge

    @property
    def is_any(self) -> bool:
        """Whether there is anything to look after."""
        return self.arrange or self.visibility or self.lock or self.unlock or self.guests


@dataclass(frozen=True, kw_only=True)
class ThreadPage:
    """Everything a page of a thread shows."""

    head: Head
    opening: Shown | None  # the thread's first post
    posts: tuple[Shown, ...]  # the others of this page
    is_first: bool
    after: Sequence[Line]  # what was done to the thread after its last post
    summary: SummaryRow | None
    may_summarise: bool
    earlier: str | None
    later: str | None
    solutions: list[SolutionItem]
    facing: list[FacingProject]
    may_face: Answer
    may_face_any: bool
    solves: list[ThreadItem]
    above: list[Markup]
    beside: list[Markup]
    offered: Offered
    care: Care
    note_on_prices: bool


def thread_page(viewer: Viewer, thread: ThreadRow, after: int | None) -> ThreadPage:
    """Read one page of the thread, in few statements whatever its length."""
    page = queries.post_rows(thread, after=after)
    lines = lines_on(viewer, thread, page, after=after)
    shown = posts_shown(viewer, thread, page, lines)
    opens = bool(shown) and shown[0].post.is_first
    challenge = thread.kind == ThreadKind.CHALLENGE
    first = after is None
    may_summarise = bool(writing.can_summarise(viewer, thread))
    later = _later(thread, page.posts) if page.more else None
    return ThreadPage(
        head=_head(viewer, thread, lines, is_first=first),
        opening=shown[0] if opens else None,
        posts=shown[1:] if opens else shown,
        is_first=first,
        after=lines.after,
        summary=queries.summary_of(thread) if first else None,
        may_summarise=may_summarise,
        earlier=None if first or not page.posts else _earlier(thread, page.posts[0]),
        later=later,
        solutions=queries.solutions_of(viewer, thread) if challenge and first else [],
        facing=queries.facing(viewer, thread) if challenge else [],
        may_face=solutions.can_face(viewer, thread),
        may_face_any=speaks_for_any(viewer),
        solves=(
            queries.challenges_of(viewer, thread)
            if thread.kind == ThreadKind.SOLUTION and first
            else []
        ),
        above=slots.pieces_above(viewer, thread) if first else [],
        beside=slots.pieces_beside(viewer, thread) if first else [],
        offered=_offered(viewer, thread, summarises=may_summarise, is_last=later is None),
        care=_care(viewer, thread),
        note_on_prices=(
            thread.space_kind == SpaceKind.COALITION and topics.about_finance(thread.topics)
        ),
    )


def _head(viewer: Viewer, thread: ThreadRow, lines: Lines, *, is_first: bool) -> Head:
    locked = thread.locked_by is not None and thread.locked_at is not None and is_first
    return Head(
        public_id=thread.public_id,
        exchange_slug=thread.exchange_slug,
        exchange_title=thread.exchange_title,
        stage_number=thread.stage_number,
        stage_title=thread.stage_title,
        space_kind=thread.space_kind,
        title="" if thread.removed_at else thread.title,
        language=thread.language,
        kind=thread.kind,
        status=thread.status,
        as_guest=thread.as_guest,
        faced_count=thread.faced_count,
        solution_count=thread.solution_count,
        reply_count=thread.reply_count,
        last_post_at=thread.last_post_at,
        since=ago(thread.last_post_at),
        lines=tuple(lines.over),
        sessions=tuple(queries.sessions_behind(thread)) if is_first else (),
        locked_by=thread.locked_by if locked else None,
        locked_at=thread.locked_at if locked else None,
        lock_reason=thread.lock_reason if locked else "",
        visibility_reason=thread.visibility_reason,
        topics=tuple((slug, topics.topic_label(slug)) for slug in thread.topics),
        has_new=viewer.signed_in and thread.read_number is not None and thread.unread,
    )


def _offered(viewer: Viewer, thread: ThreadRow, *, summarises: bool, is_last: bool) -> Offered:
    may_reply = writing.can_reply(viewer, thread)
    unread = viewer.signed_in and is_last and thread.unread
    return Offered(
        public_id=thread.public_id,
        exchange_slug=thread.exchange_slug,
        stage_number=thread.stage_number,
        kind=thread.kind,
        reply=bool(may_reply),
        reason=may_reply.reason if isinstance(may_reply, No) and viewer.signed_in else "",
        solve=bool(writing.can_offer_solution(viewer, thread)),
        summarise=summarises and thread.summary_id is None,
        write_for=bool(speaking.can_write_for(viewer)),
        go_on=None if may_reply else _go_on(viewer, thread),
        read_up_to=thread.last_number if unread else None,
    )


def _care(viewer: Viewer, thread: ThreadRow) -> Care:
    placed, kind = thread.exchange_slug is not None, thread.kind
    solves = kind == ThreadKind.CHALLENGE and bool(writing.can_offer_solution(viewer, thread))
    offers = kind == ThreadKind.SOLUTION and bool(writing.can_reply(viewer, thread))
    return Care(
        public_id=thread.public_id,
        exchange_slug=thread.exchange_slug,
        stage_number=thread.stage_number,
        pinned=thread.pinned,
        arrange=bool(arranging.can_arrange(viewer, thread)),
        visibility=bool(care.can_change_visibility(viewer, thread)),
        lock=bool(care.can_lock(viewer, thread)),
        unlock=bool(care.can_unlock(viewer, thread)),
        guests=thread.space_kind == SpaceKind.COALITION and viewer.sees(thread.space_id),
        solve=solves and placed,
        offer=offers and viewer.person_id == thread.author_id,
    )


def opening(words: str, limit: int = 220) -> str:
    """The first words of a Markdown text without its marks, for lists.

    What stands under headings is told one after the other, with a dot between.
    """
    told = filter(None, (part.strip() for part in _HEADINGS.split(words)))
    words = " · ".join(told) or words
    return text.excerpt(_MARKS.sub("", _LINKS.sub(r"\1", words)), limit)


class Wanted(NamedTuple):
    """The filters of a list as the address names them; what is unknown there is left out."""

    kind: str = ""
    topic: str = ""
    status: str = ""

    @property
    def any(self) -> bool:
        """Whether something is filtered."""
        return bool(self.kind or self.topic or self.status)

    def filter(self, **more: Any) -> Filter:
        """The filter for the query."""
        return Filter(
            **{
                "kind": ThreadKind(self.kind) if self.kind else None,
                "topics": (self.topic,) if self.topic else (),
                "status": ThreadStatus(self.status) if self.status else None,
            }
            | more
        )


def wanted() -> Wanted:
    """Read the filters from the address."""
    kind, topic = request.args.get("kind", ""), request.args.get("topic", "")
    status = request.args.get("status", "")
    return Wanted(
        kind if kind in set(ThreadKind) else "",
        topic if topic in topics.all_topics() else "",
        status if status in set(ThreadStatus) else "",
    )


def _go_on(viewer: Viewer, thread: ThreadRow) -> StageRow | None:
    """Where what this thread is about is written on; None where nobody or nothing else can."""
    if thread.exchange_slug is None or thread.stage_number is None:
        return None
    if not writing.can_go_on_elsewhere(viewer, thread):
        return None
    return stage_to_go_on(thread.exchange_slug, thread.stage_number)


def _earlier(thread: ThreadRow, first: PostRow) -> str | None:
    before = queries.page_before(thread, first)
    if before is None:
        return None
    return url_for("discussions.thread", id=thread.public_id, after=before.after)


def _later(thread: ThreadRow, posts: list[PostRow]) -> str:
    return url_for("discussions.thread", id=thread.public_id, after=posts[-1].number)
