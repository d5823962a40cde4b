"""A passage of a text and other words for it: finding the one place, putting them there. Pure."""

import re

from forum.coalition.lifecycle import MARKDOWN_PARTS, TextPart
from forum.lib.text import one_line


class NotThere(Exception):
    """The passage does not stand in the text as it is quoted."""


class SeveralPlaces(Exception):
    """The passage stands there more than once: nobody can tell which one is meant."""


def as_it_stands(text: str, passage: str) -> str:
    """The passage with the white space it has in the text, which may be other than the quote's.

    Empty for an empty passage. Raises NotThere, SeveralPlaces.
    """
    start, end = _place(text, passage)
    return text[start:end]


def with_words(part: TextPart, text: str, passage: str, words: str) -> str:
    """The text of that part with `words` in place of the passage, or at its end without one.

    Raises NotThere, SeveralPlaces.
    """
    several = part in MARKDOWN_PARTS
    if not passage:
        gap = "\n\n" if several else " "
        return f"{text}{gap}{words}" if text else words
    start, end = _place(text, passage)
    changed = text[:start] + words + text[end:]
    return changed.strip() if several else one_line(changed)


def _place(text: str, passage: str) -> tuple[int, int]:
    if not passage:
        return len(text), len(text)
    quoted = re.compile(r"\s+".join(re.escape(word) for word in passage.split()))
    first = quoted.search(text)
    if first is None:
        raise NotThere
    if quoted.search(text, first.start() + 1):
        raise SeveralPlaces
    return first.span()
