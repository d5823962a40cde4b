"""The one summary of a thread: written in three parts, kept in versions."""

import re
from dataclasses import dataclass

from sqlalchemy import select

from forum import activity
from forum.db import db
from forum.discussions import queries
from forum.discussions.actions.holding import hold_thread
from forum.discussions.actions.writing import reply
from forum.discussions.kinds import PostKind
from forum.discussions.models import Post, PostRevision, Summary
from forum.discussions.policy import writing as policy
from forum.discussions.rows import ThreadRow
from forum.lib import clock, markup
from forum.lib.permission import Refused, WrongState, require
from forum.spaces import Viewer
from forum.web.forms import Stale
from forum.web.locale import LANGUAGES, force_locale
from forum.web.locale import gettext as _

_NUMBER = re.compile(r"(?<![\w/\[#])(?<!\]\()#p(\d{1,7})\b")  # "#p7", not within a link


@dataclass(frozen=True)
class Parts:
    """The three parts of a summary, as Markdown."""

    asked: str
    answered: str
    still_open: str

    def as_texts(self) -> dict[str, str]:
        """By the names of the form's fields."""
        return {
            "asked": self.asked,
            "answered": self.answered,
            "still_open": self.still_open,
        }


def summarise(
    viewer: Viewer, thread: ThreadRow, parts: Parts, *, language: str, version: int
) -> Post:
    """Write the thread's summary, or change it; `version` is that of the one read, 0 for none.

    Raises Forbidden, Stale with the present parts when it is another by now, Refused when the
    parts together are too long.
    """
    held, thread = hold_thread(viewer, thread)
    require(policy.can_summarise(viewer, thread))
    kept = db.session.scalars(select(Summary).where(Summary.thread_id == held.id)).one_or_none()
    post = db.session.get_one(Post, kept.post_id) if kept else None
    present = post is not None and post.removed_at is None
    parts = linked(held.id, parts)
    body = whole(parts, language)
    if post and present and (post.body, post.language) == (body, language):
        return post  # pressed twice
    if (post.version if post and present else 0) != version:
        raise _stale(kept, post)
    if len(body) > markup.LONGEST:
        raise Refused(_("The three parts together are too long."), "answered")
    html = markup.render(body)
    if kept and post and present:
        _change(viewer, post, body=body, html=html, language=language)
    else:
        post = reply(viewer, thread, body=body, html=html, language=language, kind=PostKind.SUMMARY)
        kept = kept or Summary(thread_id=held.id)
        kept.post_id = post.id
        db.session.add(kept)
    kept.asked, kept.answered, kept.still_open = parts.asked, parts.answered, parts.still_open
    db.session.flush()
    return post


def linked(thread_id: int, parts: Parts) -> Parts:
    """The parts with every "#p7" of a post of the thread as a link to that post."""
    numbers = {int(n) for text in parts.as_texts().values() for n in _NUMBER.findall(text)}
    rows = db.session.execute(
        select(Post.number, Post.public_id).where(
            Post.thread_id == thread_id, Post.number.in_(numbers)
        )
    )
    ids = {row.number: row.public_id for row in rows}

    def link(found: re.Match[str]) -> str:
        public_id = ids.get(int(found[1]))
        return f"[#p{found[1]}](/posts/{public_id})" if public_id else found[0]

    return Parts(**{name: _NUMBER.sub(link, text) for name, text in parts.as_texts().items()})


def whole(parts: Parts, language: str) -> str:
    """The three parts as one Markdown text, under headings in the language it is written in."""
    with force_locale(language if language in LANGUAGES else "es"):
        return "\n\n".join(
            f"#### {heading}\n\n{text}"
            for heading, text in (
                (_("What was asked"), parts.asked),
                (_("What was answered"), parts.answered),
                (_("What stays open"), parts.still_open),
            )
            if text
        )


def _change(viewer: Viewer, post: Post, *, body: str, html: str, language: str) -> None:
    if (body, language) == (post.body, post.language):
        return
    assert viewer.person_id is not None
    db.session.add(
        PostRevision(
            post_id=post.id,
            version=post.version,
            editor_id=viewer.person_id,
            body=post.body,
            language=post.language,
        )
    )
    post.body, post.html, post.language = body, html, language
    post.edited_at = clock.now()
    post.version += 1
    thread = queries.thread_row(post.thread_id)
    activity.record(
        viewer.person_id,
        "post.edited",
        post,
        space_id=thread.space_id,
        thread=post.thread_id,
        version=post.version,
    )


def _stale(kept: Summary | None, post: Post | None) -> Exception:
    if kept is None or post is None or post.removed_at is not None:
        return WrongState(_("The summary was removed meanwhile. Your text is here."))
    return Stale(post.version, Parts(kept.asked, kept.answered, kept.still_open).as_texts())
