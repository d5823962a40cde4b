"""A thread's page, put together for one viewer: what each post offers them to do."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import request, url_for
from markupsafe import Markup

from forum.discussions import queries, slots, topics
from forum.discussions.kinds import ThreadKind, ThreadStatus
from forum.discussions.policy import arranging, care, solutions, speaking, writing
from forum.discussions.policy.sides import speaks_for_any
from forum.discussions.policy.trials import can_try
from forum.discussions.queries import Filter, FromSession, Line, SpokenRow, SummaryRow, TrialRow
from forum.discussions.rows import FacingProject, FileRow, PostRow, SolutionItem, ThreadRow
from forum.discussions.views.lines import Lines, lines_on
from forum.exchanges.queries import StageRow, stage_to_go_on
from forum.files.showing import shows_pictures
from forum.lib import text
from forum.lib.permission import Answer
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind

_LINKS = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_HEADINGS = re.compile(r"^#{1,6} .*$", re.MULTILINE)
_MARKS = re.compile(r"[*_`#>|~]+|^\s*[-+] ", re.MULTILINE)


class BranchHead(NamedTuple):
    """What stands over the answers of a branch on a page."""

    thread_id: str  # public
    root_number: int  # of the post that they hang from
    root_is_here: bool  # on this page
    replies: int  # on this page
    goes_on: bool  # on the next page


class Shown(NamedTuple):
    """A post with what this viewer may do with it: all that its article is made of."""

    post: PostRow
    thread_id: str  # public
    begins: BranchHead | None = None  # the answers of a branch, with this one
    ends: bool = False  # them
    before: tuple[Line, ...] = ()  # what was done to the thread between the post above and it
    new: bool = False
    first_new: bool = False
    reply: bool = False
    edit: bool = False
    remove: bool = False
    restore: bool = False
    mark: bool = False  # say, or take back, that it solved the challenge
    files: tuple[FileRow, ...] = ()
    pictures: bool = True  # shown at once, not when pressed
    trials: tuple[TrialRow, ...] = ()
    tried: bool = False  # by a project of the viewer's
    may_try: bool = False  # say what came of the solution in one's project
    under: Sequence[str] = ()  # what higher rooms offer there: their templates
    branch: bool = False  # make a thread of its own of it
    spoken: SpokenRow | None = None  # whose words it holds, if not its author's
    speaker_url: str = ""  # of who confirmed that they are theirs
    at_top: bool = False  # it is the summary that stands at the top of the thread
    claim: bool = False  # say that they are one's own
    confirm: bool = False  # say whether they are the claimant's


@dataclass(frozen=True, kw_only=True)
class ThreadPage:
    """Everything a page of a thread shows."""

    thread: ThreadRow
    opening: Shown | None  # the thread's first post
    posts: list[Shown]  # the others of this page
    is_first: bool
    lines: Lines
    sessions: list[FromSession]
    summary: SummaryRow | None
    earlier: str | None
    later: str | None
    has_new: bool
    solutions: list[SolutionItem]
    facing: list[FacingProject]
    may_face_any: bool
    solves: list[ThreadRow]
    above: list[Markup]
    beside: list[Markup]
    may_reply: Answer
    go_on: StageRow | None  # the open stage to write in instead, where this thread's has closed
    may_face: Answer
    may_solve: Answer
    may_summarise: Answer
    may_arrange: Answer
    may_write_for: bool
    may_lock: Answer
    may_unlock: Answer
    may_change_visibility: Answer
    sees_guests: bool
    note_on_prices: bool


def thread_page(viewer: Viewer, thread: ThreadRow, after: int | None) -> ThreadPage:
    """Read one page of the thread, in few statements whatever its length."""
    page = queries.post_rows(thread, after=after)
    lines = lines_on(viewer, thread, page, after=after)
    shown = all_shown(viewer, thread, page.posts, lines)
    _mark_branches(shown, thread, goes_on=page.more)
    challenge = thread.kind == ThreadKind.CHALLENGE
    first = after is None
    may_reply = writing.can_reply(viewer, thread)
    return ThreadPage(
        thread=thread,
        opening=shown.pop(0) if shown and shown[0].post.is_first else None,
        posts=shown,
        is_first=first,
        lines=lines,
        sessions=queries.sessions_behind(thread) if first else [],
        summary=queries.summary_of(thread) if first else None,
        earlier=None if first or not page.posts else _earlier(thread, page.posts[0]),
        later=_later(thread, page.posts) if page.more else None,
        has_new=viewer.signed_in and thread.read_number is not None and thread.unread,
        solutions=queries.solutions_of(viewer, thread) if challenge and first else [],
        facing=queries.facing(viewer, thread) if challenge else [],
        may_face_any=speaks_for_any(viewer),
        solves=(
            queries.challenges_of(viewer, thread)
            if thread.kind == ThreadKind.SOLUTION and first
            else []
        ),
        above=slots.pieces_above(viewer, thread) if first else [],
        beside=slots.pieces_beside(viewer, thread) if first else [],
        may_reply=may_reply,
        go_on=None if may_reply else _go_on(viewer, thread),
        may_face=solutions.can_face(viewer, thread),
        may_solve=writing.can_offer_solution(viewer, thread),
        may_summarise=writing.can_summarise(viewer, thread),
        may_arrange=arranging.can_arrange(viewer, thread),
        may_write_for=bool(speaking.can_write_for(viewer)),
        may_lock=care.can_lock(viewer, thread),
        may_unlock=care.can_unlock(viewer, thread),
        may_change_visibility=care.can_change_visibility(viewer, thread),
        sees_guests=thread.space_kind == SpaceKind.COALITION and viewer.sees(thread.space_id),
        note_on_prices=(
            thread.space_kind == SpaceKind.COALITION and topics.about_finance(thread.topics)
        ),
    )


def all_shown(
    viewer: Viewer, thread: ThreadRow, posts: list[PostRow], lines: Lines | None = None
) -> list[Shown]:
    """The posts with what the viewer may do, the first unread one known."""
    may_reply = bool(writing.can_reply(viewer, thread))
    may_mark = bool(solutions.can_mark_solution(viewer, thread))
    may_arrange = bool(arranging.can_arrange(viewer, thread))
    spoken = queries.spoken_for(p.id for p in posts if p.on_behalf_of and p.removed_at is None)
    files = queries.files_of(p.id for p in posts if p.file_count and p.removed_at is None)
    trials = queries.trials_of(p.id for p in posts if p.trial_count and p.removed_at is None)
    pictures = bool(files) and shows_pictures()
    before = lines.before if lines else {}
    made, seen_new = [], False
    for post in posts:
        new, whose = _is_new(viewer, thread, post), spoken.get(post.id)
        tried = trials.get(post.id, ())
        made.append(
            Shown(
                post,
                thread.public_id,
                before=tuple(before.get(post.number, ())),
                new=new,
                first_new=new and not seen_new,
                reply=may_reply and post.removed_at is None,
                edit=bool(writing.can_edit(viewer, post, thread)),
                remove=bool(writing.can_remove(viewer, post)),
                restore=bool(writing.can_restore(viewer, post)),
                mark=may_mark and post.offered and post.removed_at is None,
                files=tuple(files.get(post.id, ())),
                pictures=pictures,
                trials=tuple(tried),
                tried=any(viewer.in_project(trial.project_id) for trial in tried),
                may_try=bool(can_try(viewer, post, thread)),
                under=slots.offered_under(viewer, thread, post),
                branch=may_arrange and bool(arranging.can_open_thread(post)),
                spoken=whose,
                speaker_url=_speaker_url(viewer, whose) if whose else "",
                at_top=post.public_id == thread.summary_id,
                claim=whose is not None and bool(speaking.can_claim_words(viewer, whose)),
                confirm=whose is not None and bool(speaking.can_confirm_speaker(viewer, whose)),
            )
        )
        seen_new = seen_new or new
    return made


def _speaker_url(viewer: Viewer, words: SpokenRow) -> str:
    if not (words.is_confirmed and viewer.sees_people):
        return ""
    return url_for("directory.person", id=words.claimant_public_id)


def shown_now(viewer: Viewer, public_id: str) -> tuple[Shown, ThreadRow]:
    """One post as it is after an action, to be put in its place."""
    post = queries.post_or_404(public_id, viewer)
    return all_shown(viewer, post.thread, [post])[0], post.thread


def opening(words: str, limit: int = 220) -> str:
    """The first words of a Markdown text without its marks, for lists.

    What stands under headings is told one after the other, with a dot between.
    """
    told = filter(None, (part.strip() for part in _HEADINGS.split(words)))
    words = " · ".join(told) or words
    return text.excerpt(_MARKS.sub("", _LINKS.sub(r"\1", words)), limit)


@dataclass(frozen=True)
class Wanted:
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


def _mark_branches(shown: list[Shown], thread: ThreadRow, *, goes_on: bool) -> None:
    """Tell the first and the last answer of each branch so; `goes_on`: after this page."""
    at = 0
    for branch in queries.branches([one.post for one in shown]):
        first = at + (branch.root is not None)
        at = first + len(branch.replies)
        if branch.replies or branch.root is None:
            head = BranchHead(
                thread.public_id,
                branch.root_number,
                branch.root is not None,
                len(branch.replies),
                goes_on and at == len(shown),
            )
            shown[first] = shown[first]._replace(begins=head)
            shown[at - 1] = shown[at - 1]._replace(ends=True)


def _go_on(viewer: Viewer, thread: ThreadRow) -> StageRow | None:
    """Where what this thread is about is written on; None where nobody or nothing else can."""
    if thread.exchange_slug is None or thread.stage_number is None:
        return None
    if not writing.can_go_on_elsewhere(viewer, thread):
        return None
    return stage_to_go_on(thread.exchange_slug, thread.stage_number)


def _is_new(viewer: Viewer, thread: ThreadRow, post: PostRow) -> bool:
    return (
        thread.read_number is not None
        and post.number > thread.read_number
        and post.author_id != viewer.person_id
    )


def _earlier(thread: ThreadRow, first: PostRow) -> str | None:
    before = queries.page_before(thread, first)
    if before is None:
        return None
    return url_for("discussions.thread", id=thread.public_id, after=before.after)


def _later(thread: ThreadRow, posts: list[PostRow]) -> str:
    return url_for("discussions.thread", id=thread.public_id, after=posts[-1].number)
