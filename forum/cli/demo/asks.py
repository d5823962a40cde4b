"""The asks for an expert: opened, offered, accepted, and what they came to."""

from functools import partial
from typing import Any

from sqlalchemy import select

from forum.asks import actions, queries
from forum.asks.lifecycle import Verdict
from forum.asks.models import Ask, Offer
from forum.asks.rows import AskRow, OfferRow
from forum.cli.demo.story import Story, read
from forum.db import db
from forum.spaces import Viewer


def plan(story: Story) -> None:
    """Plan every ask of the files."""
    for card in read("asks")["ask"]:
        story.at(story.ago(card["days_ago"]), partial(_open, story, card))
        steps = {
            "offer": partial(_offer, story, card),
            "invited": partial(_invite, story, card),
            "outcome": partial(_say_outcome, story, card),
        }
        for name, step in steps.items():
            if name in card:
                story.at(story.ago(card[name]["days_ago"]), step)
        if "accepted_days_ago" in card:
            story.at(story.ago(card["accepted_days_ago"]), partial(_accept, story, card))
        if "closed_days_ago" in card:
            story.at(story.ago(card["closed_days_ago"]), partial(_close, story, card))


def _open(story: Story, card: dict[str, Any]) -> None:
    opened = actions.open_ask(
        story.viewer(card["author"]),
        story.thread(card["thread"]),
        text=card["text"].strip(),
        language="es",
        topics=card["topics"],
        needed_by=story.on_day(-card["needed_in_days"], 0, story.timezone).date(),
        to_experts=card["to_experts"],
    )
    story.asks[card["id"]] = opened.public_id


def _offer(story: Story, card: dict[str, Any]) -> None:
    offered = card["offer"]
    actions.offer(*_as(story, card, offered["expert"]), note=offered["note"])


def _invite(story: Story, card: dict[str, Any]) -> None:
    actions.invite(*_as(story, card, card["author"]), story.people[card["invited"]["expert"]])


def _accept(story: Story, card: dict[str, Any]) -> None:
    viewer = story.viewer(card["author"])
    actions.decide(viewer, _offered(story, card, viewer), accept=True)


def _say_outcome(story: Story, card: dict[str, Any]) -> None:
    said = card["outcome"]
    asker = _as(story, card, card["author"])
    actions.say_outcome(*asker, verdict=Verdict(said["verdict"]), word=said["word"])


def _close(story: Story, card: dict[str, Any]) -> None:
    actions.close(*_as(story, card, card["author"]))


def _as(story: Story, card: dict[str, Any], email: str) -> tuple[Viewer, AskRow]:
    """The person, and the ask as they see it now."""
    viewer = story.viewer(email)
    return viewer, queries.ask_or_404(story.asks[card["id"]], viewer)


def _offered(story: Story, card: dict[str, Any], viewer: Viewer) -> OfferRow:
    expert = story.people[card["offer"]["expert"]]
    public_id = db.session.scalars(
        select(Offer.public_id)
        .join(Ask, Ask.id == Offer.ask_id)
        .where(Ask.public_id == story.asks[card["id"]], Offer.person_id == expert.id)
    ).one()
    return queries.offer_or_404(public_id, viewer)
