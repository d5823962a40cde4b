"""Plain text: cleaning what came in, shortening, and comparing two versions."""

import re
import textwrap
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2028-\u202e\u2066-\u2069\ufeff]")
_PIECES = re.compile(r"\s+|\w+|[^\w\s]")  # a comma after a word does not make it another word
_BEGINNING = re.compile(r" *(?:> ?)*(?:[-*·] )?")  # of a line: quoted, set in, in a list
_FEW_WORDS = 1  # that stayed between two changes, and are told with them
_LONGEST_DIFF = 40_000  # characters; beyond this a word-by-word comparison takes too long

DiffPart = tuple[Literal["equal", "insert", "delete"], str]


def clean(text: str) -> str:
    """One kind of line end; control and direction-override characters removed; ends trimmed."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def one_line(text: str) -> str:
    """Cleaned, with every run of white space as one space: for titles and names."""
    return " ".join(clean(text).split())


def excerpt(text: str, limit: int = 160) -> str:
    """The first `limit` characters at a word's end, with an ellipsis if cut."""
    flat = one_line(text)
    if len(flat) <= limit:
        return flat
    return flat[:limit].rsplit(" ", 1)[0].rstrip(",.;:") + "…"


def excerpt_of_lines(text: str, limit: int) -> str:
    """As `excerpt`, with its lines as they are."""
    text = clean(text)
    if len(text) <= limit:
        return text
    return text[:limit].rsplit(None, 1)[0].rstrip(",.;:") + " …"


def wrapped(text: str, width: int = 72) -> str:
    """Lines of at most `width`, broken between words; an address stays whole, however long.

    What a line begins with (a quote's mark, what it is set in by) the next ones begin with too.
    """
    return "\n".join(part for line in text.split("\n") for part in _broken(line, width))


def _broken(line: str, width: int) -> list[str]:
    if len(line) <= width:
        return [line]
    found = _BEGINNING.match(line)
    begins = found[0] if found else ""
    return textwrap.wrap(
        line[len(begins) :],
        width,
        initial_indent=begins,
        subsequent_indent="".join(mark if mark == ">" else " " for mark in begins),
        break_long_words=False,
        break_on_hyphens=False,
    ) or [line.rstrip()]


def difference(old: str, new: str) -> list[DiffPart]:
    """What changed from `old` to `new`, by words and marks between them: parts in reading order.

    A single word that stayed between two changes belongs to them: a passage written anew reads as
    one taken away and one added, and not as a hail of words.
    """
    if max(len(old), len(new)) > _LONGEST_DIFF:
        return [("delete", old), ("insert", new)]
    return list(_parts(_PIECES.findall(old), _PIECES.findall(new)))


def _parts(old: list[str], new: list[str]) -> Iterator[DiffPart]:
    removed, added, stayed = "", "", ""  # stayed: what is equal since, if that is little
    for op, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            stayed = "".join(old[a:b])
            words = sum(one[0].isalnum() for one in old[a:b])
            if words > _FEW_WORDS or "\n" in stayed:
                yield from _changed(removed, added)
                yield "equal", stayed
                removed = added = stayed = ""
            continue
        if not (removed or added) and stayed:
            yield "equal", stayed
            stayed = ""
        removed += stayed + "".join(old[a:b])
        added += stayed + "".join(new[c:d])
        stayed = ""
    yield from _changed(removed, added)
    if stayed:
        yield "equal", stayed


def _changed(removed: str, added: str) -> Iterator[DiffPart]:
    if removed:
        yield "delete", removed
    if added:
        yield "insert", added
