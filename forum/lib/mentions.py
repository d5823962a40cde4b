"""Names called with an @ in Markdown: finding what they may be, and making links of them.

Nothing here knows who there is: the caller says which names are known and where they lead.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from markdown_it.token import Token

MOST_CALLED = 20  # of one text: more would be a list of addresses, not a conversation
_LONGEST = 120  # characters of a name
_MOST_WORDS = 8  # of a name
_CALL = re.compile(r"(?<![\w@/.])@(?=\w)")
_WORD = re.compile(r"\S+")
_AFTER_A_NAME = ".,;:!?)]}»”’\"'…"


@dataclass
class Met:
    """What became of the calls in a text."""

    names: set[str] = field(default_factory=set)  # called
    missed: list[str] = field(default_factory=list)  # nobody's, or of more than one: in order


def possible(tokens: list[Token]) -> set[str]:
    """Every run of words after an @ that might be somebody's name."""
    found: set[str] = set()
    called = 0
    for piece in _texts(tokens):
        for call in _CALL.finditer(piece.content):
            called += 1
            if called > MOST_CALLED:
                return found
            found.update(_runs(piece.content[call.end() :]))
    return found


def link(tokens: list[Token], known: Mapping[str, str | None]) -> Met:
    """Make the @ and a known name a link to its address; returns what became of the calls.

    A name without an address ("") stays text; one that is nobody's alone (None) too, and is not
    called. Of two names that fit, such as "Ana" and "Ana Pérez", the longer is meant.
    """
    met = Met()
    for token in tokens:
        wanted = {id(piece) for piece in _texts([token])}
        if wanted and token.children:
            token.children = [
                made
                for child in token.children
                for made in (_linked(child, known, met) if id(child) in wanted else [child])
            ]
    return met


def _texts(tokens: list[Token]) -> list[Token]:
    """The pieces of plain text outside links and code."""
    found = []
    for token in tokens:
        depth = 0
        for piece in token.children or ():
            depth += {"link_open": 1, "link_close": -1}.get(piece.type, 0)
            if piece.type == "text" and not depth and "@" in piece.content:
                found.append(piece)
    return found


def _runs(text: str) -> Iterator[str]:
    """The first word, the first two, and so on; with and without what ends a sentence."""
    for count, word in enumerate(_WORD.finditer(text[: _LONGEST + 1])):
        if count == _MOST_WORDS:
            return
        run = " ".join(text[: word.end()].split())
        yield run
        yield run.rstrip(_AFTER_A_NAME)


def _linked(piece: Token, known: Mapping[str, str | None], met: Met) -> Iterator[Token]:
    text, done = piece.content, 0
    for call in _CALL.finditer(text):
        if call.start() < done:
            continue
        after = text[call.end() :]
        named = max((run for run in _runs(after) if run in known), key=len, default="")
        address = known.get(named)
        if address is None:
            met.missed.append(named or _named(after))
            continue
        met.names.add(named)
        if not address:
            continue
        end = call.end() + _length(after, named)
        yield _text(text[done : call.start()])
        yield Token("link_open", "a", 1, attrs={"href": address})
        yield _text(text[call.start() : end])
        yield Token("link_close", "a", -1)
        done = end
    yield _text(text[done:])


def _named(text: str) -> str:
    """What was likely meant as a name: the first word, and those that begin with a capital."""
    words: list[str] = []
    for match in _WORD.finditer(text[:_LONGEST]):
        word = match.group().rstrip(_AFTER_A_NAME)
        if len(words) == _MOST_WORDS or (words and not word[:1].isupper()):
            break
        words.append(word)
        if word != match.group():
            break
    return " ".join(words)


def _length(text: str, name: str) -> int:
    """How much of `text` the name takes, whatever the spaces between its words."""
    spaced = re.match(r"\s+".join(re.escape(word) for word in name.split()), text)
    return spaced.end() if spaced else len(name)


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)
