"""Who writes, changes, removes and restores posts."""

from forum.discussions.kinds import PostKind, ThreadKind
from forum.discussions.policy.sides import facilitates, writes
from forum.discussions.policy.times import HasDates, in_time, while_open, while_unlocked
from forum.discussions.rows import PlacedPost, PostRow, ThreadRow
from forum.lib.permission import YES, Answer, No
from forum.spaces import Viewer
from forum.web.locale import later as _

# said of dozens of posts on every page, and read of one or two: made once
NOT_THE_AUTHOR = No(_("Only the author changes what they wrote."))
NOT_ONES_OWN = No(_("Only the author or who facilitates removes a post."))
NOT_REMOVED = No(_("This post is not removed."))


def can_start_thread(viewer: Viewer, stage: HasDates | None) -> Answer:
    """Everyone but observers and people signed out, while the stage is open."""
    if not writes(viewer):
        return No(_("Only people of projects, experts, facilitators and staff write here."))
    if stage is None:
        return YES
    return in_time(stage.opens_at, stage.closes_at, stage.closed_reason)


def can_write_into(viewer: Viewer, space_id: int) -> Answer:
    """Only into a space one sees."""
    return YES if viewer.sees(space_id) else No(_("You cannot write for those readers."))


def can_keep_drafts(viewer: Viewer) -> Answer:
    """Whoever writes at all, also where a stage or a thread was closed meanwhile."""
    if not writes(viewer):
        return No(_("Only people of projects, experts, facilitators and staff write here."))
    return YES


def can_reply(viewer: Viewer, thread: ThreadRow) -> Answer:
    """Whoever may write and sees the thread (its guests too), while stage and thread are open."""
    return _writes_with(viewer, thread) and while_open(thread)


def can_offer_solution(viewer: Viewer, thread: ThreadRow) -> Answer:
    """As for a reply, where there is a challenge to solve."""
    if thread.kind != ThreadKind.CHALLENGE:
        return No(_("Only a challenge collects solutions."))
    return can_reply(viewer, thread)


def can_offer_elsewhere(viewer: Viewer, challenge: ThreadRow) -> Answer:
    """As a thread of its own, also where the challenge's stage has closed: need outlives it."""
    if challenge.kind != ThreadKind.CHALLENGE:
        return No(_("Only a challenge collects solutions."))
    return _writes_with(viewer, challenge) and while_unlocked(challenge)


def can_go_on_elsewhere(viewer: Viewer, thread: ThreadRow) -> Answer:
    """Whoever could write in the thread, were its stage open; its guests write nowhere else."""
    if thread.as_guest:
        return No(_("A guest of one conversation writes there alone."))
    return _writes_with(viewer, thread) and while_unlocked(thread)


def can_summarise(viewer: Viewer, thread: ThreadRow) -> Answer:
    """Who facilitates writes summaries."""
    if not facilitates(viewer):
        return No(_("Only who facilitates writes a summary."))
    return can_reply(viewer, thread)


def can_write_kind(viewer: Viewer, thread: ThreadRow, kind: PostKind) -> Answer:
    """The rule of that kind of answer."""
    if kind == PostKind.SOLUTION:
        return can_offer_solution(viewer, thread)
    if kind == PostKind.SUMMARY:
        return can_summarise(viewer, thread)
    return can_reply(viewer, thread)


def can_edit(viewer: Viewer, post: PostRow, thread: ThreadRow) -> Answer:
    """Its author only, while the thread is written in."""
    if post.author_id != viewer.person_id:
        return NOT_THE_AUTHOR
    if post.removed_at is not None:
        return No(_("This post was removed. It can be changed once it is restored."), state=True)
    if post.kind == PostKind.SUMMARY and not post.is_first:
        return No(_("A summary is changed where it stands, at the top of the thread."))
    return can_reply(viewer, thread)


def can_draft_edit(viewer: Viewer, post: PostRow) -> Answer:
    """Its author, also where the thread was closed meanwhile."""
    if post.author_id != viewer.person_id:
        return NOT_THE_AUTHOR
    return YES


def can_remove(viewer: Viewer, post: PostRow) -> Answer:
    """Its author, or who facilitates; also in a closed stage. Staff remove only their own."""
    if not facilitates(viewer) and post.author_id != viewer.person_id:
        return NOT_ONES_OWN
    if post.removed_at is not None:
        return No(_("This post is already removed."), state=True)
    return YES


def can_restore(viewer: Viewer, post: PostRow) -> Answer:
    """What the author removed, the author alone; else who facilitates, save their own."""
    if post.removed_at is None:
        return NOT_REMOVED
    if post.author_id == viewer.person_id:
        if post.removed_by_id == viewer.person_id:
            return YES
        return No(_("Somebody else who facilitates decides about your own post."))
    if post.removed_by_id == post.author_id:
        return No(_("Who wrote it took it back: nobody else shows it again."))
    if facilitates(viewer):
        return YES
    return No(_("Only who facilitates restores what they removed."))


def can_see_revisions(viewer: Viewer, post: PostRow) -> Answer:
    """Everyone who reads the post; of a removed one, only who may restore it."""
    if post.removed_at is None:
        return YES
    if can_restore(viewer, post):
        return YES
    return No(_("This post was removed, and its earlier texts with it."))


def needs_reason(viewer: Viewer, thing: PlacedPost | ThreadRow) -> bool:
    """Whether the person acts on somebody else's words, and so says why."""
    return thing.author_id != viewer.person_id


def _writes_with(viewer: Viewer, thread: ThreadRow) -> Answer:
    if not writes(viewer):
        return No(_("Only people of projects, experts, facilitators and staff write here."))
    if viewer.audits(thread.project_id):
        return No(_("You audit the project that began this conversation: here you only read."))
    return YES
