"""Where other projects tried a solution, and what came of it."""

from functools import partial
from typing import Any

from forum.cli.demo.story import Story, read
from forum.discussions import actions, queries
from forum.discussions.kinds import Verdict


def plan(story: Story) -> None:
    """Plan every trial of the files, and that who planned one is asked on its day."""
    told: dict[tuple[str, str, str], int] = {}
    for card in read("trials")["trial"]:
        which = (card["thread"], card.get("post", ""), card["project"])
        story.at(story.ago(card["days_ago"]), partial(_record, story, card, told.get(which, 0)))
        told[which] = told.get(which, 0) + 1
        if "due_in_days" in card:
            story.at(story.ago(-card["due_in_days"]), actions.ask_what_came)


def _record(story: Story, card: dict[str, Any], version: int) -> None:
    viewer, project = story.viewer(card["author"]), story.projects[card["project"]]
    post = queries.post_now(viewer, story.posts[card["thread"], card.get("post", "")])
    words = {name: card.get(name, "") for name in ("ecosystem", "scale", "cost", "note")}
    due_on = None
    if "due_in_days" in card:
        due_on = story.on_day(-card["due_in_days"], 0, story.timezone).date()
    said = actions.Tried(
        verdict=Verdict(card["verdict"]), country=project.country, due_on=due_on, **words
    )
    actions.record_trial(viewer, post, project.id, said, version=version)
