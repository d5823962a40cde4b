"""Telling those whom a decision concerns, by letter, each in their language.

No letter names who reported, and none repeats the post: it may have been read by few. Someone
who has left its readers is told nothing of it, except its author.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from forum.accounts.models import Person
from forum.db import db
from forum.discussions.models import Post, Thread
from forum.discussions.queries import reachable
from forum.mail import Receiver, post
from forum.moderation import queries, wording
from forum.moderation.kinds import ForAuthor, ForPost, Reason
from forum.moderation.models import Decision, FormalWarning, Report
from forum.spaces import viewer_of
from forum.web.identity import Identity


def tell_reporters(decision: Decision, reports: Sequence[Report]) -> None:
    """Tell who reported what came of it, and why."""
    reported = db.session.get_one(Post, decision.post_id)
    for person in queries.people_of(report.reporter_id for report in reports):
        if person.is_suspended() or not _reads(person, reported.thread_id):
            continue
        post(
            _receiver(person),
            "report_decided",
            outcome=wording.post_sentence,
            for_post=decision.for_post,
            explanation=decision.explanation,
            path=f"/posts/{reported.public_id}/reports",
        )


def tell_author(decision: Decision) -> None:
    """Tell who wrote the post, if anything was done; also somebody suspended by it."""
    if decision.for_post is ForPost.KEPT and decision.for_author is ForAuthor.NOTHING:
        return
    warning = db.session.scalars(
        select(FormalWarning).where(FormalWarning.decision_id == decision.id)
    ).one_or_none()
    _tell_author(
        decision.author_id,
        for_post=decision.for_post,
        for_author=decision.for_author,
        reason=decision.reason,
        explanation=decision.explanation,
        until=decision.until,
        path=f"/moderation/warnings/{warning.public_id}" if warning else "/moderation/record",
    )


def tell_of_removal(removed: Post) -> None:
    """Tell who wrote a post that nobody had reported that it was removed, and why."""
    _tell_author(
        removed.author_id,
        for_post=ForPost.REMOVED,
        for_author=ForAuthor.NOTHING,
        reason=Reason.OTHER,
        explanation=removed.removal_reason,
        until=None,
        path=f"/posts/{removed.public_id}",
    )


def _tell_author(person_id: int, **context: Any) -> None:
    for person in queries.people_of([person_id]):
        post(
            _receiver(person),
            "post_decided",
            outcome=wording.post_sentence,
            reason_word=wording.reason_word,
            **context,
        )


def _reads(person: Person, thread_id: int) -> bool:
    reader = viewer_of(
        Identity(
            person_id=person.id,
            public_id=person.public_id,
            name=person.name,
            side=str(person.side),
            is_operator=person.is_operator,
            locale=person.locale,
            timezone=person.timezone,
            session_epoch=person.session_epoch,
        )
    )
    seen = select(Thread.id).where(Thread.id == thread_id, reachable(reader))
    return db.session.execute(seen).first() is not None


def _receiver(person: Person) -> Receiver:
    assert person.email is not None
    return Receiver(
        address=person.email,
        name=person.name,
        locale=person.locale,
        timezone=person.timezone,
        person_id=person.id,
    )
