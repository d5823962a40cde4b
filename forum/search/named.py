"""What bears the name that was asked: its own page stands before all that is said of it."""

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from forum.discussions.topics import TopicRow, all_topics
from forum.search.queries import Offered
from forum.search.words import words

MOST = 3  # of more nobody meant a single one
_KEPT = 512  # questions
_SHORTEST = 3  # letters of a question


class Named(NamedTuple):
    """A project or a topic."""

    what: str  # "project" or "topic"
    label: str
    path: str


def named(asked: str, offered: Offered) -> tuple[Named, ...]:
    """The projects and topics with these words in their names; none when they are many."""
    return _named(asked, offered, tuple(all_topics().values()))


@lru_cache(maxsize=_KEPT)
def _named(asked: str, offered: Offered, topics: tuple[TopicRow, ...]) -> tuple[Named, ...]:
    wanted = words(asked)
    if len("".join(wanted)) < _SHORTEST or '"' in asked or "*" in asked:
        return ()
    projects = (Named("project", p.label, f"/projects/{quote(p.value)}") for p in offered.projects)
    about = (Named("topic", one.label, f"/topics/{quote(one.slug)}") for one in topics)
    found = [one for one in (*projects, *about) if _stand_in(wanted, words(one.label))]
    return tuple(found) if len(found) <= MOST else ()


def _stand_in(wanted: list[str], name: list[str]) -> bool:
    """Whether the words stand in the name, one after the other."""
    return any(name[at : at + len(wanted)] == wanted for at in range(len(name)))
