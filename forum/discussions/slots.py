"""Named places where a higher room adds to these pages; it registers a function at start.

The arrow still points down: nothing here knows who registered.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from forum.spaces import Viewer

# (viewer, thread) -> whether they may invite a guest to that coalition thread
may_invite_guest: list[Callable[[Viewer, Any], bool]] = []

# (viewer, thread) -> whether answers there say how they stand to what it is about
takes_arguments: list[Callable[[Viewer, Any], bool]] = []

# (viewer, thread) -> a piece of HTML above the thread, or None
above_thread: list[Callable[[Viewer, Any], Markup | None]] = []

# the same in the column beside the thread
beside_thread: list[Callable[[Viewer, Any], Markup | None]] = []

# what of that column is otherwise once the viewer has written in the thread (for htmx)
when_written: list[Callable[[Viewer, Any], Markup | None]] = []

# what stands beside a stage's threads, and beside a topic's
beside_stage: list[Callable[[Viewer, Any], Markup | None]] = []
beside_topic: list[Callable[[Viewer, Any], Markup | None]] = []

# (viewer, thread's inner id, number) is called when all up to that number was read
when_read: list[Callable[[Viewer, int, int], None]] = []


@dataclass(frozen=True)
class UnderPost:
    """Something to press under a post: a link, for a page holds dozens of posts.

    `template` needs `post` alone; `may(viewer, thread, post)` says, without a statement, whether
    it stands there for this viewer.
    """

    template: str
    may: Callable[[Viewer, Any, Any], bool]


under_post: list[UnderPost] = []


def pieces_above(viewer: Viewer, thread: Any) -> list[Markup]:
    """What the rooms above show over this thread to this viewer."""
    made = (piece(viewer, thread) for piece in above_thread)
    return [piece for piece in made if piece]


def pieces_beside(viewer: Viewer, thread: Any) -> list[Markup]:
    """What the rooms above show beside this thread to this viewer."""
    made = (piece(viewer, thread) for piece in beside_thread)
    return [piece for piece in made if piece]


def pieces_when_written(viewer: Viewer, thread: Any) -> list[Markup]:
    """What the rooms above show otherwise beside the thread in which the viewer just wrote."""
    made = (piece(viewer, thread) for piece in when_written)
    return [piece for piece in made if piece]


def pieces_beside_stage(viewer: Viewer, stage: Any) -> list[Markup]:
    """What the rooms above show beside this stage's threads to this viewer."""
    made = (piece(viewer, stage) for piece in beside_stage)
    return [piece for piece in made if piece]


def pieces_beside_topic(viewer: Viewer, topic: Any) -> list[Markup]:
    """What the rooms above show beside this topic's threads to this viewer."""
    made = (piece(viewer, topic) for piece in beside_topic)
    return [piece for piece in made if piece]


def offered_under(viewer: Viewer, thread: Any, post: Any) -> tuple[str, ...]:
    """The templates of what the rooms above offer under this post to this viewer."""
    return tuple([one.template for one in under_post if one.may(viewer, thread, post)])
