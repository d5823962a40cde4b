"""A named place that a higher room fills at start: what somebody follows, to give its feeds."""

from collections.abc import Callable
from dataclasses import dataclass

from forum.spaces import Viewer


@dataclass(frozen=True, kw_only=True)
class Place:
    """A topic, a stage or an exchange; what it is not has no slug or number."""

    topic: str | None = None
    exchange: str | None = None
    stage: int | None = None
    title: str
    language: str | None = None


# (viewer) -> the places they watch
watched: list[Callable[[Viewer], list[Place]]] = []


def places_of(viewer: Viewer) -> list[Place]:
    """What the viewer watches, as the rooms above know it."""
    return [place for tell in watched for place in tell(viewer)]
