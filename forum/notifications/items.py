"""What letters are made of: the things in a summary, the posts in a notice. Values alone.

A file of its own: `digest` and `due` fill them, templates and samples read them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from forum.notifications import wording
from forum.notifications.queries import Entry

# What a letter tells of: pairs of a kind and an id, as `queries.sight` knows them.
About = tuple[tuple[str, int | str], ...]


def told_of(abouts: Iterable[About]) -> dict[str, list[int | str]]:
    """The ids by their kind, each once."""
    found: dict[str, list[int | str]] = {}
    for kind, key in sorted({one for about in abouts for one in about}, key=str):
        found.setdefault(kind, []).append(key)
    return found


@dataclass(frozen=True, kw_only=True)
class Told:
    """One thing in a summary. `title` and `words` are empty where letters do not say them."""

    title: str
    path: str
    said: tuple[str, ...] = ()
    words: str = ""
    language: str = ""
    about: About = ()
    answer_to: str = ""  # an address, where it can be answered by mail ...
    answer_words: str = ""  # ... and what stands before it: who reads the answer


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a summary, with its heading."""

    name: str
    told: list[Told]
    more: int = 0  # that are not shown

    @property
    def heading(self) -> str:
        """What stands over it."""
        return wording.part_heading(self.name)


@dataclass(frozen=True, kw_only=True)
class Digest:
    """All that one summary tells; `has_news` whether that is worth a letter."""

    parts: list[Part]
    entries: list[Entry] = field(default_factory=list)  # of the list, told by it
    has_news: bool = False

    @property
    def tells(self) -> dict[str, list[int | str]]:
        """The ids of all that it tells of."""
        return told_of(one.about for part in self.parts for one in part.told)


@dataclass(frozen=True, kw_only=True)
class Words:
    """A post in a notice."""

    author: str
    body: str
    language: str
    number: int
    post_id: int
    public_id: str
    answers: str | None  # the public id of the post above it


Row = tuple[Told, tuple[datetime, ...]]


@dataclass(frozen=True, kw_only=True)
class Made:
    """A part read from the things themselves: each with the moments at which it becomes news."""

    name: str
    rows: list[Row]
