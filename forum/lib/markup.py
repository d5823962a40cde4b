"""Markdown to safe HTML, once, when it is written.

markdown-it-py renders a small, strict subset; nh3 (ammonia) then lets through only what is
listed here, whatever the renderer did.
"""

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

LONGEST = 20_000  # characters of Markdown; about ten printed pages
_DEEPEST = 12  # nested quotes and lists: deeper is an attack, not a text
_FIRST_HEADING = 4  # a page's own headings are h1 to h3

_TAGS = {
    "p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a",
    "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "table": {"tabindex"}}


def _parser() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": _DEEPEST})
    md.enable(["table", "strikethrough"])
    md.disable(["image", "html_block", "html_inline"])
    return md


_MARKDOWN = _parser()


def render(text: str) -> str:
    """Sanitised HTML of `text` (at most LONGEST characters, which the form checks)."""
    tokens = _MARKDOWN.parse(text)
    _fit_headings(tokens)
    for token in tokens:
        if token.type == "table_open":  # a wide table scrolls: the keyboard must reach it
            token.attrSet("tabindex", "0")
    html = str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow ugc noopener noreferrer",
    )


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
