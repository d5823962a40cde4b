"""Where the lines about what was done to a thread stand between its posts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from forum.discussions import queries
from forum.discussions.queries import Line
from forum.discussions.rows import PostPage, ThreadRow
from forum.spaces import Viewer


@dataclass(frozen=True)
class Lines:
    """The lines over the thread, before posts (by their number), and after the last one."""

    over: Sequence[Line] = ()
    before: dict[int, list[Line]] = field(default_factory=dict)
    after: Sequence[Line] = ()


def lines_on(viewer: Viewer, thread: ThreadRow, page: PostPage, *, after: int | None) -> Lines:
    """The lines of this page of the thread; most threads have none."""
    found = queries.lines_of(viewer, thread)
    if not found:
        return Lines()
    over = [line for line in found if not line.path] if after is None else []
    within = sorted((line for line in found if line.path), key=lambda line: line.path)
    from_path = queries.path_at(thread, after) if after is not None and within else ""
    before: dict[int, list[Line]] = {}
    for line in within:
        if line.path <= from_path:
            continue
        for post in page.posts:
            if line.path <= post.path:
                before.setdefault(post.number, []).append(line)
                break
    last = page.posts[-1].path if page.posts else ""
    behind = [] if page.more else [line for line in within if line.path > max(last, from_path)]
    return Lines(over, before, behind)
