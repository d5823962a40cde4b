"""Who may do what in a thread (PRODUCT section 2)."""

from datetime import datetime
from typing import Protocol

from forum.discussions import slots
from forum.discussions.kinds import PostKind, ThreadKind, ThreadStatus
from forum.discussions.rows import PlacedPost, PostRow, ThreadRow
from forum.lib import clock
from forum.lib.permission import YES, Answer, No
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.web.locale import day, until
from forum.web.locale import gettext as _

_WRITING_SIDES = frozenset({"member", "expert", "facilitator", "staff"})
_WIDTH = {SpaceKind.STAFF: 0, SpaceKind.COALITION: 0, SpaceKind.NETWORK: 1, SpaceKind.PUBLIC: 2}


class HasDates(Protocol):
    """A stage, as far as writing in it goes."""

    @property
    def id(self) -> int:
        """The inner id."""

    @property
    def opens_at(self) -> datetime | None:
        """When writing begins."""

    @property
    def closes_at(self) -> datetime | None:
        """When writing ends."""

    @property
    def closed_reason(self) -> str:
        """Why it was closed before its time; empty when it ran to its end."""


class HasSpeaker(Protocol):
    """Words written down for somebody, as far as saying whose they are goes."""

    @property
    def author_id(self) -> int:
        """Who wrote them down."""

    @property
    def project_id(self) -> int | None:
        """The project of whose words they are."""

    @property
    def claimant_id(self) -> int | None:
        """Who says that these are their words."""

    @property
    def confirmed_at(self) -> datetime | None:
        """When that was confirmed."""


def can_start_thread(viewer: Viewer, stage: HasDates | None) -> Answer:
    """Everyone but observers and people signed out, while the stage is open."""
    if not _writes(viewer):
        return No(_("Only people of projects, experts, facilitators and staff write here."))
    if stage is None:
        return YES
    return _in_time(stage.opens_at, stage.closes_at, stage.closed_reason)


def can_write_into(viewer: Viewer, space_id: int) -> Answer:
    """Only into a space one sees."""
    return YES if viewer.sees(space_id) else No(_("You cannot write for those readers."))


def can_keep_drafts(viewer: Viewer) -> Answer:
    """Whoever writes at all, also where a stage or a thread was closed meanwhile."""
    if not _writes(viewer):
        return No(_("Only people of projects, experts, facilitators and staff write here."))
    return YES


def can_reply(viewer: Viewer, thread: ThreadRow) -> Answer:
    """Whoever may write and sees the thread (its guests too), while stage and thread are open."""
    if not _writes(viewer):
        return No(_("Only people of projects, experts, facilitators and staff write here."))
    if viewer.audits(thread.project_id):
        return No(_("You audit the project that began this conversation: here you only read."))
    return _open(thread)


def can_offer_solution(viewer: Viewer, thread: ThreadRow) -> Answer:
    """As for a reply, where there is a challenge to solve."""
    if thread.kind != ThreadKind.CHALLENGE:
        return No(_("Only a challenge collects solutions."))
    return can_reply(viewer, thread)


def can_summarise(viewer: Viewer, thread: ThreadRow) -> Answer:
    """Who facilitates writes summaries."""
    if viewer.side != "facilitator":
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
        return No(_("Only the author changes what they wrote."))
    if post.removed_at is not None:
        return No(_("This post was removed. It can be changed once it is restored."), state=True)
    if post.kind == PostKind.SUMMARY and not post.is_first:
        return No(_("A summary is changed where it stands, at the top of the thread."))
    return can_reply(viewer, thread)


def can_draft_edit(viewer: Viewer, post: PostRow) -> Answer:
    """Its author, also where the thread was closed meanwhile."""
    if post.author_id != viewer.person_id:
        return No(_("Only the author changes what they wrote."))
    return YES


def can_remove(viewer: Viewer, post: PostRow) -> Answer:
    """Its author, or who facilitates; also in a closed stage. Staff remove only their own."""
    if not _moderates(viewer) and post.author_id != viewer.person_id:
        return No(_("Only the author or who facilitates removes a post."))
    if post.removed_at is not None:
        return No(_("This post is already removed."), state=True)
    return YES


def can_restore(viewer: Viewer, post: PostRow) -> Answer:
    """Who facilitates, save their own; the author, if they removed it themselves."""
    if post.removed_at is None:
        return No(_("This post is not removed."))
    if post.author_id == viewer.person_id:
        if post.removed_by_id == viewer.person_id:
            return YES
        return No(_("Somebody else who facilitates decides about your own post."))
    if _moderates(viewer):
        return YES
    return No(_("Only who facilitates restores what they removed."))


def can_see_revisions(viewer: Viewer, post: PostRow) -> Answer:
    """Everyone who reads the post; of a removed one, only who may restore it."""
    if post.removed_at is None:
        return YES
    if can_restore(viewer, post):
        return YES
    return No(_("This post was removed, and its earlier texts with it."))


