"""What this room shows on pages of the rooms below, at the places they offer."""

from flask import g
from markupsafe import Markup

from forum.coalition.policy import proposals as policy
from forum.coalition.queries import members
from forum.coalition.queries.around import AboutThread, about_thread
from forum.discussions import slots
from forum.discussions.kinds import ThreadKind
from forum.discussions.rows import ThreadRow
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.web.fragments import kept_piece


def register() -> None:
    """Take the places offered."""
    _take(slots.may_invite_guest, speaks_there)
    _take(slots.takes_arguments, is_discussed_there)
    _take(slots.above_thread, discussed_there)
    _take(slots.beside_thread, resting_on_it)


def speaks_there(viewer: Viewer, thread: ThreadRow) -> bool:
    """Whether the viewer speaks for a member project of the coalition the thread belongs to."""
    return members.speaks_in(viewer, thread.space_id)


def discussed_there(viewer: Viewer, thread: ThreadRow) -> Markup | None:
    """Above a coalition thread: the proposal that is discussed in it, for who sees it."""
    if thread.space_kind != SpaceKind.COALITION or not viewer.sees(thread.space_id):
        return None
    about = _about(viewer, thread)
    if about is None or about.discussed is None:
        return None
    return kept_piece("coalition/_discussed.html", found=about.discussed)


def is_discussed_there(viewer: Viewer, thread: ThreadRow) -> bool:
    """Whether a proposal that the viewer sees is discussed in that coalition thread."""
    if thread.space_kind != SpaceKind.COALITION or not viewer.sees(thread.space_id):
        return False
    about = _about(viewer, thread)
    return about is not None and about.discussed is not None


def resting_on_it(viewer: Viewer, thread: ThreadRow) -> Markup | None:
    """Beside a challenge or solution: what rests on it, and for members the way to propose."""
    if thread.kind not in (ThreadKind.CHALLENGE, ThreadKind.SOLUTION) or thread.as_guest:
        return None
    about = _about(viewer, thread)
    if about is None:
        return None
    may_draft = bool(policy.can_draft(viewer, about.coalition.space_id))
    if not about.resting and not may_draft:
        return None
    return kept_piece(
        "coalition/_resting.html",
        coalition_slug=about.coalition.slug,
        results=about.resting,
        may_draft=may_draft,
        thread_id=thread.public_id,
    )


def _about(viewer: Viewer, thread: ThreadRow) -> AboutThread | None:
    """Asked once a request, for both places."""
    kept: dict[int, AboutThread | None] = g.setdefault("about_threads", {})
    if thread.id not in kept:
        kept[thread.id] = about_thread(viewer, thread)
    return kept[thread.id]


def _take(place: list[object] | object, shown: object) -> None:
    assert isinstance(place, list)
    if shown not in place:
        place.append(shown)
