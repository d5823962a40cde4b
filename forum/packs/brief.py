"""A text short enough for a chat: plain words, whole sentences, and where the rest stands."""

import re
from collections.abc import Sequence

from forum.lib import markup, text

MOST_CHARACTERS = 699  # a chat shows so much without folding it away
_LONGEST_LINE = 180  # of what is not shortened by sentences: a title, a name with its country
_LEAST = 20  # characters: fewer of somebody's words say nothing
_SENTENCE_END = re.compile(  # not the number of a list; the end of a line that is no heading too
    r"(?<!\d)[.!?…][»”\"')\]]*(?=\s|$)|(?<=[^:\n])(?=\n)"
)
_MORE = " […]"  # more was said than stands here
_LISTED = re.compile(r"(?:\d+\.|•) ")


def composed(head: Sequence[str], said: Sequence[tuple[str, str]], tail: Sequence[str]) -> str:
    """The lines of `head`, what was said, and the lines of `tail`: together below 700 characters.

    `said` are pairs of a lead ("Solved by …:", or nothing) and plain words; they share the room
    that the other lines leave, and are shortened at a sentence's end.
    """
    first = [text.excerpt(line, _LONGEST_LINE) for line in head if line]
    last = [line for line in tail if line]
    spoken = [(lead, words.strip()) for lead, words in said if words.strip()]
    room = MOST_CHARACTERS - sum(len(line) + 1 for line in (*first, *last))
    room -= sum(len(lead) + 2 for lead, _words in spoken)
    shares = _shares([len(words) for _lead, words in spoken], room)
    middle = [
        f"{lead}{_gap(lead, short)}{short}"
        for (lead, words), share in zip(spoken, shares, strict=True)
        if (short := shortened(words, share))
    ]
    return "\n".join((*first, *middle, *last))


def words_of(markdown: str) -> str:
    """Somebody's Markdown as it is read; what stood on lines of its own still does."""
    lines = markup.plain(markdown, to_tell=True).splitlines()
    return "\n".join(filter(None, map(text.one_line, lines)))


def shortened(words: str, room: int) -> str:
    """At most `room` characters: whole sentences and "[…]" if one fits, else words and "…"."""
    if len(words) <= room:
        return words
    if room < _LEAST:
        return ""
    most = room - len(_MORE)
    ends = [found.end() for found in _SENTENCE_END.finditer(words) if found.end() <= most]
    if ends and ends[-1] >= room // 3:
        return words[: ends[-1]] + _MORE
    cut = words[: room - 1].rstrip()
    if not words[room - 1].isspace() and " " in cut:
        cut = cut[: max(cut.rfind(" "), cut.rfind("\n"))]
    return cut.rstrip(" \n,.;:") + "…"


def _gap(lead: str, words: str) -> str:
    """What stands between: of a list each line stands alone, also the first."""
    if not lead:
        return ""
    return "\n" if _LISTED.match(words) else " "


def _shares(lengths: Sequence[int], room: int) -> list[int]:
    """How much of the room each text gets: what the short ones leave goes to the long ones."""
    shares = [0] * len(lengths)
    left = max(0, room)
    by_length = sorted(range(len(lengths)), key=lambda at: lengths[at])
    for done, at in enumerate(by_length):
        shares[at] = min(lengths[at], left // (len(lengths) - done))
        left -= shares[at]
    return shares
