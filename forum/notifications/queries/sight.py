"""Whether what a letter tells is in its reader's sight now: asked when it is handed over."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Select, func, or_, select

from forum.coalition.models import Proposal
from forum.coalition.queries.proposals import visible_to
from forum.db import db
from forum.discussions.models import Post, Thread
from forum.discussions.queries import reachable
from forum.notifications.models import LetterPlan, PrivateLetters
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind

PRIVATE = frozenset({SpaceKind.COALITION, SpaceKind.STAFF})


def all_in_sight(viewer: Viewer, tells: Mapping[str, Any]) -> bool:
    """Whether the viewer sees all of it, and letters may still name what it names.

    `tells` holds inner ids of `threads` and `posts` that must be there, of threads to be `read`
    also when they were removed, of `spaces`, and of private spaces of which it `names` something;
    and the public ids of `proposals`.
    """
    threads, posts = Thread.removed_at.is_(None), Post.removed_at.is_(None)
    read = reachable(viewer)
    asked = {
        "threads": select(func.count(Thread.id)).where(
            threads, read, _among(Thread.id, tells, "threads")
        ),
        "read": select(func.count(Thread.id)).where(read, _among(Thread.id, tells, "read")),
        "posts": select(func.count(Post.id))
        .join(Thread, Thread.id == Post.thread_id)
        .where(posts, threads, read, _among(Post.id, tells, "posts")),
        "proposals": select(func.count(Proposal.id)).where(
            visible_to(viewer), _among(Proposal.public_id, tells, "proposals")
        ),
    }
    return (
        all(_finds(query, set(tells.get(what, ()))) for what, query in asked.items())
        and set(tells.get("spaces", ())) <= viewer.spaces.keys()
        and not _names_too_much(viewer, set(tells.get("names", ())))
    )


def _among(column: Any, tells: Mapping[str, Any], what: str) -> Any:
    return column.in_(tells.get(what, ()))


def _finds(query: Select[int], wanted: Collection[Any]) -> bool:
    return not wanted or db.session.scalar(query) == len(wanted)


def _names_too_much(viewer: Viewer, spaces: Collection[int]) -> bool:
    """Whether the viewer or one of these private spaces wants nothing named in letters by now."""
    if not spaces:
        return False
    wanted = select(LetterPlan.id).where(
        LetterPlan.person_id == viewer.person_id, LetterPlan.notice_only
    )
    chosen = select(PrivateLetters.id).where(PrivateLetters.space_id.in_(spaces))
    return bool(db.session.scalar(select(or_(wanted.exists(), chosen.exists()))))


def withheld_spaces(viewer: Viewer, *, notice_only: bool) -> frozenset[int]:
    """The private spaces of which letters to this person name nothing.

    Those a coalition chose it for count also where they see none of it: they may be the guest of
    one thread there.
    """
    chosen = frozenset(db.session.scalars(select(PrivateLetters.space_id)))
    private = {one for one, kind in viewer.spaces.items() if kind in PRIVATE}
    return chosen | private if notice_only else chosen
