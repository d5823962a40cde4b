"""What this room shows on pages of the rooms below, at the places they offer."""

from flask import render_template
from markupsafe import Markup

from forum.coalition.policy import proposals as policy
from forum.coalition.queries import members, proposals
from forum.discussions import slots
from forum.discussions.kinds import ThreadKind
from forum.discussions.rows import ThreadRow
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind


def register() -> None:
    """Take the places offered."""
    _take(slots.may_invite_guest, speaks_there)
    _take(slots.above_thread, prepared_there)
    _take(slots.beside_thread, resting_on_it)


def speaks_there(viewer: Viewer, thread: ThreadRow) -> bool:
    """Whether the viewer speaks for a member project of the coalition the thread belongs to."""
    return members.speaks_in(viewer, thread.space_id)


def prepared_there(viewer: Viewer, thread: ThreadRow) -> Markup | None:
    """Above a coalition thread: the proposal that is discussed in it, for who sees it."""
    if thread.space_kind != SpaceKind.COALITION or not viewer.sees(thread.space_id):
        return None
    found = proposals.prepared_in(viewer, thread.id)
    return _piece("coalition/_prepared.html", found=found) if found else None


def resting_on_it(viewer: Viewer, thread: ThreadRow) -> Markup | None:
    """Beside a challenge or solution: what rests on it, and for members the way to propose."""
    if thread.kind not in (ThreadKind.CHALLENGE, ThreadKind.SOLUTION) or thread.region_id is None:
        return None
    found = proposals.resting_on(viewer, thread.id, thread.region_id)
    if found is None:
        return None
    may_draft = bool(policy.can_draft(viewer, found.coalition_space_id))
    if not found.proposals and not may_draft:
        return None
    return _piece("coalition/_resting.html", found=found, may_draft=may_draft, thread=thread)


def _piece(template: str, **context: object) -> Markup:
    return Markup(render_template(template, **context))  # noqa: S704  # our own, escaped


def _take(place: list[object] | object, piece: object) -> None:
    assert isinstance(place, list)
    if piece not in place:
        place.append(piece)
