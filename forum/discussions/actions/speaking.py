"""Writing for somebody who cannot be online, and saying later whose words they were."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from forum import activity
from forum.accounts.models import Person
from forum.db import db
from forum.discussions import queries
from forum.discussions.actions.holding import hold_post
from forum.discussions.actions.writing import reply, start_thread
from forum.discussions.kinds import Consent
from forum.discussions.models import Post, SpokenFor, Thread
from forum.discussions.policy import speaking as policy
from forum.discussions.rows import PlacedPost, ThreadRow
from forum.lib import clock
from forum.lib.permission import WrongState, require
from forum.spaces import Viewer
from forum.web.locale import gettext as _


@dataclass(frozen=True)
class Speaker:
    """For whom somebody writes: a name or a role, of which project, and how they agreed."""

    name: str
    project_id: int
    consent: Consent


def reply_for(viewer: Viewer, thread: ThreadRow, speaker: Speaker, **words: Any) -> Post:
    """Answer a thread with somebody's words; `words` as for `reply`. Raises as it does."""
    require(policy.can_write_for(viewer, speaker.project_id))
    post = reply(viewer, thread, project_id=speaker.project_id, on_behalf_of=speaker.name, **words)
    _keep(viewer, post, speaker)
    return post


def start_thread_for(viewer: Viewer, speaker: Speaker, **words: Any) -> Thread:
    """Start a thread with somebody's words; `words` as for `start_thread`. Raises as it does."""
    require(policy.can_write_for(viewer, speaker.project_id))
    thread = start_thread(viewer, project_id=speaker.project_id, on_behalf_of=speaker.name, **words)
    first = db.session.scalars(
        select(Post).where(Post.thread_id == thread.id, Post.number == 1)
    ).one()
    _keep(viewer, first, speaker)
    return thread


def claim_words(viewer: Viewer, post: PlacedPost) -> SpokenFor:
    """Say that the words are one's own; said twice, it is said once. Raises Forbidden."""
    held, post, spoken = _held(viewer, post)
    if held.claimant_id == viewer.person_id:
        return held
    require(policy.can_claim_words(viewer, spoken))
    held.claimant_id, held.claimed_at = viewer.person_id, clock.now()
    _record(viewer, "words.claimed", held, post)
    return held


def confirm_speaker(viewer: Viewer, post: PlacedPost) -> SpokenFor:
    """Confirm it: from now on the words are that person's in every way. Raises Forbidden."""
    held, post, spoken = _held(viewer, post)
    require(policy.can_confirm_speaker(viewer, spoken))
    _give(held, post, by=viewer.person_id)
    _record(viewer, "words.confirmed", held, post)
    return held


def refuse_speaker(viewer: Viewer, post: PlacedPost) -> SpokenFor:
    """Say that it was somebody else; another may ask then. Raises Forbidden."""
    held, post, spoken = _held(viewer, post)
    require(policy.can_confirm_speaker(viewer, spoken))
    claimant = held.claimant_id
    held.claimant_id = held.claimed_at = None
    _record(viewer, "words.refused", held, post, claimant=claimant)
    return held


def _held(viewer: Viewer, post: PlacedPost) -> tuple[SpokenFor, PlacedPost, queries.SpokenRow]:
    _locked, now = hold_post(viewer, post)
    spoken = queries.spoken_or_404(now.id)
    if now.removed_at is not None:
        raise WrongState(_("This post was removed."))
    held = db.session.scalars(select(SpokenFor).where(SpokenFor.post_id == now.id)).one()
    return held, now, spoken


def _give(held: SpokenFor, place: PlacedPost, *, by: int | None) -> None:
    """Make who claimed the words their author; who wrote them down is kept beside."""
    post = db.session.get_one(Post, place.id)
    claimant = db.session.get_one(Person, held.claimant_id)
    held.confirmed_by_id, held.confirmed_at = by, clock.now()
    held.writer_id, post.author_id, post.on_behalf_of = post.author_id, claimant.id, claimant.name
    post.version += 1
    if place.is_first:
        thread = db.session.get_one(Thread, place.thread_id)
        thread.author_id, thread.version = claimant.id, thread.version + 1


def _keep(viewer: Viewer, post: Post, speaker: Speaker) -> None:
    spoken = SpokenFor(
        post_id=post.id,
        name=speaker.name,
        project_id=speaker.project_id,
        consent=speaker.consent,
    )
    db.session.add(spoken)
    activity.record(
        viewer.person_id,
        "words.written_down",
        spoken,
        space_id=db.session.get_one(Thread, post.thread_id).space_id,
        post=post.id,
        project=speaker.project_id,
        consent=speaker.consent.value,
    )


def _record(
    viewer: Viewer, verb: str, held: SpokenFor, post: PlacedPost, **more: int | None
) -> None:
    activity.record(
        viewer.person_id,
        verb,
        held,
        space_id=post.thread.space_id,
        post=post.id,
        claimant=more.get("claimant", held.claimant_id),
    )
