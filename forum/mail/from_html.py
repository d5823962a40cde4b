"""HTML as mail programs write it, to the Markdown that posts are kept in.

Pure. What quotes others keeps its mark (`>` or a line of underscores), so that one set of rules
cuts it, whichever way the mail came (see `cutting`).
"""

import re

from bs4 import BeautifulSoup, Comment, Tag
from markdownify import MarkdownConverter

LONGEST = 500_000  # characters of HTML: office programs write thirty to each of a person's
_DEEPEST = 150  # tags within tags: a thread quoted and quoted again, its newest mail on top
_LINE = "_" * 32

_NOTHING = ("script", "style", "head", "title", "meta", "link", "template", "object", "svg", "form")
_SIGNATURES = (
    ".gmail_signature",
    ".gmail_signature_prefix",
    ".moz-signature",
    "#Signature",
    "#signature",
    "#ms-outlook-mobile-signature",
    ".protonmail_signature_block",
    ".x_gmail_signature",
)
_OTHERS = (  # begins somebody else's mail, without a mark of its own
    "#divRplyFwdMsg",
    "#appendonsend",
    "#mail-editor-reference-message-container",
    ".yahoo_quoted",
    ".protonmail_quote",
    ".OutlookMessageHeader",
    '[style*="border-top:solid #E1E1E1"]',
    '[style*="border-top:solid #B5C4DF"]',
    '[style*="border-top: solid #E1E1E1"]',
)
_TAG = re.compile(r"<(/?)([a-zA-Z][\w:]*)")
_EMPTY = {"br", "hr", "img", "meta", "link", "input", "area", "col", "wbr"}
_ENDS = re.compile(r"<(?:br|/p|/div|/tr|/li)\b[^<>]*>", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\u00a0]+")


class _Converter(MarkdownConverter):
    """Markdownify's, to which a `div` is a line, as it is to those who write mail."""

    def convert_div(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002  # as it calls them
        """A line by itself."""
        if "_inline" in parent_tags:
            return f" {text.strip()} "
        return f"\n{text.strip(chr(10))}\n"

    def convert_ul(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A list, apart from what follows it."""
        made = str(self.convert_list(el, text, parent_tags))  # type: ignore[attr-defined]  # not in its stubs
        return made if "li" in parent_tags else f"{made.rstrip()}\n\n"

    convert_ol = convert_ul

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002  # as it calls them
        """A picture that came along, marked by its name in the mail; others are left out."""
        source = str(el.get("src") or "")
        return f"[cid:{source[4:]}]" if source.lower().startswith("cid:") else ""


def markdown(html: str) -> str:
    """The words of the HTML, as Markdown. Never raises: the worst is read as bare words."""
    html = _shallow(html[:LONGEST])
    try:
        return _tidied(_converted(html))
    except (RecursionError, ValueError, AssertionError):
        return _tidied(re.sub(r"<[^<>]*>", "", _ENDS.sub("\n", html)))


def _shallow(html: str) -> str:
    """The HTML up to where it is nested too deeply to be read."""
    depth = 0
    for tag in _TAG.finditer(html):
        if tag[2].lower() in _EMPTY:
            continue
        depth += -1 if tag[1] else 1
        if depth > _DEEPEST:
            return html[: tag.start()]
    return html


def _converted(html: str) -> str:
    soup = BeautifulSoup(f"<div>{html}</div>", "html.parser")
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for useless in (*_tags(soup, *_NOTHING), *soup.select(", ".join(_SIGNATURES))):
        useless.decompose()
    for begins in soup.select(", ".join(_OTHERS)):
        line = soup.new_tag("p")
        line.string = _LINE
        begins.insert_before(line)
    for one in _tags(soup):
        if not one.decomposed and _is_hidden(one):
            one.decompose()
    for link in soup.select('a[href^="mailto:"], a:not([href])'):
        link.unwrap()
    _lines_for_paragraphs(soup)
    converter = _Converter(
        heading_style="ATX",
        bullets="-",
        escape_underscores=False,
        strong_em_symbol="*",
        newline_style="backslash",
        autolinks=True,
        wrap=True,  # a line end in the source is white space ...
        wrap_width=None,  # ... and none is made
    )
    return str(converter.convert_soup(soup))


def _tags(soup: BeautifulSoup, *names: str) -> list[Tag]:
    return [one for one in soup.find_all(names or True) if isinstance(one, Tag)]


def _is_hidden(tag: Tag) -> bool:
    style = str(tag.get("style") or "").replace(" ", "").lower()
    return "display:none" in style or "mso-hide:all" in style


def _lines_for_paragraphs(soup: BeautifulSoup) -> None:
    """An office program's paragraph is a line; one with nothing in it is an empty line."""
    for one in _tags(soup, "p", "div"):
        style = str(one.get("style") or "").replace(" ", "")
        office = "MsoNormal" in str(one.get("class") or "") or "margin:0" in style
        empty = not one.find(["img", "table", "p", "div", "ul", "ol"]) and not _SPACE.sub(
            "", one.get_text()
        )
        if empty:
            one.clear()
            one.append(soup.new_tag("br"))
        if one.name == "p" and office:
            one.name = "div"


def _tidied(text: str) -> str:
    text = text.replace("\u00a0", " ").replace("\\\n", "\n")
    lines = [re.sub(r"^(\s*(?:>\s?)*)\\$", r"\1", line.rstrip()) for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
