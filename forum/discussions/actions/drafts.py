"""Keeping what somebody is still writing, and letting go of it. Theirs alone, so no ledger."""

from collections.abc import Callable
from dataclasses import fields as fields_of
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, false, func, or_, select, update
from sqlalchemy.orm import aliased
from werkzeug.datastructures import MultiDict

from forum.db import db
from forum.db.inserting import upsert
from forum.discussions.actions.cases import CaseParts
from forum.discussions.models import Case, Draft, DraftOf, Post, Summary, Thread
from forum.discussions.policy import writing as policy
from forum.discussions.queries.drafts import PARTS, Place
from forum.files.limits import MOST_FILES
from forum.lib import clock, markup, text, tokens
from forum.lib.permission import Refused, require
from forum.spaces import Viewer
from forum.web.forms import packed
from forum.web.locale import gettext as _
from forum.web.models import SubmittedKey

KEPT_FOR = timedelta(days=90)  # after it was last touched
WINDOW_DIGITS = 24  # hexadecimal, as stored
LONGEST = 12 * markup.LONGEST  # characters as stored, where a letter may take six

_CHOSEN = ("kind", "topics", "visibility", "language", "solves", "parent", "country")
_FILES = (  # what waits to go along (see files.waiting), and what was said of it
    "held",
    *(f"{name}_{n}" for n in range(1, MOST_FILES + 1) for name in ("alt", "decorative")),
)
_SPOKEN = ("on_behalf_of", "project", "consent")
_WORDS = ("title", *PARTS)
_OF_CASES = frozenset({field.name for field in fields_of(CaseParts)})
_FIELDS = frozenset({*_WORDS, *_CHOSEN, *_SPOKEN, *_FILES, "version"})


def save_draft(viewer: Viewer, place: Place, sent: MultiDict[str, str]) -> Draft | None:
    """Keep the form's fields as the viewer's draft of that place.

    A window (a form as it was opened once) saves over what it saved itself and over the draft it
    was filled with. Over words that it never showed it does not: then it has a draft of its own
    beside the other.

    None when there is nothing to keep: no words, or those that are posted already; then this
    window's draft goes too. Raises Forbidden, and Refused when it is far too long.
    """
    require(policy.can_keep_drafts(viewer))
    fields = _typed(sent)
    if len(fields["form"]) > LONGEST:
        raise Refused(_("This text is too long to be kept."), "body")
    if not any(sent.get(name, "").strip() for name in _WORDS):
        drop_draft(viewer, place, sent)
        return None
    if _is_posted(viewer, place, sent):
        return None
    kept = _own_or_new(viewer, place, sent, fields)
    kept.fields, kept.saved_at, kept.window = fields, clock.now(), _window(sent)
    kept.version += 1
    db.session.flush()
    return kept


def drop_draft(viewer: Viewer, place: Place, sent: MultiDict[str, str]) -> None:
    """Let go of the draft of that place that the sent form showed: it is posted, or emptied."""
    shown = _own(viewer, place, sent, _typed(sent))
    if shown is not None:
        db.session.delete(shown)
        db.session.flush()


def throw_away(viewer: Viewer, public_id: str) -> None:
    """Let go of one of the viewer's own drafts; gone already is as well."""
    db.session.execute(
        delete(Draft)
        .where(Draft.person_id == viewer.person_id, Draft.public_id == public_id)
        .execution_options(synchronize_session=False)
    )


def carry_drafts(source_id: int, target_id: int) -> None:
    """Drafts of answers to a thread go along when it is merged into another.

    Who has one in each keeps both: the older place's stays to be read in their list.
    """
    for what in ("reply", "solution", "reply_for"):
        before, after = f"{what}.{source_id}", f"{what}.{target_id}"
        there = aliased(Draft)
        moved = func.replace(Draft.place, before, after)
        taken = exists().where(there.person_id == Draft.person_id, there.place == moved)
        db.session.execute(
            update(Draft)
            .where(
                or_(Draft.place == before, Draft.place.startswith(f"{before}~", autoescape=True)),
                ~taken,
            )
            .values(place=moved, thread_id=target_id)
            .execution_options(synchronize_session=False)
        )