def can_mark_solution(viewer: Viewer, challenge: ThreadRow) -> Answer:
    """The challenge's author, anyone of their project, or who facilitates."""
    if challenge.kind != ThreadKind.CHALLENGE:
        return No(_("Only a challenge collects solutions."))
    if _moderates(viewer):
        return YES
    if not _theirs(viewer, challenge):
        return No(_("The project that raised the challenge says what solved it."))
    return _open(challenge)


def can_offer_thread(viewer: Viewer, thread: ThreadRow) -> Answer:
    """Name a challenge for a solution thread: its author, or who facilitates."""
    if thread.kind != ThreadKind.SOLUTION:
        return No(_("Only a thread of the kind solution is offered for a challenge."))
    if thread.author_id != viewer.person_id and not _moderates(viewer):
        return No(_("Only the author of a solution offers it for a challenge."))
    return YES


def can_link_solution(viewer: Viewer, post: PlacedPost, challenge: ThreadRow) -> Answer:
    """A solution thread's author or who facilitates, where a solution may be offered."""
    if not post.is_first:
        return No(_("Only a thread of the kind solution is offered for a challenge."))
    return can_offer_thread(viewer, post.thread) and can_offer_solution(viewer, challenge)


def can_face(viewer: Viewer, thread: ThreadRow, project_id: int | None = None) -> Answer:
    """People say it for their own project; who facilitates records it for any."""
    if thread.kind != ThreadKind.CHALLENGE:
        return No(_("Only a challenge is faced by projects."))
    if not _speaks_for(viewer, project_id):
        return No(_("Only a project’s own people say that it faces this too."))
    return _open(thread)


def can_unface(viewer: Viewer, thread: ThreadRow, project_id: int | None = None) -> Answer:
    """As for saying so; the project that raised the challenge always faces it."""
    if project_id is not None and project_id == thread.project_id:
        return No(_("This project raised the challenge."))
    return can_face(viewer, thread, project_id)


def can_lock(viewer: Viewer, thread: ThreadRow) -> Answer:
    """Who facilitates."""
    if not _moderates(viewer):
        return No(_("Only who facilitates locks a thread."))
    if thread.status == ThreadStatus.LOCKED:
        return No(_("This thread is already locked."), state=True)
    return YES


def can_unlock(viewer: Viewer, thread: ThreadRow) -> Answer:
    """Who facilitates."""
    if not _moderates(viewer):
        return No(_("Only who facilitates unlocks a thread."))
    if thread.status != ThreadStatus.LOCKED:
        return No(_("This thread is not locked."), state=True)
    return YES


def can_change_visibility(
    viewer: Viewer, thread: ThreadRow, to: SpaceKind | None = None, *, alone: bool = False
) -> Answer:
    """Its author: narrower, and wider if nobody else is in it (`alone`).

    Who facilitates: narrower, with a reason. A thread outside the stages stays as it is.
    Without `to`: whether there is anything to ask.
    """
    if thread.stage_id is None:
        return No(_("This thread stays with the readers it has."))
    author = viewer.person_id == thread.author_id and not thread.as_guest
    if not author and not _moderates(viewer):
        return No(_("Only the author or who facilitates changes who reads a thread."))
    if to is None:
        return YES
    if to in (SpaceKind.STAFF, thread.space_kind):
        return No(_("This thread is already read by them."))
    if _WIDTH[to] < _WIDTH[thread.space_kind]:
        return YES
    if not author:
        return No(_("Only the author opens a thread to more readers."))
    if not alone:
        return No(
            _("Others take part in this thread too, for the readers it has: it stays with them.")
        )
    return YES


def can_invite_guest(viewer: Viewer, thread: ThreadRow) -> Answer:
    """Into a coalition thread: who facilitates there, or a delegate (asked of the coalition)."""
    if thread.space_kind != SpaceKind.COALITION:
        return No(_("Only a thread of the coalition has guests."))
    if not viewer.sees(thread.space_id):
        return No(_("Only people of the coalition invite guests."))
    if _moderates(viewer) or any(may(viewer, thread) for may in slots.may_invite_guest):
        return YES
    return No(_("A delegate or who facilitates invites guests."))


def can_write_for(viewer: Viewer, project_id: int | None = None) -> Answer:
    """Somebody's words who cannot be online: of one's own project; who facilitates, of any.

    Without a project: whether there is one to ask for.
    """
    if _speaks_for(viewer, project_id):
        return YES
    return No(_("People write for somebody of their own project; who facilitates, for anyone."))


def can_claim_words(viewer: Viewer, spoken: HasSpeaker) -> Answer:
    """A person of that project, who did not write them down, while nobody has asked for them."""
    if viewer.person_id == spoken.author_id or not viewer.in_project(spoken.project_id):
        return No(_("Only a person of that project can say that these are their words."))
    if spoken.claimant_id is not None:
        return No(_("Somebody has already said that these are their words."), state=True)
    return YES


def can_confirm_speaker(viewer: Viewer, spoken: HasSpeaker) -> Answer:
    """Who wrote the words down, or who facilitates; never who asks for them."""
    if viewer.person_id == spoken.claimant_id:
        return No(_("Somebody else confirms that these are your words."))
    if viewer.person_id != spoken.author_id and not _moderates(viewer):
        return No(_("Who wrote the words down, or who facilitates, confirms whose they are."))
    if spoken.claimant_id is None or spoken.confirmed_at is not None:
        return No(_("Nobody waits for an answer here."), state=True)
    return YES


