"""Searching is everyone's; each finds what they may read. The glossary is the operator's."""

from forum.search.actions import reindex_batch
from forum.search.models import Source
from tests.house.routes import get, post


def indexed(_world):
    """The world came about without anybody listening."""
    for source in Source:
        reindex_batch(source, 0, None)


get("/search")
for asked in ("zq*", "zqc*", "zqst*", "zqd*", "zqad*", "zqg*", "mark", ""):
    for order in ("", "&order=best"):
        get("/search", f"{asked}{order}", query=f"?q={asked}{order}", prepare=indexed)
for kind in ("challenge", "solution", "proposal", "expert", "project", "outcome"):
    get("/search", f"kind {kind}", query=f"?kind={kind}", prepare=indexed)
get("/search", "country", query="?country=GT&language=es", prepare=indexed)

OPERATOR = frozenset({"operator"})
get("/search/glossary", may=OPERATOR)
post(
    "/search/glossary",
    may=OPERATOR,
    form=lambda _world: {"groups": "costos, costs\nCLPI, FPIC", "version": 0},
)
