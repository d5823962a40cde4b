"""When the demo accounts last looked in: what came after is new to them."""

from functools import partial

from forum.accounts.demo import ACCOUNTS
from forum.cli.demo.story import Story
from forum.discussions import queries
from forum.discussions.actions import mark_read

_EVERY_THREAD = 1_000  # more than the demonstration holds
_LOOKED_IN = (4, 9, 6, 16, 5, 12, 23, 10, 6, 8, 20, 30)  # days ago, in the order of the accounts


def plan(story: Story) -> None:
    """Plan one visit of each demo account, at which they read all there was."""
    for email, days in zip(ACCOUNTS, _LOOKED_IN, strict=True):
        story.at(story.ago(days), partial(_read_everything, story, email))


def _read_everything(story: Story, email: str) -> None:
    viewer = story.viewer(email)
    for thread in queries.threads(viewer, limit=_EVERY_THREAD).rows:
        mark_read(viewer, thread, thread.last_number)
