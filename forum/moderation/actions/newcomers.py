"""Limits for whoever just came: a wave of advertising stays small until somebody sees it.

They are asked of the ledger, in the transaction of what is written: over a limit it is refused
and the text stays in its form.
"""

import re
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from forum.accounts.models import Person
from forum.activity.models import Event
from forum.db import db
from forum.discussions.models import Post, Thread
from forum.lib import clock
from forum.lib.permission import Refused
from forum.moderation.policy import is_held_to_limits
from forum.web.locale import ngettext, when
from forum.web.settings import settings

HOUR = timedelta(hours=1)
STANDS_AFTER = timedelta(days=1)  # a post counts as kept once somebody had a day to see it

_ADDRESS = re.compile(r"""(?:https?:|href=")//[\w-]+(?:\.[\w-]+)*[^\s"'<>]*""", re.IGNORECASE)


def check_thread(event: Event, _thread: Thread) -> None:
    """Somebody started a thread. Raises Refused over a newcomer's limit."""
    person = _newcomer(event)
    if person is None:
        return
    _check_links(db.session.get_one(Post, event.particulars["post"]))
    limit = settings().newcomer_threads
    again = _when_again(Thread, person.id, limit)
    if again is not None:
        raise Refused(
            ngettext(
                "In your first days you can start %(num)s thread an hour. Your text is still "
                "here: please send it after %(when)s.",
                "In your first days you can start %(num)s threads an hour. Your text is still "
                "here: please send it after %(when)s.",
                limit,
                when=when(again),
            )
        )
    _check_pace(person.id)


def check_post(event: Event, written: Post) -> None:
    """Somebody answered. Raises Refused over a newcomer's limit."""
    person = _newcomer(event)
    if person is not None:
        _check_links(written)
        _check_pace(person.id)


def check_edit(event: Event, edited: Post) -> None:
    """Somebody changed what they wrote. Raises Refused with more links than a newcomer may."""
    if _newcomer(event) is not None:
        _check_links(edited)


def count_links(html: str) -> int:
    """How many different addresses of other sites a rendered text names, linked or bare."""
    here = settings().base_url.partition("://")[2]
    named = {address.partition("//")[2] for address in _ADDRESS.findall(html)}
    return sum(address.partition("/")[0] != here for address in named)


def _newcomer(event: Event) -> Person | None:
    """The one who wrote, locked, if they are new here and not exempt; else None."""
    days = settings().newcomer_days
    if days == 0:  # no limits, whatever the clock says
        return None
    since = clock.now() - timedelta(days=days)
    person = db.session.scalars(
        select(Person)
        .where(Person.id == event.actor_id, Person.created_at > since)
        .with_for_update(key_share=True)  # what they wrote already points at this row
    ).one_or_none()
    if person is None or not is_held_to_limits(person.side):
        return None
    kept = db.session.execute(
        select(func.count()).where(
            Post.author_id == person.id,
            Post.removed_at.is_(None),
            Post.created_at <= clock.now() - STANDS_AFTER,
        )
    ).scalar_one()
    return person if kept < settings().newcomer_posts else None


def _check_pace(person_id: int) -> None:
    limit = settings().newcomer_pace
    again = _when_again(Post, person_id, limit)
    if again is not None:
        raise Refused(
            ngettext(
                "In your first days you can write %(num)s post an hour. Your text is still "
                "here: please send it after %(when)s.",
                "In your first days you can write %(num)s posts an hour. Your text is still "
                "here: please send it after %(when)s.",
                limit,
                when=when(again),
            )
        )


def _check_links(post: Post) -> None:
    limit = settings().newcomer_links
    if count_links(post.html) > limit:
        raise Refused(
            ngettext(
                "In your first days a post may hold %(num)s link to other sites.",
                "In your first days a post may hold %(num)s links to other sites.",
                limit,
            ),
            "body",
        )


def _when_again(written: Any, person_id: int, limit: int) -> datetime | None:
    """When the next one is let through, if more than `limit` were written within an hour."""
    now = clock.now()
    newest = list(
        db.session.scalars(
            select(written.created_at)
            .where(written.author_id == person_id, written.created_at > now - HOUR)
            .order_by(written.created_at.desc())
            .limit(limit + 1)
        )
    )
    return newest[limit] + HOUR if len(newest) > limit else None
