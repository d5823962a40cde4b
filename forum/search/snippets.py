"""Where the words stand: pieces of a text, and whether each is what was asked.

Pieces, not HTML: the template marks and escapes them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from forum.search.asking import Leaf
from forum.search.words import stems

LENGTH = 220  # characters of a piece of text around the first word found
LEAD = 60  # of them before it
_SAME_START = 3  # letters that a word and its stem share at least

# letter for letter, so that what is found in the folded text is cut from the text as written
_BARE = str.maketrans("áàâäãåāéèêëēíìîïīóòôöõōúùûüūñçýÿ", "aaaaaaaeeeeeiiiiioooooouuuuuncyy")

Piece = tuple[str, bool]  # text, and whether it is a word that was asked


@dataclass(frozen=True)
class Looked:
    """What is looked for in texts, ready to be found many times."""

    pattern: re.Pattern[str] | None
    stems: frozenset[str]
    beginnings: tuple[str, ...]
    phrases: frozenset[tuple[str, ...]]

    def places(self, text: str) -> Iterator[tuple[int, int]]:
        """Where the words stand in the text, in order."""
        bare = text.lower().translate(_BARE)
        if self.pattern is None or len(bare) != len(text):
            return
        for match in self.pattern.finditer(bare):
            if self._asked(match.group()):
                yield match.span()

    def _asked(self, found: str) -> bool:
        if tuple(_WORD.findall(found)) in self.phrases or found.startswith(self.beginnings):
            return True
        return not stems(found).isdisjoint(self.stems)


_WORD = re.compile(r"[^\W_]+")


def looked_for(leaves: Iterable[Leaf]) -> Looked:
    """What the question's leaves look for."""
    stemmed, beginnings, phrases = set(), set(), set()
    for leaf in leaves:
        bare = tuple(token[1:] for token in leaf.tokens)
        if leaf.tokens[0].startswith("~"):
            stemmed.add(bare[0])
        elif leaf.beginning:
            beginnings.add(bare[-1])
        else:
            phrases.add(bare)
    starts = {one[: max(_SAME_START, len(one) - 1)] for one in stemmed} | beginnings
    parts = [r"[\W_]+".join(map(re.escape, phrase)) + r"(?![^\W_])" for phrase in phrases]
    parts += [rf"(?:{'|'.join(sorted(map(re.escape, starts)))})[^\W_]*"] if starts else []
    pattern = re.compile(rf"(?<![^\W_])(?:{'|'.join(parts)})") if parts else None
    return Looked(pattern, frozenset(stemmed), tuple(beginnings), frozenset(phrases))


def snippet(text: str, looked: Looked, length: int = LENGTH) -> list[Piece]:
    """The text around the first of the words, from word to word; its start when there is none."""
    places = list(looked.places(text))
    start = max(0, places[0][0] - LEAD) if places and len(text) > length else 0
    if start:
        start = text.find(" ", start, places[0][0]) + 1 or places[0][0]
    end = min(len(text), start + length)
    if end < len(text):
        end = max(text.rfind(" ", start, end), places[0][1] if places else 0, start + 1)
    return list(_cut(text, start, end, places))


def whole(text: str, looked: Looked) -> list[Piece]:
    """All of a short text."""
    return list(_cut(text, 0, len(text), list(looked.places(text))))


def likeness(title: str, text: str, looked: Looked) -> int:
    """How much a text is about what was asked: its words, and more so where they name it."""
    named = {title[a:b].lower() for a, b in looked.places(title)}
    said = sum(1 for _place in looked.places(text[:4_000]))
    return 6 * len(named) + min(said, 8)


def _cut(text: str, start: int, end: int, places: list[tuple[int, int]]) -> Iterator[Piece]:
    if start:
        yield "… ", False
    at = start
    for a, b in places:
        if a < at or b > end:
            continue
        if a > at:
            yield text[at:a], False
        yield text[a:b], True
        at = b
    if at < end:
        yield text[at:end], False
    if end < len(text):
        yield " …", False
