"""The certifier's side and what the coalition thinks of it: receipt to the last commitment."""

from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from forum.cli.demo.ground import words
from forum.cli.demo.story import Story
from forum.coalition.actions import commitments, extensions, ratings, responses, reviews
from forum.coalition.actions.responses import CommitmentText, ResponseText
from forum.coalition.lifecycle import (
    CommitmentStatus,
    ResponseKind,
    ResponseOutcome,
    Route,
    Verdict,
)
from forum.coalition.models import Commitment
from forum.coalition.queries.responses import newest_answer
from forum.coalition.rows import Cited
from forum.db import db

DONE_BEFORE_DUE = timedelta(days=1)  # when a commitment that is done was done


def plan(story: Story, card: dict[str, Any]) -> None:
    """Plan a proposal's responses, commitments and ratings."""
    happens = {
        ResponseKind.ACKNOWLEDGEMENT: _acknowledge,
        ResponseKind.EXTENSION: _extend,
        ResponseKind.ANSWER: _answer,
        ResponseKind.CORRECTION: _correct,
    }
    for response in card.get("response", ()):
        kind = ResponseKind(response["kind"])
        story.at(story.ago(response["days_ago"]), partial(happens[kind], story, card, response))
        for number, commitment in enumerate(response["commitments"], start=1):
            _plan_step(story, card, response, {"number": number, **commitment})
    if prepared := card.get("prepared"):
        story.at(story.ago(prepared["days_ago"]), partial(_prepare, story, card, prepared))
    for rating in card.get("rating", ()):
        story.at(story.ago(rating["days_ago"]), partial(_rate, story, card, rating))
    for mark in card.get("mark", ()):
        story.at(story.ago(mark["days_ago"]), partial(_mark, story, card, mark))


def _plan_step(
    story: Story, card: dict[str, Any], response: dict[str, Any], commitment: dict[str, Any]
) -> None:
    """A commitment that is done was done in time; another step is told when the file says."""
    if CommitmentStatus(commitment["status"]) is CommitmentStatus.PLANNED:
        return
    told = story.ago(-commitment["due_in_days"]) - DONE_BEFORE_DUE
    if "told_days_ago" in commitment:
        told = story.ago(commitment["told_days_ago"])
    story.at(told, partial(_tell, story, card, response, commitment))


def _acknowledge(story: Story, card: dict[str, Any], response: dict[str, Any]) -> None:
    viewer, row = story.sees(card["id"], response["author"])
    route, language = Route(response["route"]), response["language"]
    responses.acknowledge(viewer, row, route=route, language=language)


def _extend(story: Story, card: dict[str, Any], response: dict[str, Any]) -> None:
    viewer, row = story.sees(card["id"], response["author"])
    reasons = words(response["reasons"])
    extensions.extend(
        viewer,
        row,
        until=_due(story, response["until_in_days"]),
        reasons=reasons.text,
        reasons_html=reasons.html,
        language=response["language"],
    )


def _prepare(story: Story, card: dict[str, Any], prepared: dict[str, Any]) -> None:
    """A draft that staff alone see, put up for review by who wrote it."""
    viewer, row = story.sees(card["id"], prepared["author"])
    keep = reviews.ask_for_review if prepared["for_review"] else responses.save_draft
    keep(viewer, row, _text(story, prepared), version=0)


def _answer(story: Story, card: dict[str, Any], response: dict[str, Any]) -> None:
    viewer, row = story.sees(card["id"], response["author"])
    responses.publish(viewer, row, _text(story, response), version=0)


def _correct(story: Story, card: dict[str, Any], response: dict[str, Any]) -> None:
    viewer, row = story.sees(card["id"], response["author"])
    newest = newest_answer(row.id)
    assert newest is not None
    responses.correct(viewer, row, _text(story, response), corrects=newest.public_id)


def _tell(
    story: Story, card: dict[str, Any], response: dict[str, Any], commitment: dict[str, Any]
) -> None:
    """How far a commitment is."""
    viewer, row = story.sees(card["id"], response["author"])
    commitments.update(
        viewer,
        _commitment(row.id, commitment["number"]),
        status=CommitmentStatus(commitment["status"]),
        note=commitment.get("note", ""),
        language=response["language"],
    )


def _rate(story: Story, card: dict[str, Any], rating: dict[str, Any]) -> None:
    viewer, row = story.sees(card["id"], story.delegates[rating["project"]])
    newest = newest_answer(row.id)
    assert newest is not None
    ratings.rate(
        viewer,
        row,
        verdict=Verdict(rating["verdict"]),
        reason=rating["reason"],
        language="es",
        answers=newest.public_id,
    )


def _mark(story: Story, card: dict[str, Any], mark: dict[str, Any]) -> None:
    """A project says whether a commitment is fulfilled."""
    viewer, row = story.sees(card["id"], story.delegates[mark["project"]])
    public_id = _commitment(row.id, mark["commitment"])
    said: dict[str, Any] = {"fulfilled": mark["fulfilled"], "reason": mark["reason"]}
    commitments.mark(viewer, public_id, language="es", **said)


def _commitment(proposal_id: int, number: int) -> str:
    """Its public id."""
    of_it = select(Commitment.public_id).where(Commitment.proposal_id == proposal_id)
    return db.session.scalars(of_it.where(Commitment.number == number)).one()


def _text(story: Story, response: dict[str, Any]) -> ResponseText:
    reasons = words(response["reasons"])
    return ResponseText(
        outcome=ResponseOutcome(response["outcome"]),
        reasons=reasons.text,
        reasons_html=reasons.html,
        language=response["language"],
        notes=response.get("notes", ""),
        documents=[Cited(**one) for one in response.get("documents", ())],
        commitments=[
            CommitmentText(one["text"], one["owner_role"], _due(story, one["due_in_days"]))
            for one in response.get("commitments", ())
        ],
    )


def _due(story: Story, days: int) -> date:
    return story.on_day(-days, 0, story.timezone).date()
