"""What somebody asks: the text of the box read into an expression, told to either database.

`"two words"` stand together as written, `-word` is not there, `begin*` begins a word; every
other word is found in any form and language, and as the glossary's other words for it.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from forum.lib import text
from forum.search.glossary import Glossary, Term
from forum.search.words import STOP, stems, words

LONGEST = 200  # characters that are read of what was typed
MOST_TERMS = 12  # that are asked for at once
_READ_KEPT = 512  # questions a process remembers
SHORTEST_BEGINNING = 2  # letters before the star

_PIECE = re.compile(r'(-?)(?:"([^"]*)"?|([^\s"]+))')


@dataclass(frozen=True)
class Leaf:
    """A token, or several in a row; with `beginning` the last one only begins so."""

    tokens: tuple[str, ...]
    beginning: bool = False


@dataclass(frozen=True)
class Every:
    """All of these."""

    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Together(Every):
    """All of these; they are what was asked only where they stand in a row.

    The index knows no places of stems, so it finds them apart too; they are not shown then.
    """


@dataclass(frozen=True)
class Some:
    """At least one of these."""

    parts: tuple["Node", ...]


Node = Leaf | Every | Some


@dataclass(frozen=True, eq=False)
class Asked:
    """What is wanted, all of it, and what must not be there. Of one question it is one.

    `also` are the words that are taken for those asked too, to be shown.
    """

    wanted: tuple[Node, ...]
    unwanted: tuple[Node, ...]
    also: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.wanted or self.unwanted)

    @cached_property
    def wanted_of_fts5(self) -> tuple[str, ...]:
        """Each thing wanted, for SQLite."""
        return tuple(_fts5(_plainest(one)) for one in self.wanted)

    @cached_property
    def unwanted_of_fts5(self) -> str:
        """What must not be there, for SQLite."""
        return _fts5(_plainest(Some(self.unwanted)))

    @cached_property
    def wanted_of_tsquery(self) -> tuple[str, ...]:
        """Each thing wanted, for PostgreSQL."""
        return tuple(_tsquery(_plainest(one)) for one in self.wanted)

    @cached_property
    def unwanted_of_tsquery(self) -> str:
        """What must not be there, for PostgreSQL."""
        return _tsquery(_plainest(Some(self.unwanted)))

    def leaves(self) -> set[Leaf]:
        """The tokens that are looked for in a text, each alone: stems and words as written."""
        return {leaf for node in self.wanted for leaf in _leaves(node)}

    def rows(self) -> set[Together]:
        """The words that are looked for in a row."""
        return {row for node in self.wanted for row in _rows(node)}


@lru_cache(maxsize=_READ_KEPT)
def read(raw: str, glossary: Glossary) -> Asked:
    """Read what was typed. Whatever it is, it means something or nothing; it is never refused."""
    wanted: list[Node] = []
    unwanted: list[Node] = []
    plain: list[str] = []
    for minus, phrase, piece in _PIECE.findall(text.one_line(raw[:LONGEST])):
        if len(wanted) + len(unwanted) + len(plain) >= MOST_TERMS:
            break
        found = words(phrase or piece)
        if not found:
            continue
        starred = not phrase and piece.endswith("*") and len(found[-1]) >= SHORTEST_BEGINNING
        if minus:
            unwanted.append(_as_written(found, starred) if phrase or starred else _close(found))
        elif phrase:
            wanted.append(_as_written(found, beginning=False))
        elif starred:
            plain += found[:-1]
            wanted.append(_as_written(found[-1:], beginning=True))
        else:
            plain += found
    plain = plain[:MOST_TERMS]
    return Asked(
        (*_plain(plain, glossary, bool(wanted)), *wanted),
        tuple(unwanted),
        glossary.also([one for one in plain if one not in STOP]),
    )


def is_cut(raw: str) -> bool:
    """Whether more was typed than is read: too many characters, or too many words."""
    return len(raw) > LONGEST or len(_PIECE.findall(raw)) > MOST_TERMS


def word(folded: str) -> Node:
    """A word in any of its forms."""
    return Some(tuple(Leaf((f"~{one}",)) for one in sorted(stems(folded))))


def mark(name: str, value: object) -> Leaf:
    """A facet."""
    return Leaf((f"#{name}.{value}".lower(),))


def fts5(marks: Sequence[Node], asked: Asked) -> str:
    """The expression for SQLite's MATCH: what is asked, and all of the marks.

    The marks stand last: they are of more rows, and the index goes by what it is told first.
    """
    wanted = " AND ".join((*asked.wanted_of_fts5, *map(_fts5, marks)))
    return f"({wanted}) NOT {asked.unwanted_of_fts5}" if asked.unwanted else wanted


def tsquery(marks: Sequence[Node], asked: Asked) -> str:
    """The same for PostgreSQL's @@."""
    wanted = " & ".join((*map(_tsquery, marks), *asked.wanted_of_tsquery))
    return f"{wanted} & !{asked.unwanted_of_tsquery}" if asked.unwanted else wanted