def can_arrange(viewer: Viewer, thread: ThreadRow) -> Answer:
    """Pin, move, merge or split a thread of a stage: who facilitates."""
    if not _moderates(viewer):
        return No(_("Only who facilitates pins, moves, merges or splits threads."))
    if thread.removed_at is not None:
        return No(_("This thread was removed."), state=True)
    if thread.stage_id is None:
        return No(_("This thread is not part of a stage: it stays as it is."))
    return YES


def can_move(viewer: Viewer, thread: ThreadRow, to: HasDates | None = None) -> Answer:
    """To another stage of its exchange that is open or comes; also out of a closed one."""
    if not (may := can_arrange(viewer, thread)) or to is None:
        return may
    if to.id == thread.stage_id:
        return No(_("This thread is in that stage already."), state=True)
    if to.closes_at is not None and to.closes_at <= clock.now():
        said = _("That stage is closed: a thread is moved to one that is open or comes.")
        return No(said, state=True)
    return YES


def can_merge(viewer: Viewer, thread: ThreadRow, into: ThreadRow | None = None) -> Answer:
    """Into another thread of the same exchange that exactly the same people read.

    A challenge only into a challenge, where its solutions and who faces it keep their sense.
    """
    may = can_arrange(viewer, thread)
    if not may or into is None:
        return may
    if not (may := can_arrange(viewer, into)):
        return may
    if into.id == thread.id:
        return No(_("A thread cannot be merged into itself."))
    if into.space_id != thread.space_id:
        return No(_("Only threads with the same readers are merged."))
    if into.exchange_slug != thread.exchange_slug:
        return No(_("Only threads of the same exchange are merged."))
    if thread.kind == ThreadKind.CHALLENGE and into.kind != ThreadKind.CHALLENGE:
        return No(_("A challenge is merged only into another challenge."))
    return YES


def can_split(viewer: Viewer, post: PlacedPost) -> Answer:
    """Any branch but the whole thread; not one whose first post is removed or the summary."""
    return can_arrange(viewer, post.thread) and can_open_thread(post)


def can_open_thread(post: PostRow) -> Answer:
    """Whether a post is a branch that could be a thread of its own, whoever does it."""
    if post.is_first:
        return No(_("This is the beginning of the thread, not a branch of it."))
    if post.removed_at is not None:
        return No(_("This post was removed: it cannot open a thread."), state=True)
    if post.kind == PostKind.SUMMARY:
        return No(_("A summary stays with the thread that it sums up."))
    return YES


def can_hand_over(viewer: Viewer, stage: HasDates) -> Answer:
    """Carry on what a stage left open: who facilitates, once it is closed."""
    if not _moderates(viewer):
        return No(_("Only facilitators run an exchange and its stages."))
    if stage.closes_at is None or stage.closes_at > clock.now():
        return No(_("This stage is not closed yet."), state=True)
    return YES


def wider_or_equal(one: SpaceKind, other: SpaceKind) -> bool:
    """Whether everyone who reads `other` reads `one`."""
    return one == other or _WIDTH[one] > _WIDTH[other]


def needs_reason(viewer: Viewer, thing: PlacedPost | ThreadRow) -> bool:
    """Whether the person acts on somebody else's words, and so says why."""
    return thing.author_id != viewer.person_id


def _writes(viewer: Viewer) -> bool:
    return viewer.side in _WRITING_SIDES


def _moderates(viewer: Viewer) -> bool:
    return viewer.side == "facilitator"


def _theirs(viewer: Viewer, thread: ThreadRow) -> bool:
    return viewer.person_id == thread.author_id or viewer.in_project(thread.project_id)


def _speaks_for(viewer: Viewer, project_id: int | None) -> bool:
    if _moderates(viewer):
        return True
    return bool(viewer.projects) if project_id is None else viewer.in_project(project_id)


def _open(thread: ThreadRow) -> Answer:
    if thread.removed_at is not None:
        return No(_("This thread was removed."), state=True)
    if thread.status == ThreadStatus.LOCKED:
        return No(_("This thread is locked: %(reason)s", reason=thread.lock_reason), state=True)
    return _in_time(thread.stage_opens_at, thread.stage_closes_at, thread.stage_closed_reason or "")


def _in_time(opens_at: datetime | None, closes_at: datetime | None, why: str) -> Answer:
    now = clock.now()
    if closes_at is not None and closes_at <= now:
        if why:
            said = _(
                "This stage was closed on %(day)s: %(reason)s", day=until(closes_at), reason=why
            )
        else:
            said = _(
                "This stage closed on %(day)s. What was written stays to be read.",
                day=until(closes_at),
            )
        return No(said, state=True)
    if opens_at is not None and opens_at > now:
        return No(_("This stage opens on %(day)s.", day=day(opens_at)), state=True)
    return YES
