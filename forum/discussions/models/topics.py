"""Topics in groups, and what a thread is about."""

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from forum.db import Record


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
