"""The proposals: drafted, backed, discussed, voted on, submitted, answered."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from forum.cli.demo.ground import words
from forum.cli.demo.story import FACILITATOR, Story, read
from forum.coalition.actions import (
    commitments,
    discussion,
    form_check,
    proposals,
    responses,
    support,
    votes,
)
from forum.coalition.actions.proposals import Named, ProposalText
from forum.coalition.actions.responses import CommitmentText, ResponseText
from forum.coalition.lifecycle import (
    CLOSING_HOUR,
    CommitmentStatus,
    ResponseKind,
    ResponseOutcome,
    Route,
)
from forum.coalition.models import Commitment
from forum.coalition.queries.members import coalition_or_404
from forum.coalition.queries.proposals import proposal_or_404
from forum.coalition.rows import ProposalRow
from forum.coalition.tally import Choice
from forum.db import db
from forum.lib import clock
from forum.spaces.kinds import SpaceKind

DONE_BEFORE_DUE = timedelta(days=1)  # when a commitment that is done was done


def plan(story: Story) -> None:
    """Plan the life of every proposal of the files."""
    for card in read("proposals")["proposal"]:
        _plan_drafting(story, card)
        _plan_vote(story, card)
        _plan_answers(story, card)


def _plan_drafting(story: Story, card: dict[str, Any]) -> None:
    first, *later = card["version"]
    story.at(story.ago(first["days_ago"]), partial(_draft, story, card, first))
    for version in later:
        story.at(story.ago(version["days_ago"]), partial(_change, story, card, version))
    if "shared_days_ago" in card:
        story.at(story.ago(card["shared_days_ago"]), partial(_share, story, card))
    if "discussion_days_ago" in card:
        story.at(story.ago(card["discussion_days_ago"]), partial(_pass_form, story, card))
    for project, days in zip(card["cosponsors"], card.get("cosponsored_days_ago", ()), strict=True):
        story.at(story.ago(days), partial(_cosponsor, story, card, project))


def _plan_vote(story: Story, card: dict[str, Any]) -> None:
    if "voting_opened_days_ago" not in card:
        return
    closes_at = _closing_hour(story.ago(card["voting_closed_days_ago"]), story.timezone)
    opened = story.ago(card["voting_opened_days_ago"])
    story.at(opened, partial(_open_vote, story, card, closes_at))
    for ballot in card.get("ballot", ()):
        story.at(story.ago(ballot["days_ago"]), partial(_cast, story, card, ballot))
    story.at(closes_at, votes.seal_all_due)
    if "submitted_days_ago" in card:
        submitted = story.ago(card["submitted_days_ago"])
        story.at(submitted, lambda: proposals.submit(*_by(story, card, card["proposer"])))


def _plan_answers(story: Story, card: dict[str, Any]) -> None:
    for response in card.get("response", ()):
        moment = story.ago(response["days_ago"])
        if ResponseKind(response["kind"]) is ResponseKind.ACKNOWLEDGEMENT:
            story.at(moment, partial(_acknowledge, story, card, response))
            continue
        story.at(moment, partial(_answer, story, card, response))
        for number, commitment in enumerate(response["commitments"], start=1):
            if CommitmentStatus(commitment["status"]) is CommitmentStatus.DONE:
                done = story.ago(-commitment["due_in_days"]) - DONE_BEFORE_DUE
                story.at(done, partial(_keep, story, card, response, number))


def _draft(story: Story, card: dict[str, Any], version: dict[str, Any]) -> None:
    drafted = proposals.draft(
        story.viewer(version["author"]),
        coalition_or_404(story.coalition),
        _text(card, version),
        language=card["language"],
        visibility_after=SpaceKind(card["visibility_after"]),
        evidence=_evidence(story, card),
    )
    story.proposals[card["id"]] = drafted.public_id


def _change(story: Story, card: dict[str, Any], version: dict[str, Any]) -> None:
    viewer, row = _by(story, card, version["author"])
    proposals.edit(
        viewer,
        row,
        _text(card, version),
        version=row.version,
        note="",
        language=row.language,
        visibility_after=row.visibility_after,
        evidence=_evidence(story, card),
    )


def _share(story: Story, card: dict[str, Any]) -> None:
    viewer, row = _by(story, card, card["version"][0]["author"])
    prepared = story.threads[card["thread"]] if "thread" in card else None
    discussion.share(viewer, row, thread_id=prepared)


def _pass_form(story: Story, card: dict[str, Any]) -> None:
    """Its form is in order; with a project behind it by then, its discussion begins."""
    viewer, row = _by(story, card, FACILITATOR)
    form_check.pass_form(viewer, row, version=row.version)


def _cosponsor(story: Story, card: dict[str, Any], project: str) -> None:
    support.cosponsor(*_by(story, card, story.delegates[project]))


def _open_vote(story: Story, card: dict[str, Any], closes_at: datetime) -> None:
    viewer, row = _by(story, card, FACILITATOR)
    votes.open_vote(viewer, row, closes_at=closes_at, version=row.version)


def _cast(story: Story, card: dict[str, Any], ballot: dict[str, Any]) -> None:
    viewer, row = _by(story, card, story.delegates[ballot["project"]])
    votes.cast_ballot(
        viewer, row, choice=Choice(ballot["choice"]), reason=ballot["reason"], language="es"
    )


def _acknowledge(story: Story, card: dict[str, Any], response: dict[str, Any]) -> None:
    viewer, row = _by(story, card, response["author"])
    route, language = Route(response["route"]), response["language"]
    responses.acknowledge(viewer, row, route=route, language=language)


def _answer(story: Story, card: dict[str, Any], response: dict[str, Any]) -> None:
    viewer, row = _by(story, card, response["author"])
    reasons = words(response["reasons"])
    text = ResponseText(
        outcome=ResponseOutcome(response["outcome"]),
        reasons=reasons.text,
        reasons_html=reasons.html,
        language=response["language"],
        commitments=[
            CommitmentText(one["text"], one["owner_role"], _due(story, one["due_in_days"]))
            for one in response["commitments"]
        ],
    )
    responses.publish(viewer, row, text, version=0)


def _keep(story: Story, card: dict[str, Any], response: dict[str, Any], number: int) -> None:
    """Tell that a commitment is done."""
    viewer, row = _by(story, card, response["author"])
    public_id = db.session.scalars(
        select(Commitment.public_id).where(
            Commitment.proposal_id == row.id, Commitment.number == number
        )
    ).one()
    commitments.update(
        viewer, public_id, status=CommitmentStatus.DONE, note="", language=response["language"]
    )


def _by(story: Story, card: dict[str, Any], email: str) -> tuple[Any, ProposalRow]:
    """The person, and the proposal as they see it now."""
    viewer = story.viewer(email)
    return viewer, proposal_or_404(story.proposals[card["id"]], viewer)


def _evidence(story: Story, card: dict[str, Any]) -> list[Named]:
    """What it rests on, as far as it has begun."""
    names = card["evidence"]
    threads = [("thread", story.thread(one).public_id) for one in names if one in story.threads]
    return [*threads, *(("session", story.sessions[one]) for one in names if one in story.sessions)]


def _text(card: dict[str, Any], version: dict[str, Any]) -> ProposalText:
    plain = ("document", "section", "time_frame", "expected_cost")
    problem, ask = words(version["problem"]), words(version["ask"])
    evidence = words(version["evidence_text"])
    return ProposalText(
        title=card["title"],
        problem=problem.text,
        problem_html=problem.html,
        ask=ask.text,
        ask_html=ask.html,
        evidence=evidence.text,
        evidence_html=evidence.html,
        **{name: version[name] for name in plain},
    )


def _due(story: Story, days: int) -> date:
    return story.on_day(-days, 0, story.timezone).date()


def _closing_hour(moment: datetime, timezone: str) -> datetime:
    """The first closing hour in that zone from the moment on."""
    local = moment.astimezone(clock.zone(timezone))
    closing = datetime.combine(local.date(), CLOSING_HOUR, local.tzinfo)
    return closing if closing >= local else closing + timedelta(days=1)
