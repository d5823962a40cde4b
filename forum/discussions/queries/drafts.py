"""One's own drafts, and where each belongs as far as one still sees it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from forum.db import db
from forum.discussions.models import Draft, DraftOf, Post, Thread
from forum.discussions.queries.threads import reachable
from forum.discussions.rows import PlacedPost, ThreadRow
from forum.exchanges.models import Exchange, Stage
from forum.spaces import Viewer
from forum.web.forms import unpacked

IN_STAGES = (DraftOf.THREAD, DraftOf.CASE, DraftOf.THREAD_FOR)
PARTS = (  # the fields with words, in the order in which their forms ask
    "body",
    "problem",
    "place",
    "did",
    "needs",
    "failed",
    "cost",
    "contact",
    "link",
    "asked",
    "answered",
    "still_open",
)
MOST_SHOWN = 30  # drafts: whoever has more finds the older ones when these are done


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

    def beside(self, window: str) -> str:
        """The place of what another window of it keeps; `window` is its digest."""
        return f"{self.key}~{window}"

    @property
    def holds(self) -> ColumnElement[bool]:
        """That a draft is at this place, or beside it."""
        return or_(Draft.place == self.key, Draft.place.startswith(f"{self.key}~", autoescape=True))


def thread_place(stage_id: int, solves: ThreadRow | None = None) -> Place:
    """A new thread in that stage, perhaps as a solution for a challenge."""
    return Place(DraftOf.THREAD, stage_id, solves.id if solves else None)


def case_place(stage_id: int, solves: ThreadRow | None = None) -> Place:
    """A new case in that stage, perhaps for a challenge."""
    return Place(DraftOf.CASE, stage_id, solves.id if solves else None)


def thread_for_place(stage_id: int) -> Place:
    """A new thread in that stage with somebody's words."""
    return Place(DraftOf.THREAD_FOR, stage_id)


def answer_place(thread: ThreadRow, parent: PlacedPost | None, *, solution: bool = False) -> Place:
    """An answer to the thread, or to that post of it. Answering the first post is the former."""
    what = DraftOf.SOLUTION if solution else DraftOf.REPLY
    post_id = None if parent is None or parent.is_first else parent.id
    return Place(what, thread_id=thread.id, post_id=post_id)


def reply_for_place(thread: ThreadRow, parent: PlacedPost | None) -> Place:
    """An answer with somebody's words, to the thread or to that post of it."""
    return replace(answer_place(thread, parent), what=DraftOf.REPLY_FOR)


def summary_place(thread: ThreadRow) -> Place:
    """The thread's summary."""
    return Place(DraftOf.SUMMARY, thread_id=thread.id)


def edit_place(post: PlacedPost) -> Place:
    """One's own post, changed."""
    return Place(DraftOf.EDIT, thread_id=post.thread_id, post_id=post.id)


@dataclass(frozen=True, kw_only=True)
class KeptDraft:
    """A draft with what was typed."""

    public_id: str
    saved_at: datetime
    fields: dict[str, str]
    version: int

    @property
    def shown_as(self) -> str:
        """What a form carries that was filled with it."""
        return f"{self.public_id}.{self.version}"

    @property
    def form(self) -> MultiDict[str, str]:
        """What was typed, as the form takes it."""
        return unpacked(self.fields)


@dataclass(frozen=True, kw_only=True)
class DraftRow(KeptDraft):
    """A draft with where it belongs. What the writer no longer sees is None."""

    what: DraftOf
    place: str
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
        if self.what in IN_STAGES:
            return self.stage_number is not None
        return self.thread_id is not None

    @property
    def title(self) -> str:
        """The title it was given, if it has one."""
        return self.form.get("title", "")

    @property
    def body(self) -> str:
        """The text as it was typed, its parts one below the other."""
        typed = self.form
        return "\n\n".join(typed[name] for name in PARTS if typed.get(name, "").strip())

    @property
    def language(self) -> str:
        """The language it is written in."""
        return self.form.get("language", "")

    @property
    def is_beside(self) -> bool:
        """Whether another draft of the same place was begun before it."""
        return "~" in self.place


def draft_at(viewer: Viewer, place: Place, public_id: str = "") -> KeptDraft | None:
    """The viewer's draft for that place: the one named, else the first, else the latest beside."""
    query = select(Draft.public_id, Draft.saved_at, Draft.fields, Draft.version).where(
        Draft.person_id == viewer.person_id, place.holds
    )
    named = Draft.public_id != public_id
    row = (
        db.session.execute(
            query.order_by(named, func.length(Draft.place), Draft.saved_at.desc()).limit(1)
        )
        .mappings()
        .one_or_none()
    )
    return KeptDraft(**row) if row else None


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


def kept_by_viewer(_side: str, me: Any, _spaces: Any) -> Select[Any]:
    """How many drafts the viewer has: part of the viewer's statement."""
    return select(func.count()).select_from(Draft).where(Draft.person_id == me)


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
            Draft.version,
            Draft.place,
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
