"""Where each thing in a letter is answered by mail, and who reads that answer.

Only where its reader may write at that moment: elsewhere a letter plainly links. A file of its
own, since notices, summaries and letters about proposals ask the same.
"""

from collections.abc import Collection
from dataclasses import dataclass

from forum.coalition.queries.conversation import conversations
from forum.discussions.policy import writing as policy
from forum.discussions.queries import thread_now
from forum.exchanges.queries.stages import stage_of
from forum.mail import Item, What
from forum.mail.addresses import mail_comes_in, reply_address
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.spaces.queries import single_space


@dataclass(frozen=True)
class Way:
    """An address for somebody's answer, what it leads to, and who will read it."""

    address: str
    item: Item
    read_by: SpaceKind


def to_thread(viewer: Viewer, thread_id: int, post_id: int | None = None) -> Way | None:
    """The way to answer that thread, or a post of it."""
    if not mail_comes_in():
        return None
    thread = thread_now(viewer, thread_id)
    if not policy.can_reply(viewer, thread):
        return None
    item = Item(What.POST, post_id) if post_id else Item(What.THREAD, thread_id)
    return _way(viewer, item, thread.space_kind)


def to_proposals(viewer: Viewer, proposals: Collection[str]) -> dict[str, Way]:
    """By public id the ways to answer these proposals: each in its own conversation."""
    if not mail_comes_in():
        return {}
    return {
        public_id: way
        for public_id, talk in conversations(viewer, proposals).items()
        if (way := _way(viewer, Item(What.PROPOSAL, talk.proposal_id), talk.space_kind))
    }


def to_stage(viewer: Viewer, stage_id: int) -> Way | None:
    """The way to begin a thread in that stage, for the network."""
    if not mail_comes_in() or not policy.can_start_thread(viewer, stage_of(stage_id)):
        return None
    if not policy.can_write_into(viewer, single_space(SpaceKind.NETWORK).id):
        return None
    return _way(viewer, Item(What.STAGE, stage_id), SpaceKind.NETWORK)


def _way(viewer: Viewer, item: Item, read_by: SpaceKind) -> Way | None:
    address = reply_address(viewer.person_id, item) if viewer.person_id else None
    return Way(address, item, read_by) if address else None
