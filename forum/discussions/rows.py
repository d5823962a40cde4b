"""Threads and posts as plain rows, as pages, policies and actions read them.

The rows of posts, threads and files are told by their identity: the same answer of the database
is the same row (`db.objects_of`), so that what is kept of it is found at once.
"""

from dataclasses import dataclass
from datetime import datetime

from forum.discussions.kinds import Argument, PostKind, ThreadKind, ThreadStatus
from forum.spaces.kinds import SpaceKind


@dataclass(frozen=True, kw_only=True, eq=False)
class ThreadItem:
    """A thread in a list, as one viewer reads it: dozens are read at once, so only what is told."""

    id: int
    public_id: str
    space_kind: SpaceKind
    title: str
    kind: ThreadKind
    language: str
    status: ThreadStatus
    author_id: int
    author_name: str
    project_name: str | None
    project_country: str | None
    last_number: int
    post_count: int
    solution_count: int
    faced_count: int
    last_post_at: datetime
    stage_number: int | None
    read_number: int | None  # up to where the viewer has read, None: never
    pinned: bool  # among its stage's first rows

    @property
    def unread(self) -> bool:
        """Whether it holds something the viewer has not read."""
        return self.read_number is None or self.read_number < self.last_number

    @property
    def reply_count(self) -> int:
        """How many posts answer the first one."""
        return max(0, self.post_count - 1)


@dataclass(frozen=True, kw_only=True, eq=False)
class ThreadRow(ThreadItem):
    """A thread by itself, with its author, place and stage, as one viewer reads it."""

    stage_id: int | None
    space_id: int
    lock_reason: str
    visibility_reason: str  # why others read it than before; empty when nobody said
    author_public_id: str
    author_side: str
    project_id: int | None
    project_slug: str | None
    created_at: datetime
    removed_at: datetime | None
    version: int
    stage_title: str | None
    stage_opens_at: datetime | None
    stage_closes_at: datetime | None
    stage_closed_reason: str | None
    exchange_slug: str | None
    exchange_title: str | None
    region_id: int | None
    topic_slugs: str | None
    as_guest: bool  # the viewer sees this one thread of a space that they do not see
    summary_id: str | None  # public id of its summary; not looked up in lists
    arranged: bool  # something was done to it, or a session led to it; not looked up in lists
    locked_by: str | None  # name of who locked it, while it is; not looked up in lists
    locked_at: datetime | None

    @property
    def topics(self) -> tuple[str, ...]:
        """The slugs of its topics."""
        return tuple(sorted(self.topic_slugs.split(","))) if self.topic_slugs else ()


@dataclass(frozen=True, kw_only=True, eq=False)
class PostRow:
    """A post with its author; a removed one comes without its words."""

    id: int
    public_id: str
    thread_id: int
    number: int
    parent_id: int | None
    path: str
    depth: int
    kind: PostKind
    html: str
    language: str
    length: int  # characters of its Markdown
    author_id: int
    author_name: str
    author_public_id: str
    author_side: str
    project_id: int | None
    project_name: str | None
    project_slug: str | None
    project_country: str | None
    on_behalf_of: str
    created_at: datetime
    edited_at: datetime | None
    removed_at: datetime | None
    removed_by_id: int | None
    remover_name: str | None
    removal_reason: str
    file_count: int
    trial_count: int
    version: int
    offered: bool  # as a solution of its own thread's challenge
    marked_at: datetime | None  # as what solved it
    argument: Argument | None = None

    @property
    def is_first(self) -> bool:
        """Whether it opens its thread."""
        return self.number == 1

    @property
    def said_by(self) -> str:
        """The name of whoever's words these are: not always who wrote them down."""
        return self.on_behalf_of or self.author_name


@dataclass(frozen=True, kw_only=True)
class PlacedPost(PostRow):
    """A post by itself, with its Markdown and its thread."""

    body: str
    thread: ThreadRow


@dataclass(frozen=True, kw_only=True, eq=False)
class FileRow:
    """A file of a post. A picture has a preview; `alt` is empty where it decorates."""

    post_id: int
    public_id: str
    name: str
    media_type: str
    bytes: int
    sha256: str
    key: str  # in the store
    preview_key: str | None
    preview_bytes: int | None
    preview_width: int | None
    preview_height: int | None
    alt: str

    @property
    def is_picture(self) -> bool:
        """Whether it is looked at rather than downloaded."""
        return self.preview_key is not None


@dataclass(frozen=True)
class PostPage:
    """Posts in the tree's order; whether more follow."""

    posts: list[PostRow]
    more: bool


@dataclass(frozen=True)
class Branch:
    """A post at the top of the thread and the answers below it, as far as they are on the page.

    `root` is None where the page begins inside the branch; `root_number` names it anyway.
    """

    root: PostRow | None
    root_number: int
    replies: list[PostRow]


@dataclass(frozen=True, kw_only=True)
class SolutionItem:
    """A solution as lists show it: its first words, whose it is, what it is for."""

    id: int
    public_id: str
    thread_public_id: str
    thread_title: str
    thread_kind: ThreadKind
    thread_language: str
    space_kind: SpaceKind
    opening: str  # the first characters of its Markdown
    language: str
    author_name: str
    project_name: str | None
    project_country: str | None
    created_at: datetime
    marked: bool  # as what solved a challenge
    confirmed_count: int = 0  # projects that it helped, wholly or in part
    in_part: int = 0  # of these
    is_case: bool = False
    tried_near: bool = False  # in the country of the viewer's project
    faced: bool = False  # about a topic that the viewer's project faces
    from_near: bool = False  # by a project of the viewer's project's country
    alike: bool = False  # by a project at the same point of its way


@dataclass(frozen=True, kw_only=True)
class FacingProject:
    """A project that faces a challenge, or could say so."""

    id: int
    name: str
    slug: str
    country: str
    faces: bool
