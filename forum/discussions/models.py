"""Threads, their posts as a tree, topics, and what joins challenges to solutions."""

from datetime import datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from forum.db import AppendOnly, PublicId, Record, enum_column
from forum.discussions.kinds import PostKind, ThreadKind, ThreadStatus
from forum.discussions.tree import DEEPEST, LONGEST_PATH
from forum.lib import clock

LONGEST_TITLE = 160
LONGEST_REASON = 500

# bytes in order, whatever the database's language: that is how paths sort
_PATH = String(LONGEST_PATH).with_variant(String(LONGEST_PATH, collation="C"), "postgresql")
_IS_SUMMARY = text("kind = 'summary'")


class Thread(Record):
    """A conversation. Its words are its posts; the first one opens it.

    The counters change in the transaction that changes the rows they count:
    `post_count` all posts, `solution_count` the solutions offered for it that everyone who
    reads it can read, `faced_count` the other projects that face it.
    """

    __tablename__ = "thread"
    __table_args__ = (
        Index("ix_thread_stage", "stage_id", "last_post_at", "id"),
        Index("ix_thread_stage_kind", "stage_id", "kind", "last_post_at", "id"),
        Index("ix_thread_kind", "kind", "last_post_at", "id"),
        Index("ix_thread_newest", "last_post_at", "id"),
        Index("ix_thread_author", "author_id", "last_post_at", "id"),
        Index("ix_thread_project", "project_id", "last_post_at", "id"),
        CheckConstraint("(status = 'locked') = (lock_reason <> '')", name="lock_has_reason"),
    )

    public_id: Mapped[PublicId]
    stage_id: Mapped[int | None] = mapped_column(ForeignKey("stage.id"))
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"))
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    kind: Mapped[ThreadKind] = mapped_column(enum_column(ThreadKind, "thread_kind"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))  # the author's then
    language: Mapped[str] = mapped_column(String(16))  # of the title
    status: Mapped[ThreadStatus] = mapped_column(
        enum_column(ThreadStatus, "thread_status"), default=ThreadStatus.OPEN
    )
    lock_reason: Mapped[str] = mapped_column(String(LONGEST_REASON), default="")
    visibility_reason: Mapped[str] = mapped_column(
        String(LONGEST_REASON), default=""
    )  # last change
    last_number: Mapped[int] = mapped_column(default=0)
    post_count: Mapped[int] = mapped_column(default=0)
    solution_count: Mapped[int] = mapped_column(default=0)
    faced_count: Mapped[int] = mapped_column(default=0)
    last_post_at: Mapped[datetime] = mapped_column(default=clock.now)
    removed_at: Mapped[datetime | None]  # with its first post: in no list, found by its link
    version: Mapped[int] = mapped_column(default=1)


class ThreadGuest(Record):
    """An expert who may read and answer one coalition thread, and nothing beside it.

    `side` is kept while the invitation holds and points at (person.id, person.side), so that
    the database refuses any other side, and refuses a change of side meanwhile.
    """

    __tablename__ = "thread_guest"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "side"], ["person.id", "person.side"]),
        CheckConstraint("side = 'expert'", name="experts_only"),
        CheckConstraint("(until IS NULL) = (side IS NOT NULL)", name="side_while_current"),
        Index(
            "uq_thread_guest_current",
            "thread_id",
            "person_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )

    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    side: Mapped[str | None] = mapped_column(String(32))
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    until: Mapped[datetime | None]  # when it ended; None while it holds


class Post(Record):
    """One person's words at one place in the tree (see tree.py)."""

    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("thread_id", "number"),
        Index("uq_post_thread_id_path", "thread_id", "path", unique=True),
        Index("ix_post_kind", "kind", "created_at", "id"),
        Index(
            "ix_post_summary",
            "thread_id",
            "id",
            sqlite_where=_IS_SUMMARY,
            postgresql_where=_IS_SUMMARY,
        ),
        CheckConstraint(f"depth BETWEEN 0 AND {DEEPEST}", name="depth"),
        CheckConstraint(
            "(removed_at IS NULL) = (removed_by_id IS NULL)", name="removed_by_someone"
        ),
    )

    public_id: Mapped[PublicId]
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"))
    number: Mapped[int]  # within the thread, from 1
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))  # None: to the thread
    path: Mapped[str] = mapped_column(_PATH)
    depth: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))  # when it was written
    on_behalf_of: Mapped[str] = mapped_column(String(120), default="")  # a name or a role
    kind: Mapped[PostKind] = mapped_column(enum_column(PostKind, "post_kind"))
    body: Mapped[str] = mapped_column(Text)  # Markdown
    html: Mapped[str] = mapped_column(Text)  # rendered and sanitised when it was written
    language: Mapped[str] = mapped_column(String(16))
    edited_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    removal_reason: Mapped[str] = mapped_column(String(LONGEST_REASON), default="")
    version: Mapped[int] = mapped_column(default=1)


class PostRevision(AppendOnly, Record):
    """What a post said before an edit; `created_at` is when it was replaced."""

    __tablename__ = "post_revision"
    __table_args__ = (UniqueConstraint("post_id", "version"),)

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    version: Mapped[int]  # the post's, while it said this
    editor_id: Mapped[int] = mapped_column(ForeignKey("person.id"))  # who replaced it
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE), default="")  # of a first post
    body: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(16))


class Topic(Record):
    """A topic, or a group of topics (`group` is then its own slug), named in each language."""

    __tablename__ = "topic"

    slug: Mapped[str] = mapped_column(String(60), unique=True)
    group: Mapped[str] = mapped_column("group_slug", String(60), index=True)
    labels: Mapped[dict[str, str]] = mapped_column(JSON)  # language code -> label
    position: Mapped[int] = mapped_column(default=0)


class ThreadTopic(Record):
    """A thread is about a topic."""

    __tablename__ = "thread_topic"
    __table_args__ = (
        UniqueConstraint("thread_id", "topic_id"),
        Index("ix_thread_topic_topic", "topic_id", "thread_id"),
    )

    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"))
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))


class SolutionFor(Record):
    """A post offered as a solution of a challenge; marked when it is what solved it."""

    __tablename__ = "solution_for"
    __table_args__ = (
        UniqueConstraint("solution_post_id", "challenge_thread_id"),
        CheckConstraint("(marked_at IS NULL) = (marked_by_id IS NULL)", name="marked_by_someone"),
    )

    solution_post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    challenge_thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), index=True)
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    marked_at: Mapped[datetime | None]


class FacedBy(Record):
    """Another project faces this challenge too."""

    __tablename__ = "faced_by"
    __table_args__ = (UniqueConstraint("challenge_thread_id", "project_id"),)

    challenge_thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))  # who said so


class ReadMark(Record):
    """Up to which number somebody has read a thread."""

    __tablename__ = "read_mark"
    __table_args__ = (UniqueConstraint("person_id", "thread_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), index=True)
    number: Mapped[int]
