"""Telling those whom a decision concerns, by letter, each in their language.

The ledger learns that they were told, so that their list of what is new says so too, also to
who has no address. No letter names who reported, and none repeats the post: it may have been
read by few. Someone who has left its readers is told nothing of it, except its author.
"""

from collections.abc import Sequence

from sqlalchemy import select

from forum import activity
from forum.accounts.models import Person
from forum.accounts.queries import in_use
from forum.db import db
from forum.discussions.models import Post, Thread
from forum.discussions.queries import reads
from forum.mail import Receiver, post
from forum.moderation import wording
from forum.moderation.kinds import ForAuthor, ForPost
from forum.moderation.models import Decision, FormalWarning, Report
from forum.moderation.queries import deciding
from forum.spaces.models import Space


def tell_reporters(decision: Decision, reports: Sequence[Report]) -> None:
    """Tell who reported what came of it, and why; of a post that is back, who did so before too."""
    reporters = {report.reporter_id for report in reports}
    if decision.for_post is ForPost.RESTORED:
        reporters |= deciding.reporters_before(decision)
    if not reporters:
        return
    reported = db.session.get_one(Post, decision.post_id)
    thread = db.session.get_one(Thread, reported.thread_id)
    readers = reads(thread, db.session.get_one(Space, thread.space_id))
    for person in deciding.people_of(reporters, readers, in_use()):
        if person.email:
            post(
                Receiver.of(person),
                "report_decided",
                outcome=wording.post_sentence,
                for_post=decision.for_post,
                explanation=decision.explanation,
                path=f"/posts/{reported.public_id}/reports",
                tells={"read": [thread.id]},
            )
        _told(decision, person.id, thread, reported=True)


def tell_author(decision: Decision) -> None:
    """Tell who wrote the post, if anything was done; also somebody suspended by it.

    Where somebody else wrote it down for them, who said those words is told what became of them.
    """
    if decision.for_post is ForPost.KEPT and decision.for_author is ForAuthor.NOTHING:
        return
    warning = db.session.scalars(
        select(FormalWarning).where(FormalWarning.decision_id == decision.id)
    ).one_or_none()
    path = f"/moderation/warnings/{warning.public_id}" if warning else "/moderation/decisions"
    _tell_author(decision, decision.author_id, decision.for_author, path)
    if decision.for_post is not ForPost.KEPT:
        for speaker_id in deciding.speakers_of(decision.post_id) - {decision.author_id}:
            _tell_author(decision, speaker_id, ForAuthor.NOTHING, "/moderation/decisions")


def _tell_author(decision: Decision, person_id: int, for_author: ForAuthor, path: str) -> None:
    for person in deciding.people_of([person_id], Person.email.is_not(None)):
        post(
            Receiver.of(person),
            "post_decided",
            outcome=wording.post_sentence,
            reason_word=wording.reason_word,
            for_post=decision.for_post,
            for_author=for_author,
            reason=decision.reason,
            explanation=decision.explanation,
            until=decision.until,
            path=path,
        )
    decided = db.session.get_one(Post, decision.post_id)
    thread = db.session.get_one(Thread, decided.thread_id)
    _told(decision, person_id, thread, reported=False)


def _told(decision: Decision, person_id: int, thread: Thread, *, reported: bool) -> None:
    activity.record(
        decision.decided_by_id,
        "decision.told",
        decision,
        space_id=thread.space_id,
        post=decision.post_id,
        person=person_id,
        reported=reported,
    )
