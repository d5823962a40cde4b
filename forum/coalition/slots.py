"""Named places that higher rooms fill at start.

The arrow still points down: nothing here knows who registered.
"""

from collections.abc import Callable

from forum.spaces import Viewer

# (viewer, words) -> addresses of what a proposal could rest on, the likest first; without words
# the newest. What the viewer may not see, and what cannot be evidence, is left out afterwards.
finds_evidence: list[Callable[[Viewer, str], list[str]]] = []


def found_for(viewer: Viewer, words: str) -> list[str]:
    """The addresses that the rooms above find."""
    return [address for find in finds_evidence for address in find(viewer, words)]
