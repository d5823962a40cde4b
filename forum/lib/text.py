"""Plain text: cleaning what came in, shortening, and comparing two versions."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u2028-\u202e\u2066-\u2069\ufeff]")
_PIECES = re.compile(r"\s+|\w+|[^\w\s]")  # a comma after a word does not make it another word
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


def difference(old: str, new: str) -> list[DiffPart]:
    """What changed from `old` to `new`, by words and marks between them: parts in reading order."""
    if max(len(old), len(new)) > _LONGEST_DIFF:
        return [("delete", old), ("insert", new)]
    return list(_parts(_PIECES.findall(old), _PIECES.findall(new)))


def _parts(old: list[str], new: list[str]) -> Iterator[DiffPart]:
    for op, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            yield "equal", "".join(old[a:b])
            continue
        if b > a:
            yield "delete", "".join(old[a:b])
        if d > c:
            yield "insert", "".join(new[c:d])
