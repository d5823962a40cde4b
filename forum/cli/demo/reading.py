"""What people do for themselves: follow, look in and read, begin to write.

What came after the demo accounts last looked in is new to them.
"""

from functools import partial
from typing import Any

from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from forum.accounts.demo import ACCOUNTS
from forum.cli.demo.story import Story, read
from forum.db import db
from forum.discussions import actions, queries
from forum.discussions.models import Topic
from forum.lib import clock
from forum.lobby.actions import mark_seen
from forum.notifications import actions as notifications
from forum.notifications.kinds import Level, What

_EVERY_THREAD = 1_000  # more than the demonstration holds
_LOOKED_IN = (4, 4, 6, 16, 5, 12, 23, 10, 6, 8, 20, 30)  # days ago, in the order of the accounts


def plan(story: Story) -> None:
    """Plan one visit of each demo account, at which they read all there was, and the rest."""
    for email, days in zip(ACCOUNTS, _LOOKED_IN, strict=True):
        story.at(story.ago(days), partial(_read_everything, story, email))
    habits = read("care")
    for card in habits["follow"]:
        story.at(story.ago(card["days_ago"]), partial(_follow, story, card))
    for card in habits["draft"]:
        story.at(story.ago(card["days_ago"]), partial(_begin_to_write, story, card))


def _read_everything(story: Story, email: str) -> None:
    viewer = story.viewer(email)
    for thread in queries.whole_threads(viewer, limit=_EVERY_THREAD).rows:
        if thread.unread:
            actions.mark_read(viewer, thread, thread.last_number)
    notifications.read(viewer)
    mark_seen(viewer, clock.now())


def _follow(story: Story, card: dict[str, Any]) -> None:
    viewer = story.viewer(card["by"])
    for number in card.get("stages", ()):
        notifications.follow(viewer, What.STAGE, story.stages[number].id, Level.WATCH)
    chosen = select(Topic.id).where(Topic.slug.in_(card["topics"])).order_by(Topic.id)
    for topic_id in db.session.scalars(chosen).all():
        notifications.follow(viewer, What.TOPIC, topic_id, Level.WATCH)


def _begin_to_write(story: Story, card: dict[str, Any]) -> None:
    place = queries.answer_place(story.thread(card["thread"]), None)
    typed = MultiDict({"body": card["body"].strip(), "language": card["language"]})
    actions.save_draft(story.viewer(card["by"]), place, typed)
