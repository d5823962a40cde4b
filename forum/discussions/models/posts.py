"""Posts as a tree, and what they said before an edit."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from forum.db import AppendOnly, PublicId, Record, enum_column
from forum.discussions.kinds import Argument, PostKind
from forum.discussions.models.lengths import LONGEST_REASON, LONGEST_TITLE
from forum.discussions.tree import DEEPEST, LONGEST_PATH

# bytes in order, whatever the database's language: that is how paths sort
_PATH = String(LONGEST_PATH).with_variant(String(LONGEST_PATH, collation="C"), "postgresql")
_IS_SUMMARY = text("kind = 'summary'")
_IS_ARGUMENT = text("argument IS NOT NULL")


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
        Index(
            "ix_post_argument",
            "thread_id",
            "argument",
            sqlite_where=_IS_ARGUMENT,
            postgresql_where=_IS_ARGUMENT,
        ),
        Index("ix_post_confirmed", "kind", "confirmed_count", "created_at", "id"),
        CheckConstraint("file_count >= 0", name="file_count"),
        CheckConstraint("confirmed_count >= 0 AND trial_count >= 0", name="trial_counts"),
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
    argument: Mapped[Argument | None] = mapped_column(enum_column(Argument, "post_argument"))
    body: Mapped[str] = mapped_column(Text)  # Markdown
    html: Mapped[str] = mapped_column(Text)  # rendered and sanitised when it was written
    language: Mapped[str] = mapped_column(String(16))
    edited_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    removal_reason: Mapped[str] = mapped_column(String(LONGEST_REASON), default="")
    file_count: Mapped[int] = mapped_column(default=0)  # its attachments
    trial_count: Mapped[int] = mapped_column(default=0)  # projects that tried it, or will
    confirmed_count: Mapped[int] = mapped_column(default=0)  # projects it helped: see `confirmed`
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
    argument: Mapped[Argument | None] = mapped_column(
        enum_column(Argument, "post_revision_argument")
    )
