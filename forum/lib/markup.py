"""Markdown to safe HTML, once, when it is written.

markdown-it-py renders a small, strict subset; nh3 (ammonia) then lets through only what is
listed here, whatever the renderer did.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from forum.lib import mentions

LONGEST = 20_000  # characters of Markdown; about ten printed pages
_DEEPEST = 12  # nested quotes and lists: deeper is an attack, not a text
_ENDS = (".", ":", "?", "!", "…")
_FIRST_HEADING = 4  # a page's own headings are h1 to h3

_TAGS = {
    "p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a",
    "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title"},
    "ol": {"start"},
    "table": {"tabindex"},
    "th": {"scope"},
}


def _parser() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": _DEEPEST})
    md.enable(["table", "strikethrough"])
    md.disable(["image", "html_block", "html_inline"])
    return md


_MARKDOWN = _parser()


@dataclass(frozen=True)
class Linked:
    """HTML, the names that were called, and those that are nobody's or of more than one."""

    html: str
    names: frozenset[str] = frozenset()
    missed: tuple[str, ...] = ()


def render(text: str) -> str:
    """Sanitised HTML of `text` (at most LONGEST characters, which the form checks)."""
    return linked(text, None).html


def linked(text: str, names: Mapping[str, str | None] | None) -> Linked:
    """As `render`, with the names that an @ may call, if any is to be: see `mentions.link`."""
    tokens = _MARKDOWN.parse(text)
    _fit_headings(tokens)
    met = mentions.Met() if names is None else mentions.link(tokens, names)
    for token in tokens:
        if token.type == "table_open":  # a wide table scrolls: the keyboard must reach it
            token.attrSet("tabindex", "0")
        elif token.type == "th_open":
            token.attrSet("scope", "col")
    html = str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow ugc noopener noreferrer",
    )
    return Linked(clean, frozenset(met.names), tuple(dict.fromkeys(met.missed)))


def called(text: str) -> set[str]:
    """What may be names that the text calls with an @."""
    return mentions.possible(_MARKDOWN.parse(text)) if "@" in text else set()


def plain(text: str, *, to_tell: bool = False) -> str:
    """The words of `text` as they are read: without marks, lists with a dot or their numbers.

    A link is followed by its address in parentheses, unless that is what it says. With `to_tell`,
    for a message: a heading ends with a colon and stands before what it heads, and an address
    that leads nowhere outside the forum is left out.
    """
    blocks: list[str] = []
    item, heads, answers, numbers = "", False, False, []
    for token in _MARKDOWN.parse(text):
        if token.type == "heading_open":
            heads = to_tell
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            numbers.append(int(token.attrs.get("start", 1)) if token.tag == "ol" else 0)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            numbers.pop()
        elif token.type == "list_item_open":
            item = f"{numbers[-1]}. " if numbers[-1] else "• "
            numbers[-1] += 1 if numbers[-1] else 0
        elif token.type in ("inline", "fence", "code_block"):
            words = _words(token.children, to_tell) if token.children else token.content.rstrip()
            line = f"{'  ' * (len(numbers) - 1)}{item}{words}"
            if heads and not line.endswith(_ENDS):
                line += ":"
            if answers and not heads and not numbers:
                blocks[-1] += f" {line}"
            else:
                blocks.append(line)
            item, heads, answers = "", False, heads
    return "\n".join(blocks)


def _words(pieces: Sequence[Token], to_tell: bool) -> str:
    said: list[str] = []
    links: list[tuple[str, int]] = []
    for piece in pieces:
        if piece.type == "link_open":
            links.append((str(piece.attrs["href"]), len(said)))
        elif piece.type == "link_close":
            address, begin = links.pop()
            half = to_tell and "://" not in address
            if not half and "".join(said[begin:]) != address:
                said.append(f" ({address})")
        elif piece.type in ("softbreak", "hardbreak"):
            said.append("\n")
        else:
            said.append(piece.content)
    return "".join(said)


def _fit_headings(tokens: list[Token]) -> None:
    """Headings begin at h4 and never skip a level downwards, wherever the writer began."""
    level, written = _FIRST_HEADING, 0
    for token in tokens:
        if token.type == "heading_open":
            wanted = int(token.tag[1])
            step = 0 if not written else max(-2, min(1, wanted - written))
            level = max(_FIRST_HEADING, min(6, level + step))
            written = wanted
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{level}"
