"""Links in a file: to what the file holds by a place in it, to the rest by its whole address."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from forum.web.settings import settings

_HREF = re.compile(r'(<a\b[^>]*?\bhref=")(/[^"]*)"')
_POST = re.compile(r"/posts/([^/?#]+)$")
_THREAD = re.compile(r"/threads/([^/?#]+)(?:#p(\d+))?$")


def posts_named(pages: Iterable[str]) -> set[str]:
    """The public ids of the posts to which links in this html lead."""
    found = (_POST.match(link[2]) for html in pages for link in _HREF.finditer(html))
    return {post[1] for post in found if post}


@dataclass(frozen=True)
class Places:
    """What the file holds: public ids of its threads, and those of posts with their places."""

    threads: frozenset[str]
    posts: Mapping[str, tuple[str, int]]  # post -> its thread and its number there

    def linked(self, html: str) -> Markup:
        """Sanitised html whose links all lead somewhere without the forum's page around them."""
        return Markup(_HREF.sub(self._whole, html))  # noqa: S704  # sanitised when written

    def _whole(self, link: re.Match[str]) -> str:
        return f'{link[1]}{self._place(link[2]) or settings().base_url + link[2]}"'

    def _place(self, address: str) -> str:
        if post := _POST.match(address):
            thread, number = self.posts.get(post[1], ("", 0))
            return f"#t-{thread}-{number}" if thread else ""
        if (thread_link := _THREAD.match(address)) and thread_link[1] in self.threads:
            return f"#t-{thread_link[1]}" + (f"-{thread_link[2]}" if thread_link[2] else "")
        return ""
