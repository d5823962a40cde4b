"""One's own drafts, and where each belongs as far as one still sees it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, select
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from forum.db import db
from forum.discussions.models import Draft, DraftOf, Post, Thread
from forum.discussions.queries.threads import reachable
from forum.discussions.rows import PlacedPost, ThreadRow
from forum.exchanges.models import Exchange, Stage
from forum.spaces import Viewer
from forum.web.forms import unpacked

MOST_SHOWN = 50  # drafts: whoever has more finds the older ones when these are done


@dataclass(frozen=True)
class Place:
    """What a draft is for."""

    what: DraftOf
    stage_id: int | None = None
    thread_id: int | None = None
    post_id: int | None = None

    @property
    def key(self) -> str:
        """The place as one word: what there is one draft of. A post may move between threads."""
        if self.post_id is not None:
            return f"{self.what}.post.{self.post_id}"
        stage = f"{self.stage_id}." if self.stage_id else ""
        return f"{self.what}.{stage}{self.thread_id or ''}"


def thread_place(stage_id: int, solves: ThreadRow | None = None) -> Place:
    """A new thread in that stage, perhaps as a solution for a challenge."""
    return Place(DraftOf.THREAD, stage_id, solves.id if solves else None)


def answer_place(thread: ThreadRow, parent: PlacedPost | None, *, solution: bool = False) -> Place:
    """An answer to the thread, or to that post of it. Answering the first post is the former."""
    what = DraftOf.SOLUTION if solution else DraftOf.REPLY
    post_id = None if parent is None or parent.is_first else parent.id
    return Place(what, thread_id=thread.id, post_id=post_id)


def edit_place(post: PlacedPost) -> Place:
    """One's own post, changed."""
    return Place(DraftOf.EDIT, thread_id=post.thread_id, post_id=post.id)


@dataclass(frozen=True, kw_only=True)
class KeptDraft:
    """A draft with what was typed."""

    public_id: str
    saved_at: datetime
    fields: dict[str, str]

    @property
    def form(self) -> MultiDict[str, str]:
        """What was typed, as the form takes it."""
        return unpacked(self.fields)


@dataclass(frozen=True, kw_only=True)
class DraftRow(KeptDraft):
    """A draft with where it belongs. What the writer no longer sees is None."""

    what: DraftOf
    thread_id: str | None  # public
    thread_title: str | None
    thread_language: str | None
    post_id: str | None  # public
    stage_number: int | None
    stage_title: str | None
    exchange_slug: str | None

    @property
    def in_sight(self) -> bool:
        """Whether there is still a place to go on writing."""
        if self.what == DraftOf.THREAD:
            return self.stage_number is not None
        return self.thread_id is not None

    @property
    def title(self) -> str:
        """The title it was given, if it has one."""
        return self.form.get("title", "")

    @property
    def body(self) -> str:
        """The text as it was typed."""
        return self.form.get("body", "")

    @property
    def language(self) -> str:
        """The language it is written in."""
        return self.form.get("language", "")


def draft_at(viewer: Viewer, place: Place) -> KeptDraft | None:
    """The viewer's draft for that place."""
    row = db.session.execute(
        select(Draft.public_id, Draft.saved_at, Draft.fields).where(
            Draft.person_id == viewer.person_id, Draft.place == place.key
        )
    ).one_or_none()
    return KeptDraft(public_id=row[0], saved_at=row[1], fields=row[2]) if row else None


def drafts(viewer: Viewer) -> list[DraftRow]:
    """The viewer's drafts, the latest first, in one statement."""
    query = _rows(viewer).order_by(Draft.saved_at.desc(), Draft.id.desc()).limit(MOST_SHOWN)
    return [DraftRow(**row) for row in db.session.execute(query).mappings()]


def draft_or_404(viewer: Viewer, public_id: str) -> DraftRow:
    """One of the viewer's own drafts. Raises NotFound, also for anybody else's."""
    found = db.session.execute(_rows(viewer).where(Draft.public_id == public_id)).mappings().first()
    if found is None:
        raise NotFound
    return DraftRow(**found)


def draft_count(person_id: int) -> int:
    """How many drafts the person has."""
    return db.session.execute(
        select(func.count()).select_from(Draft).where(Draft.person_id == person_id)
    ).scalar_one()


def _rows(viewer: Viewer) -> Select[Any]:
    return (
        select(
            Draft.public_id,
            Draft.saved_at,
            Draft.fields,
            Draft.what,
            Thread.public_id.label("thread_id"),
            Thread.title.label("thread_title"),
            Thread.language.label("thread_language"),
            Post.public_id.label("post_id"),
            Stage.number.label("stage_number"),
            Stage.title.label("stage_title"),
            Exchange.slug.label("exchange_slug"),
        )
        .outerjoin(Post, Post.id == Draft.post_id)
        .outerjoin(
            Thread,
            and_(
                Thread.id == func.coalesce(Post.thread_id, Draft.thread_id),
                Thread.removed_at.is_(None),
                reachable(viewer),
            ),
        )
        .outerjoin(Stage, Stage.id == Draft.stage_id)
        .outerjoin(Exchange, Exchange.id == Stage.exchange_id)
        .where(Draft.person_id == viewer.person_id)
    )
