"""The summary of a thread, as it is read and as it is edited."""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from forum.accounts.models import Person
from forum.db import db
from forum.discussions.models import Post, PostRevision, Summary
from forum.discussions.rows import ThreadRow

_LINK = re.compile(r"\[#p\d+\]\(/posts/(\w+)\)")  # as summarising writes it


@dataclass(frozen=True, kw_only=True)
class SummaryRow:
    """A thread's summary with who wrote it and who changed it last."""

    public_id: str
    number: int
    html: str
    language: str
    version: int
    created_at: datetime
    edited_at: datetime | None
    author_name: str
    editor_name: str | None
    asked: str
    answered: str
    still_open: str


def summary_of(thread: ThreadRow) -> SummaryRow | None:
    """The thread's summary, None while there is none or it is removed."""
    if thread.summary_id is None:
        return None
    editor = aliased(Person)
    editor_name = (
        select(editor.name)
        .join(PostRevision, PostRevision.editor_id == editor.id)
        .where(PostRevision.post_id == Post.id)
        .order_by(PostRevision.version.desc())
        .limit(1)
        .correlate(Post)
        .scalar_subquery()
    )
    query = (
        select(
            Post.public_id,
            Post.number,
            Post.html,
            Post.language,
            Post.version,
            Post.created_at,
            Post.edited_at,
            Person.name.label("author_name"),
            editor_name.label("editor_name"),
            Summary.asked,
            Summary.answered,
            Summary.still_open,
        )
        .join(Summary, Summary.post_id == Post.id)
        .join(Person, Person.id == Post.author_id)
        .where(Summary.thread_id == thread.id, Post.removed_at.is_(None))
    )
    found = db.session.execute(query).mappings().one_or_none()
    return SummaryRow(**found) if found else None


def as_typed(summary: SummaryRow, thread: ThreadRow) -> SummaryRow:
    """The summary for who changes it: a link to a post of the thread is its number of today.

    A post that is in another thread by now keeps its link.
    """
    texts = (summary.asked, summary.answered, summary.still_open)
    ids = {one for text in texts for one in _LINK.findall(text)}
    if not ids:
        return summary
    rows = db.session.execute(
        select(Post.public_id, Post.number).where(
            Post.thread_id == thread.id, Post.public_id.in_(ids)
        )
    )
    numbers = {row.public_id: row.number for row in rows}

    def number(found: re.Match[str]) -> str:
        return f"#p{numbers[found[1]]}" if found[1] in numbers else found[0]

    asked, answered, still_open = (_LINK.sub(number, text) for text in texts)
    return replace(summary, asked=asked, answered=answered, still_open=still_open)
