"""The votes: opened, cast by delegates or recorded for them, sealed, called a second time."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from forum.cli.demo.story import FACILITATOR, Story
from forum.coalition.actions import assisted, objections, proposals, votes
from forum.coalition.lifecycle import CLOSING_HOUR, second_call_until
from forum.coalition.models import AssistedHow
from forum.coalition.tally import Choice
from forum.lib import clock


def plan(story: Story, card: dict[str, Any]) -> None:
    """Plan a proposal's vote and what follows from it, up to its submission."""
    if "voting_opened_days_ago" not in card:
        return
    closes_at = _closing_hour(story.ago(card["voting_closed_days_ago"]), story.timezone)
    opened = story.ago(card["voting_opened_days_ago"])
    story.at(opened, partial(_open, story, card, closes_at))
    for ballot in card.get("ballot", ()):
        _plan_ballot(story, card, ballot)
    story.at(closes_at, votes.seal_all_due)
    if card.get("second_call"):
        days = story.rules.second_call_days
        story.at(second_call_until(closes_at, days), votes.seal_all_due)
    if "submitted_days_ago" in card:
        story.at(story.ago(card["submitted_days_ago"]), partial(_submit, story, card))


def _plan_ballot(story: Story, card: dict[str, Any], ballot: dict[str, Any]) -> None:
    happens = _record if "recorded" in ballot else _cast
    story.at(story.ago(ballot["days_ago"]), partial(happens, story, card, ballot))
    if "confirmed_days_ago" in ballot:
        confirmed = story.ago(ballot["confirmed_days_ago"])
        story.at(confirmed, partial(_confirm, story, card, ballot))
    if "objection_answer" in ballot:
        answered = story.ago(ballot["answered_days_ago"])
        story.at(answered, partial(_answer_objection, story, card, ballot))


def _open(story: Story, card: dict[str, Any], closes_at: datetime) -> None:
    viewer, row = story.sees(card["id"], FACILITATOR)
    votes.open_vote(viewer, row, closes_at=closes_at, version=row.version)


def _cast(story: Story, card: dict[str, Any], ballot: dict[str, Any]) -> None:
    viewer, row = story.sees(card["id"], story.delegates[ballot["project"]])
    votes.cast_ballot(viewer, row, language="es", **_said(ballot))


def _record(story: Story, card: dict[str, Any], ballot: dict[str, Any]) -> None:
    """Whoever facilitates records what the project's delegate said by phone or gave on paper."""
    viewer, row = story.sees(card["id"], FACILITATOR)
    assisted.record_ballot(
        viewer,
        row,
        project_id=story.projects[ballot["project"]].id,
        instructed_by=story.people[story.delegates[ballot["project"]]].public_id,
        how=AssistedHow(ballot["recorded"]),
        language="es",
        **_said(ballot),
    )


def _confirm(story: Story, card: dict[str, Any], ballot: dict[str, Any]) -> None:
    viewer, row = story.sees(card["id"], story.delegates[ballot["project"]])
    project_id = story.projects[ballot["project"]].id
    assisted.confirm_ballot(viewer, row, project_id=project_id, seq=1)


def _answer_objection(story: Story, card: dict[str, Any], ballot: dict[str, Any]) -> None:
    viewer, row = story.sees(card["id"], card["proposer"])
    objections.answer_objection(
        viewer,
        row,
        project_id=story.projects[ballot["project"]].id,
        answer=ballot["objection_answer"],
        language="es",
    )


def _submit(story: Story, card: dict[str, Any]) -> None:
    proposals.submit(*story.sees(card["id"], card["proposer"]))


def _said(ballot: dict[str, Any]) -> dict[str, Any]:
    return {
        "choice": Choice(ballot["choice"]),
        "reason": ballot["reason"],
        "mandate": ballot.get("mandate", ""),
    }


def _closing_hour(moment: datetime, timezone: str) -> datetime:
    """The first closing hour in that zone from the moment on."""
    local = moment.astimezone(clock.zone(timezone))
    closing = datetime.combine(local.date(), CLOSING_HOUR, local.tzinfo)
    return closing if closing >= local else closing + timedelta(days=1)
