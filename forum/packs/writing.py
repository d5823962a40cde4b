"""A stage or a session as one HTML file, made piece by piece.

What is in memory at a time: the list of its threads, one fetching of posts, one small picture.
Each piece asks anew what may be shared: what is narrowed meanwhile stays out.
"""

import base64
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import render_template
from markupsafe import Markup

from forum.discussions.kinds import ThreadKind
from forum.discussions.queries import files_of
from forum.discussions.rows import FileRow, ThreadRow
from forum.files.store import store
from forum.packs import queries
from forum.packs.links import Places, posts_named
from forum.packs.queries import PackedPost, Plan
from forum.spaces import Viewer

log = logging.getLogger(__name__)

LARGEST_PICTURE = 30_000  # bytes of one small picture in the file
_POSTS_HERE = Markup("<!-- posts -->")  # nobody writes one: Markdown loses comments
_OWN_STYLE = Path(__file__).with_name("file.css").read_text("utf-8")
STYLE = Markup(f"<style>{_OWN_STYLE}</style>")  # noqa: S704  # our own; a file has no other place
MOST_PICTURES = 2_000_000  # bytes of all of them: what prepaid data bears, and a chat lets through


@dataclass
class Pack:
    """A file to be made: what is written on it, its threads, and who takes it along."""

    sharer: Viewer  # reduced to what may be shared
    plan: Plan
    most_posts: int
    pictures: bool
    about: dict[str, Any]  # for its first pages
    _pictured: int = field(default=0, init=False)  # bytes so far

    def pieces(self) -> Iterator[str]:
        """The file from beginning to end."""
        inside = frozenset(thread.public_id for thread in self.plan.threads)
        frame = render_template(
            "packs/file.html",
            plan=self.plan,
            most_posts=self.most_posts,
            style=STYLE,
            posts_here=_POSTS_HERE,
            linked=Places(inside, {}).linked,
            **self.about,
        )
        first, _mark, last = frame.partition(_POSTS_HERE)
        yield first
        whole = [thread.id for thread in self.plan.threads if thread.post_count <= self.most_posts]
        for group in self.plan.groups():
            challenges = [t.id for t in group if t.kind == ThreadKind.CHALLENGE]
            solutions = queries.solutions_for(self.sharer, challenges)
            for thread, posts in self._read(group):
                yield render_template(
                    "packs/file_posts.html",
                    thread=thread,
                    begins=bool(posts) and (posts[0].is_summary or posts[0].number == 1),
                    posts=posts,
                    solutions=solutions[thread.id],
                    inside=inside,
                    linked=self._places(inside, whole, posts).linked,
                    files=self._files(posts),
                )
        yield last

    def _read(self, group: Sequence[ThreadRow]) -> Iterator[tuple[ThreadRow, list[PackedPost]]]:
        """The threads of the group in their order, a large one in several parts."""
        if len(group) == 1:
            for page in queries.posts_of(self.sharer, [group[0].id], self.most_posts):
                yield group[0], page
            return
        found: dict[int, list[PackedPost]] = {thread.id: [] for thread in group}
        for page in queries.posts_of(self.sharer, list(found), self.most_posts):
            for post in page:
                found[post.thread_id].append(post)
        for thread in group:
            if found[thread.id]:
                yield thread, found[thread.id]

    def _places(
        self, inside: frozenset[str], whole: Sequence[int], posts: Sequence[PackedPost]
    ) -> Places:
        """Where in the file stand the posts that these lead to."""
        named = posts_named(post.html for post in posts)
        return Places(inside, queries.numbers_in(whole, named) if named else {})

    def _files(self, posts: Sequence[PackedPost]) -> dict[int, list[tuple[FileRow, str]]]:
        """The files of these posts, each with its small picture as an address, or nothing."""
        files = files_of(post.id for post in posts if post.file_count)
        return {
            post_id: [(one, self._picture(one)) for one in rows] for post_id, rows in files.items()
        }

    def _picture(self, file: FileRow) -> str:
        size = file.preview_bytes or 0
        if not self.pictures or file.preview_key is None or size > LARGEST_PICTURE:
            return ""
        if self._pictured + size > MOST_PICTURES:
            return ""
        try:
            with store().open(file.preview_key) as body:
                data = body.read(LARGEST_PICTURE + 1)
        except OSError:
            log.exception("a picture for a file cannot be fetched: %s", file.preview_key)
            return ""
        self._pictured += len(data)
        return f"data:image/webp;base64,{base64.b64encode(data).decode()}"