def forget_old_drafts() -> int:
    """Delete the drafts that nobody touched for ninety days; returns how many."""
    gone = db.session.execute(delete(Draft).where(Draft.saved_at < clock.now() - KEPT_FOR))
    return gone.rowcount  # type: ignore[attr-defined, no-any-return]  # a delete has one


def _typed(sent: MultiDict[str, str]) -> dict[str, str]:
    return packed(MultiDict((k, v) for k, v in sent.items(multi=True) if k in _FIELDS))


def _window(sent: MultiDict[str, str]) -> str:
    """The window that sent it, as it is stored; empty for a form that does not say."""
    named = sent.get("window", "")
    return tokens.digest(named)[:WINDOW_DIGITS] if named else ""


def _own(
    viewer: Viewer, place: Place, sent: MultiDict[str, str], fields: dict[str, str]
) -> Draft | None:
    """The draft that the sent form may write over, held until the transaction ends.

    It is the window's own, or the one it was filled with as that still is, or one with the same
    words. A form that names no window has the place's first.
    """
    found = db.session.scalars(
        select(Draft)
        .where(Draft.person_id == viewer.person_id, place.holds)
        .order_by(Draft.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    window, shown = _window(sent), sent.get("draft", "")
    if not window:
        return next((one for one in found if one.place == place.key), None)
    ways: tuple[Callable[[Draft], bool], ...] = (
        lambda one: one.window == window,
        lambda one: one.shown_as == shown,
        lambda one: one.fields == fields,
    )
    return next((one for way in ways for one in found if way(one)), None)


def _own_or_new(
    viewer: Viewer, place: Place, sent: MultiDict[str, str], fields: dict[str, str]
) -> Draft:
    """The window's draft; begun at the place or, where that is taken, beside it."""
    for where in (place.key, place.beside(_window(sent))):
        own = _own(viewer, place, sent, fields) or _begun(viewer, place, where, fields)
        if own is not None:
            return own
    own = _own(viewer, place, sent, fields)  # begun by this very window a moment ago
    assert own is not None
    return own


def _begun(viewer: Viewer, place: Place, where: str, fields: dict[str, str]) -> Draft | None:
    """A new draft there; None when another one was begun there meanwhile."""
    now = clock.now()
    made = db.session.execute(
        upsert(Draft)
        .values(
            public_id=tokens.public_id(),
            created_at=now,
            person_id=viewer.person_id,
            what=place.what,
            place=where,
            stage_id=place.stage_id,
            thread_id=place.thread_id,
            post_id=place.post_id,
            fields=fields,
            saved_at=now,
            version=0,
        )
        .on_conflict_do_nothing(index_elements=["person_id", "place"])
        .returning(Draft.id)
    ).scalar_one_or_none()
    return db.session.get_one(Draft, made) if made is not None else None


def _is_posted(viewer: Viewer, place: Place, sent: MultiDict[str, str]) -> bool:
    """Whether a save came late: this form was posted meanwhile, or what it is for says this now."""
    used = exists().where(
        SubmittedKey.person_id == viewer.person_id, SubmittedKey.key == sent.get("key", "")[:64]
    )
    late = or_(used, _says_this_now(place, sent))
    return bool(db.session.execute(select(late)).scalar_one())


def _says_this_now(place: Place, sent: MultiDict[str, str]) -> ColumnElement[bool]:
    """That the post or the summary that is being changed has these very words."""

    def equal(**columns: Any) -> list[ColumnElement[bool]]:
        return [
            column == text.clean(sent.get(name, ""))
            for name, column in columns.items()
            if name in sent
        ]

    if place.what == DraftOf.SUMMARY:
        parts = {name: getattr(Summary, name) for name in ("asked", "answered", "still_open")}
        present = Post.removed_at.is_(None)
        return exists().where(
            Summary.thread_id == place.thread_id,
            Post.id == Summary.post_id,
            present,
            *equal(**parts),
        )
    if place.what != DraftOf.EDIT:
        return false()
    told = {name: getattr(Case, name) for name in sent if name in _OF_CASES}
    same = exists().where(
        Post.id == place.post_id,
        Thread.id == Post.thread_id,
        *equal(body=Post.body, title=Thread.title),
    )
    if not told:
        return same
    return and_(same, exists().where(Case.post_id == place.post_id, *equal(**told)))
