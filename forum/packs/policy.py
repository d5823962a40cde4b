"""Whose conversations may leave the forum in somebody's hand."""

from dataclasses import replace

from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind

WIDE_ENOUGH = (SpaceKind.PUBLIC, SpaceKind.NETWORK)  # for words to be passed on


def may_leave(kind: SpaceKind) -> bool:
    """Whether the words of such a conversation may stand in a text for a chat.

    Of the coalition's and the staff's only the address does: it opens for their readers alone.
    """
    return kind in WIDE_ENOUGH


def as_sharer(viewer: Viewer, *, network: bool) -> Viewer:
    """The viewer reduced to what a file may hold: what is public and, if wanted, the network's.

    Never what only a coalition or the staff reads, nor what a guest was let into: a file asks
    nobody who they are, and cannot be closed again.
    """
    wanted = WIDE_ENOUGH if network else (SpaceKind.PUBLIC,)
    return replace(
        viewer, spaces={at: kind for at, kind in viewer.spaces.items() if kind in wanted}
    )
