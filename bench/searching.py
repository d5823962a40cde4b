"""What is asked of search, over many posts: what a page of it costs, and how that grows."""

from bench.filling import RARE

# what is asked: a page's name and its address
FRAME = ("a page without search", "/terms")
QUESTIONS = (
    ("search, common word", "/search?q=costos"),
    ("search, two words", "/search?q=costos+proyecto"),
    ("search, with synonyms", "/search?q=auditor"),
    ("search, phrase", "/search?q=%22los+costos%22"),
    ("search, beginning", "/search?q=cert*"),
    ("search, narrowed", "/search?q=costos&kind=reply&country=GT"),
    ("search, rare word", f"/search?q={RARE}"),
    ("search, nothing found", "/search?q=xyzzyqq"),
    ("search, closest first", "/search?q=costos&order=best"),
    ("search, never asked before", "/search?q=costos+-n{n}"),
)


def pages(cookie: str) -> list[tuple[str, str, str, str]]:
    """The questions as pages to be measured: name, who, path, cookie."""
    asked = [(name, "signed in", path, cookie) for name, path in (FRAME, *QUESTIONS)]
    return [*asked, ("search, common word", "visitor", "/search?q=costos", "")]