def _plain(found: list[str], glossary: Glossary, others: bool) -> Iterator[Node]:
    """The plain words; the commonest are left out unless they are all there is."""
    telling = [one for one in found if one not in STOP]
    if not telling:
        return iter(()) if others else iter([Leaf((f"={one}",)) for one in found])
    return _with_synonyms(telling, glossary)


def _with_synonyms(found: list[str], glossary: Glossary) -> Iterator[Node]:
    at = 0
    while at < len(found):
        length, others = glossary.at(found, at)
        own = tuple(word(one) for one in found[at : at + length])
        if others:
            yield Some((Every(own), *map(_alike, others)))
        else:
            yield from own
        at += length


def _alike(term: Term) -> Node:
    together = tuple(word(one) for one in term)
    return Together(together) if len(together) > 1 else together[0]


def _as_written(found: list[str], beginning: bool) -> Leaf:
    return Leaf(tuple(f"={one}" for one in found), beginning)


def _close(found: list[str]) -> Node:
    return word(found[0]) if len(found) == 1 else _as_written(found, beginning=False)


def _leaves(node: Node) -> Iterable[Leaf]:
    if isinstance(node, Leaf):
        return (node,)
    if isinstance(node, Together):
        return ()
    return (leaf for part in node.parts for leaf in _leaves(part))


def _rows(node: Node) -> Iterable[Together]:
    if isinstance(node, Together):
        return (node,)
    return (row for part in getattr(node, "parts", ()) for row in _rows(part))


def _plainest(node: Node) -> Node:
    """The same, each thing asked once: an index pays for every list of rows it is told to join."""
    if isinstance(node, Leaf):
        return node
    kind = Every if isinstance(node, Every) else Some
    parts: dict[Node, None] = {}
    for part in map(_plainest, node.parts):
        parts |= dict.fromkeys(part.parts if type(part) is kind else (part,))
    if kind is Some:
        parts = {part: None for part in parts if not _goes_without(part, parts)}
    return next(iter(parts)) if len(parts) == 1 else kind(tuple(parts))


def _goes_without(part: Node, others: Collection[Node]) -> bool:
    """Whether `part` asks for something more beside what one of the others asks alone."""
    return isinstance(part, Every) and any(
        set(one.parts if isinstance(one, Some) else (one,)) <= set(others) for one in part.parts
    )


def _fts5(node: Node) -> str:
    if isinstance(node, Leaf):
        return f'"{" ".join(node.tokens)}"' + (" *" if node.beginning else "")
    between = " AND " if isinstance(node, Every) else " OR "
    return f"({between.join(_fts5(part) for part in node.parts)})"


def _tsquery(node: Node) -> str:
    if isinstance(node, Leaf):
        row = " <-> ".join(f"'{token}'" for token in node.tokens)
        return f"({row}:*)" if node.beginning else f"({row})"
    between = " & " if isinstance(node, Every) else " | "
    return f"({between.join(_tsquery(part) for part in node.parts)})"
