"""What is done around the conversations: arranging, claiming words, reporting, deciding."""

from functools import partial
from typing import Any

from forum.cli.demo.story import FACILITATOR, Story, read
from forum.discussions import actions, queries
from forum.discussions.kinds import ThreadKind
from forum.discussions.rows import PlacedPost
from forum.moderation import actions as moderation
from forum.moderation.kinds import ForAuthor, ForPost, Reason
from forum.spaces import Viewer


def plan(story: Story) -> None:
    """Plan what the file of this room says."""
    cards = read("care")
    for name, step in (("pin", _pin), ("move", _move), ("merge", _merge), ("split", _split)):
        for card in cards[name]:
            story.at(story.ago(card["days_ago"]), partial(step, story, card))
    for card in cards["claim"]:
        story.at(story.ago(card["days_ago"]), partial(_claim, story, card))
        story.at(story.ago(card["confirmed_days_ago"]), partial(_confirm, story, card))
    for card in cards["report"]:
        story.at(story.ago(card["days_ago"]), partial(_report, story, card))
        if "decided_days_ago" in card:
            story.at(story.ago(card["decided_days_ago"]), partial(_keep, story, card))


def _pin(story: Story, card: dict[str, Any]) -> None:
    actions.pin(story.viewer(FACILITATOR), story.thread(card["thread"]))


def _move(story: Story, card: dict[str, Any]) -> None:
    stage = story.stages[card["stage"]]
    actions.move(story.viewer(FACILITATOR), story.thread(card["thread"]), stage)


def _merge(story: Story, card: dict[str, Any]) -> None:
    into = story.thread(card["into"])
    actions.merge(story.viewer(FACILITATOR), story.thread(card["thread"]), into)


def _split(story: Story, card: dict[str, Any]) -> None:
    viewer, post = _post(story, card, FACILITATOR)
    actions.split(viewer, post, title=card["title"], kind=ThreadKind(card["kind"]))


def _claim(story: Story, card: dict[str, Any]) -> None:
    actions.claim_words(*_post(story, card, card["by"]))


def _confirm(story: Story, card: dict[str, Any]) -> None:
    actions.confirm_speaker(*_post(story, card, card["confirmed_by"]))


def _report(story: Story, card: dict[str, Any]) -> None:
    viewer, post = _post(story, card, card["by"])
    moderation.report(viewer, post, reason=Reason(card["reason"]), note=card["note"])


def _keep(story: Story, card: dict[str, Any]) -> None:
    viewer, post = _post(story, card, FACILITATOR)
    verdict = moderation.Verdict(
        ForPost.KEPT, ForAuthor.NOTHING, Reason(card["reason"]), card["explanation"].strip()
    )
    moderation.decide(viewer, post, verdict, upto=1)


def _post(story: Story, card: dict[str, Any], email: str) -> tuple[Viewer, PlacedPost]:
    """The person, and the post as they see it now."""
    viewer = story.viewer(email)
    return viewer, queries.post_now(viewer, story.posts[card["thread"], card["post"]])
