"""Where the talk about a proposal goes on, for who would answer by mail."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from forum.accounts.models import Person
from forum.coalition.models import Proposal
from forum.coalition.queries.proposals import visible_to
from forum.db import db
from forum.discussions import queries
from forum.discussions.kinds import ThreadStatus
from forum.discussions.models import Thread
from forum.discussions.policy import writing as policy
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.spaces.models import Space


@dataclass(frozen=True)
class Conversation:
    """The conversation about a proposal, which by its inner id leads there."""

    proposal_id: int
    space_kind: SpaceKind


def conversations(viewer: Viewer, proposals: Collection[str]) -> dict[str, Conversation]:
    """Of these proposals (public ids) the ones in whose conversation the viewer may write now."""
    if not proposals:
        return {}
    found = db.session.execute(
        select(Proposal.public_id, Proposal.id, Proposal.thread_id)
        .join(Thread, Thread.id == Proposal.thread_id)
        .where(
            Proposal.public_id.in_(proposals),
            Thread.removed_at.is_(None),
            visible_to(viewer),
            queries.reachable(viewer),
        )
    )
    talks = {one: _written_in(viewer, inner, thread_id) for one, inner, thread_id in found}
    return {one: talk for one, talk in talks.items() if talk is not None}


def who_answers(proposal: Proposal, people: Collection[int]) -> tuple[SpaceKind, frozenset[int]]:
    """Who of these people reads the open conversation about it, and for whom it is; or nobody."""
    thread = db.session.get(Thread, proposal.thread_id) if proposal.thread_id else None
    if thread is None or thread.removed_at is not None or thread.status is ThreadStatus.LOCKED:
        return SpaceKind.COALITION, frozenset()
    space = db.session.get_one(Space, thread.space_id)
    reading = select(Person.id).where(Person.id.in_(people), queries.reads(thread, space))
    return space.kind, frozenset(db.session.scalars(reading))


def _written_in(viewer: Viewer, proposal_id: int, thread_id: int | None) -> Conversation | None:
    assert thread_id is not None
    thread = queries.thread_now(viewer, thread_id)
    if not policy.can_reply(viewer, thread):
        return None
    return Conversation(proposal_id, thread.space_kind)
