"""What to ask instead of a question that found nothing: said only where it finds something."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

SHORTEST_BEGINNING = 3  # letters: shorter ones begin too many words
MOST_TRIED = 2  # of the tips for one question


class Sort(StrEnum):
    """How the other question differs."""

    APART = "apart"  # the words of a phrase, wherever they stand
    FEWER = "fewer"  # one word left out
    BEGINNING = "beginning"  # the word as the beginning of longer ones


@dataclass(frozen=True)
class Tip:
    """Another question; `left_out` is the word that it lacks."""

    sort: Sort
    q: str
    left_out: str = ""


def tips(q: str) -> Iterator[Tip]:
    """The questions worth trying instead, the closest first; none where nothing fits."""
    pieces = q.split()
    if '"' in q:
        apart = " ".join(q.replace('"', " ").split())
        if apart:
            yield Tip(Sort.APART, apart)
    elif len(pieces) > 1:
        yield Tip(Sort.FEWER, " ".join(pieces[:-1]), pieces[-1])
        yield Tip(Sort.FEWER, " ".join(pieces[1:]), pieces[0])
    elif q.strip().isalpha() and len(pieces[0]) >= SHORTEST_BEGINNING:
        yield Tip(Sort.BEGINNING, f"{pieces[0]}*")
