"""Keeping what somebody is still writing, and letting go of it. Theirs alone, so no ledger."""

from datetime import timedelta

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from werkzeug.datastructures import MultiDict

from forum.db import db
from forum.discussions.models import Draft, Post
from forum.discussions.policy import writing as policy
from forum.discussions.queries import Place
from forum.lib import clock, markup, tokens
from forum.lib.permission import Refused, require
from forum.spaces import Viewer
from forum.web.forms import packed
from forum.web.locale import gettext as _
from forum.web.models import SubmittedKey

KEPT_FOR = timedelta(days=90)  # after it was last touched
LONGEST = 12 * markup.LONGEST  # characters as stored, where a letter may take six

_TYPED = ("title", "body", "kind", "topics", "visibility", "language", "solves", "parent")
_FIELDS = frozenset({*_TYPED, "version"})


def save_draft(viewer: Viewer, place: Place, sent: MultiDict[str, str]) -> Draft | None:
    """Keep the form's fields as the viewer's one draft of that place; the last one saved wins.

    None when there is nothing to keep: no words, or those that are posted already; then an
    earlier draft goes too. Raises Forbidden, and Refused when it is far too long.
    """
    require(policy.can_keep_drafts(viewer))
    fields = packed(MultiDict((k, v) for k, v in sent.items(multi=True) if k in _FIELDS))
    if len(fields["form"]) > LONGEST:
        raise Refused(_("This text is too long to be kept."), "body")
    if not (sent.get("body", "").strip() or sent.get("title", "").strip()):
        drop_draft(viewer, place)
        return None
    if _is_posted(viewer, place, sent):
        return None
    now = clock.now()
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    kept = insert(Draft).values(
        public_id=tokens.public_id(),
        created_at=now,
        person_id=viewer.person_id,
        what=place.what,
        place=place.key,
        stage_id=place.stage_id,
        thread_id=place.thread_id,
        post_id=place.post_id,
        fields=fields,
        saved_at=now,
    )
    draft_id = db.session.execute(
        kept.on_conflict_do_update(
            index_elements=["person_id", "place"],
            set_={"fields": kept.excluded.fields, "saved_at": now},
        ).returning(Draft.id)
    ).scalar_one()
    return db.session.get_one(Draft, draft_id, populate_existing=True)


def drop_draft(viewer: Viewer, place: Place) -> None:
    """Let go of the viewer's draft of that place, if there is one: it is posted, or emptied."""
    _drop(viewer, Draft.place == place.key)


def throw_away(viewer: Viewer, public_id: str) -> None:
    """Let go of one of the viewer's own drafts; gone already is as well."""
    _drop(viewer, Draft.public_id == public_id)


def carry_drafts(source_id: int, target_id: int) -> None:
    """Drafts of answers to a thread go along when it is merged into another.

    Who has one in each keeps both: the older place's stays to be read in their list.
    """
    for what in ("reply", "solution"):
        there = select(Draft.person_id).where(Draft.place == f"{what}.{target_id}")
        db.session.execute(
            update(Draft)
            .where(Draft.place == f"{what}.{source_id}", Draft.person_id.not_in(there))
            .values(place=f"{what}.{target_id}", thread_id=target_id)
            .execution_options(synchronize_session=False)
        )


def forget_old_drafts() -> int:
    """Delete the drafts that nobody touched for ninety days; returns how many."""
    gone = db.session.execute(delete(Draft).where(Draft.saved_at < clock.now() - KEPT_FOR))
    return gone.rowcount  # type: ignore[attr-defined, no-any-return]  # a delete has one


def _drop(viewer: Viewer, which: object) -> None:
    db.session.execute(
        delete(Draft)
        .where(Draft.person_id == viewer.person_id, which)  # type: ignore[arg-type]
        .execution_options(synchronize_session=False)
    )


def _is_posted(viewer: Viewer, place: Place, sent: MultiDict[str, str]) -> bool:
    """Whether a save came late: this form was posted meanwhile, or the post says this already."""
    used = exists().where(
        SubmittedKey.person_id == viewer.person_id, SubmittedKey.key == sent.get("key", "")[:64]
    )
    body = sent.get("body", "").replace("\r\n", "\n").strip()
    same = exists().where(Post.id == place.post_id, Post.body == body)
    late = or_(used, same) if place.what == "edit" else used
    return bool(db.session.execute(select(late)).scalar_one())
