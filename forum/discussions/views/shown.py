"""A thread's posts as one viewer reads them: what each offers them to do."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from flask import url_for
from werkzeug.wrappers import Response

from forum.discussions import queries, slots
from forum.discussions.policy import arranging, solutions, speaking, writing
from forum.discussions.policy.trials import can_try
from forum.discussions.queries import Line, SpokenRow, TrialRow
from forum.discussions.rows import FileRow, PostPage, PostRow, ThreadRow
from forum.discussions.views.lines import Lines
from forum.files.showing import shows_pictures
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.web.answer import answer
from forum.web.identity import Identity

PAGES_KEPT = 64  # of threads: some fifteen kilobytes each, and their rows


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
    speaker_is_seen: bool = False  # who confirmed that they are theirs: by a page of their own
    at_top: bool = False  # it is the summary that stands at the top of the thread
    claim: bool = False  # say that they are one's own
    confirm: bool = False  # say whether they are the claimant's


def posts_shown(
    viewer: Viewer, thread: ThreadRow, page: PostPage, lines: Lines
) -> tuple[Shown, ...]:
    """The posts of a page of the thread."""
    standing, beside = _standing(viewer, thread), _beside(page.posts, lines)
    return _page_shown(standing, thread, tuple(page.posts), beside, goes_on=page.more)


def shown_now(viewer: Viewer, public_id: str) -> tuple[Shown, ThreadRow]:
    """One post as it is after an action, to be put in its place."""
    post = queries.post_or_404(public_id, viewer)
    beside = _beside([post], Lines())
    return _shown(_standing(viewer, post.thread), post.thread, [post], beside)[0], post.thread


def in_place(viewer: Viewer, post: PostRow, say: str, *, called: str = "") -> Response:
    """The post as it is after an action: in its place for htmx, else its page.

    `called` is said in both, of names in the text that are nobody's.
    """
    shown, thread = shown_now(viewer, post.public_id)
    return answer(
        "discussions/changed.html",
        block="changed",
        then=url_for(".post", id=post.public_id),
        say=f"{say} {called}".strip(),
        called=called,
        one=shown,
        thread=thread,
    )


class _Standing(NamedTuple):
    """All of a viewer that it depends on what they may do with a post, and what the clock says."""

    person: Identity | None
    projects: tuple[tuple[int, str], ...]
    spaces: tuple[tuple[int, SpaceKind], ...]
    audited: frozenset[int]
    may_reply: bool  # in the thread, now
    may_mark: bool
    may_arrange: bool

    @property
    def viewer(self) -> Viewer:
        """The one who looks, without what else is known of them."""
        return Viewer(self.person, dict(self.projects), dict(self.spaces), {}, self.audited)


class _Beside(NamedTuple):
    """What belongs to posts of a page and is read for these alone; most pages have nothing."""

    lines: tuple[tuple[int, tuple[Line, ...]], ...] = ()  # by the number of the post below
    spoken: tuple[tuple[int, SpokenRow], ...] = ()  # this and the others by the post's inner id
    files: tuple[tuple[int, tuple[FileRow, ...]], ...] = ()
    trials: tuple[tuple[int, tuple[TrialRow, ...]], ...] = ()
    pictures: bool = False


def _standing(viewer: Viewer, thread: ThreadRow) -> _Standing:
    return _Standing(
        viewer.person,
        tuple(viewer.projects.items()),
        tuple(viewer.spaces.items()),
        viewer.audited,
        bool(writing.can_reply(viewer, thread)),
        bool(solutions.can_mark_solution(viewer, thread)),
        bool(arranging.can_arrange(viewer, thread)),
    )


def _beside(posts: Sequence[PostRow], lines: Lines) -> _Beside:
    spoken = queries.spoken_for([p.id for p in posts if p.on_behalf_of and p.removed_at is None])
    files = queries.files_of([p.id for p in posts if p.file_count and p.removed_at is None])
    trials = queries.trials_of([p.id for p in posts if p.trial_count and p.removed_at is None])
    return _Beside(
        tuple((number, tuple(some)) for number, some in lines.before.items()),
        tuple(spoken.items()),
        tuple((post_id, tuple(some)) for post_id, some in files.items()),
        tuple((post_id, tuple(some)) for post_id, some in trials.items()),
        bool(files) and shows_pictures(),
    )


@lru_cache(maxsize=PAGES_KEPT)
def _page_shown(
    standing: _Standing, thread: ThreadRow, page: tuple[PostRow, ...], beside: _Beside, **more: bool
) -> tuple[Shown, ...]:
    """A page's posts: seven policies are asked of each, so what came of it is kept.

    All that it depends on is given. Of the clock that is whether one may reply; no policy of a
    single post asks it for anything else (tests/discussions/test_kept_page.py).
    """
    shown = _shown(standing, thread, page, beside)
    _mark_branches(shown, thread, **more)
    return tuple(shown)


def _shown(
    standing: _Standing, thread: ThreadRow, posts: Sequence[PostRow], beside: _Beside
) -> list[Shown]:
    """The posts with what the viewer may do, the first unread one known."""
    viewer = standing.viewer
    before, spoken = dict(beside.lines), dict(beside.spoken)
    files, trials = dict(beside.files), dict(beside.trials)
    made: list[Shown] = []
    seen_new = False
    for post in posts:
        new, whose = _is_new(viewer, thread, post), spoken.get(post.id)
        tried, is_there = trials.get(post.id, ()), post.removed_at is None
        made.append(
            Shown(
                post,
                thread.public_id,
                before=before.get(post.number, ()),
                new=new,
                first_new=new and not seen_new,
                reply=standing.may_reply and is_there,
                edit=bool(writing.can_edit(viewer, post, thread)),
                remove=bool(writing.can_remove(viewer, post)),
                restore=bool(writing.can_restore(viewer, post)),
                mark=standing.may_mark and post.offered and is_there,
                files=files.get(post.id, ()),
                pictures=beside.pictures,
                trials=tried,
                tried=any(viewer.in_project(trial.project_id) for trial in tried),
                may_try=bool(can_try(viewer, post, thread)),
                under=slots.offered_under(viewer, thread, post),
                branch=standing.may_arrange and bool(arranging.can_open_thread(post)),
                spoken=whose,
                speaker_is_seen=whose is not None and whose.is_confirmed and viewer.sees_people,
                at_top=post.public_id == thread.summary_id,
                claim=whose is not None and bool(speaking.can_claim_words(viewer, whose)),
                confirm=whose is not None and bool(speaking.can_confirm_speaker(viewer, whose)),
            )
        )
        seen_new = seen_new or new
    return made


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


def _is_new(viewer: Viewer, thread: ThreadRow, post: PostRow) -> bool:
    return (
        thread.read_number is not None
        and post.number > thread.read_number
        and post.author_id != viewer.person_id
    )
