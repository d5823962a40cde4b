"""Where the words stand: pieces of a text, and whether each is what was asked; and their HTML."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup, escape

from forum.search.asking import Asked, Together
from forum.search.words import STOP, stems

LENGTH = 220  # characters of a piece of text around the first word found
LEAD = 60  # of them before it
_SAME_START = 3  # letters that a word and its stem share at least
LIKENESS_READS = 2_000  # characters from a text's beginning
_MOST_BETWEEN = 3  # common words that may stand between two that belong together
_LOOKED_KEPT = 512  # questions a process remembers
_LIKENESS_KEPT = 1_024  # texts, each with a question, whose likeness it remembers

# the four languages are written in the first, with their quotation marks in the second
_ENCODINGS = ("latin-1", "cp1252")
# letter for letter, so that what is found in the folded text is cut from the text as written
_ACCENTED, _PLAIN = "áàâäãåéèêëíìîïóòôöõúùûüñçýÿ", "aaaaaaeeeeiiiiooooouuuuncyy"
_LETTERS = str.maketrans(_ACCENTED + "āēīōū", _PLAIN + "aeiou")
_FOUND, _END = "\0+", "\0-"  # nobody can write a NUL into a text

_WORD = re.compile(r"[^\W_]+")

Piece = tuple[str, bool]  # text, and whether it is a word that was asked
Stems = frozenset[str]


@dataclass(frozen=True, eq=False)
class Looked:
    """What is looked for in texts, ready to be found many times; of one question it is one."""

    pattern: re.Pattern[str] | None
    stems: Stems
    beginnings: tuple[str, ...]
    phrases: frozenset[tuple[str, ...]]
    rows: frozenset[tuple[Stems, ...]]  # words that count where they follow one another

    def places(self, text: str) -> Iterator[tuple[int, int]]:
        """Where the words stand in the text, in order."""
        bare = _folded(text)
        if self.pattern is None or len(bare) != len(text):
            return
        for match in self.pattern.finditer(bare):
            start, end = match.span()
            if self._asked(match.group()):
                yield start, end
            elif self.rows:  # began like a row and is none; a word of it may still be asked
                for single in _WORD.finditer(bare, start, end):
                    if self._asked(single.group()):
                        yield single.span()

    def _asked(self, found: str) -> bool:
        parts = tuple(_WORD.findall(found))
        if parts in self.phrases or found.startswith(self.beginnings):
            return True
        if len(parts) == 1:
            return not stems(found).isdisjoint(self.stems)
        telling = [stems(part) for part in parts if part not in STOP]
        return any(
            len(row) == len(telling)
            and not any(one.isdisjoint(other) for one, other in zip(row, telling, strict=True))
            for row in self.rows
        )


@lru_cache(maxsize=_LOOKED_KEPT)
def looked_for(asked: Asked) -> Looked:
    """What the question looks for."""
    stemmed, beginnings, phrases = set(), set(), set()
    for leaf in asked.leaves():
        bare = tuple(token[1:] for token in leaf.tokens)
        if leaf.tokens[0].startswith("~"):
            stemmed.add(bare[0])
        elif leaf.beginning:
            beginnings.add(bare[-1])
        else:
            phrases.add(bare)
    rows = frozenset(_row(one) for one in asked.rows())
    parts = [_in_a_row(phrase) + r"(?![^\W_])" for phrase in phrases]
    between = rf"(?:[\W_]+(?:{'|'.join(sorted(STOP))})){{0,{_MOST_BETWEEN}}}[\W_]+"
    parts += [between.join(_starting(_starts(one)) for one in row) for row in rows]
    starts = _starts(stemmed) | beginnings
    parts += [_starting(starts)] if starts else []
    pattern = re.compile("|".join(parts)) if parts else None
    return Looked(pattern, frozenset(stemmed), tuple(beginnings), frozenset(phrases), rows)


def marked(pieces: Iterable[Piece]) -> Markup:
    """The pieces as HTML, what was asked in `<mark>`: escaped once, as a whole."""
    said = "".join([f"{_FOUND}{text}{_END}" if found else text for text, found in pieces])
    html = str(escape(said)).replace(_FOUND, "<mark>").replace(_END, "</mark>")
    return Markup(html)  # noqa: S704  # escaped just now


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


@lru_cache(maxsize=_LIKENESS_KEPT)
def likeness(title: str, beginning: str, looked: Looked) -> int:
    """How much a text is about what was asked: its words, and more so where they name it.

    Of the text its beginning, LIKENESS_READS long.
    """
    named = {title[a:b].lower() for a, b in looked.places(title)}
    said = sum(1 for _place in looked.places(beginning))
    return 6 * len(named) + min(said, 8)


def _folded(text: str) -> str:
    """In small letters without accents, of the same length wherever that is possible.

    Byte by byte where a letter is a byte, which is much faster.
    """
    for encoding in _ENCODINGS:
        try:
            return text.encode(encoding).translate(_folding(encoding)).decode(encoding)
        except UnicodeError:
            continue
    return text.lower().translate(_LETTERS)


@lru_cache(maxsize=len(_ENCODINGS))
def _folding(encoding: str) -> bytes:
    """What each byte of the encoding is folded to."""
    letters = (bytes([n]).decode(encoding, "replace") for n in range(256))
    folded = (letter.lower().translate(_LETTERS).encode(encoding, "replace") for letter in letters)
    return bytes(one[0] if one != b"?" else n for n, one in enumerate(folded))


def _row(together: Together) -> tuple[Stems, ...]:
    return tuple(
        frozenset(leaf.tokens[0][1:] for leaf in Asked((part,), ()).leaves())
        for part in together.parts
    )


def _starts(stemmed: Iterable[str]) -> set[str]:
    return {one[: max(_SAME_START, len(one) - 1)] for one in stemmed}


def _in_a_row(phrase: tuple[str, ...]) -> str:
    first, *others = phrase
    return r"[\W_]+".join((_at_start(first), *map(re.escape, others)))


def _starting(starts: Iterable[str]) -> str:
    """A word that starts so."""
    fewest = [one for one in starts if not any(one[:n] in starts for n in range(1, len(one)))]
    return rf"(?:{'|'.join(map(_at_start, sorted(fewest)))})[^\W_]*"


def _at_start(letters: str) -> str:
    """These letters where a word begins: letters first, so that a search leaps to the first one."""
    return rf"{re.escape(letters)}(?<![^\W_]{re.escape(letters)})"


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
