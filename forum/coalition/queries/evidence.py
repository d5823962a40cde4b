"""What a proposal can rest on, to be chosen: as far as who looks may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, literal, null, select, union_all

from forum.coalition.queries.around import thread_seen
from forum.db import db
from forum.directory.models import Project
from forum.discussions.models import Post, Thread
from forum.exchanges.models import ExchangeSession
from forum.lib import markup, text
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.spaces.models import Space

LONGEST_PIECE = 120  # characters of what it says, to tell two apart
_READ = 1_000  # characters of Markdown, of which that is made


@dataclass(frozen=True, kw_only=True)
class Choosable:
    """A thread, a post or a session that can be named as evidence."""

    what: str  # thread, post or session
    public_id: str
    title: str
    kind: str
    language: str
    space_kind: SpaceKind | None  # who sees it; None for a session, which is everybody's
    project_name: str | None
    country: str | None
    at: datetime
    said: str  # how it begins

    @property
    def url(self) -> str:
        """Its address."""
        return f"/{self.what}s/{self.public_id}"


def choosable(viewer: Viewer, names: Sequence[tuple[str, str]]) -> list[Choosable]:
    """What is named (("thread", public id), also post and session) and seen, in that order."""
    if not names:
        return []
    rows = db.session.execute(
        union_all(
            _written(viewer, "thread", _named(names, "thread")),
            _written(viewer, "post", _named(names, "post")),
            _sessions(_named(names, "session")),
        )
    )
    found = {(row.what, row.key): _choosable(row) for row in rows}
    return [found[name] for name in dict.fromkeys(names) if name in found]


def _named(names: Sequence[tuple[str, str]], what: str) -> list[str]:
    return [public_id for one, public_id in names if one == what]


def _written(viewer: Viewer, what: str, public_ids: list[str]) -> Any:
    """Threads by their first post, or posts."""
    key = Thread.public_id if what == "thread" else Post.public_id
    query = (
        select(
            literal(what).label("what"),
            key.label("key"),
            Thread.title.label("title"),
            cast(Post.kind, String).label("kind"),
            Post.language.label("language"),
            cast(Space.kind, String).label("space_kind"),
            Project.name.label("project_name"),
            Project.country.label("country"),
            Post.created_at.label("at"),
            Post.body.label("said"),
        )
        .join(Thread, Thread.id == Post.thread_id)
        .join(Space, Space.id == Thread.space_id)
        .outerjoin(Project, Project.id == Post.project_id)
        .where(key.in_(public_ids), thread_seen(viewer), Post.removed_at.is_(None))
    )
    return query.where(Post.number == 1) if what == "thread" else query


def _sessions(public_ids: list[str]) -> Any:
    text_type = String()
    return select(
        literal("session"),
        ExchangeSession.public_id,
        ExchangeSession.title,
        literal("session"),
        ExchangeSession.language,
        cast(null(), text_type),
        cast(null(), text_type),
        cast(null(), text_type),
        ExchangeSession.starts_at,
        ExchangeSession.agenda,
    ).where(ExchangeSession.public_id.in_(public_ids))


def _choosable(row: Any) -> Choosable:
    return Choosable(
        what=row.what,
        public_id=row.key,
        title=row.title,
        kind=row.kind,
        language=row.language,
        space_kind=SpaceKind(row.space_kind) if row.space_kind else None,
        project_name=row.project_name,
        country=row.country,
        at=row.at,
        said=text.excerpt(markup.plain(row.said[:_READ], to_tell=True), LONGEST_PIECE),
    )
