"""The proposals: drafted, backed, discussed, amended; then voted on and answered."""

from functools import partial
from typing import Any

from sqlalchemy import select

from forum.cli.demo import answering, voting
from forum.cli.demo.ground import words
from forum.cli.demo.story import FACILITATOR, Story, read
from forum.coalition.actions import again, amendments, discussion, form_check, proposals, support
from forum.coalition.actions.proposals import Named, ProposalText
from forum.coalition.lifecycle import TextPart
from forum.coalition.models import Amendment
from forum.coalition.queries.members import coalition_or_404
from forum.db import db
from forum.spaces.kinds import SpaceKind


def plan(story: Story) -> None:
    """Plan the life of every proposal of the files."""
    for card in read("proposals")["proposal"]:
        _plan_drafting(story, card)
        _plan_amendments(story, card)
        voting.plan(story, card)
        answering.plan(story, card)


def _plan_drafting(story: Story, card: dict[str, Any]) -> None:
    first, *later = card["version"]
    begin = _draft
    if "again_of" in card:
        begin, later = _table_again, card["version"]
    story.at(story.ago(card["created_days_ago"]), partial(begin, story, card, first))
    for version in later:
        story.at(story.ago(version["days_ago"]), partial(_change, story, card, version))
    if "shared_days_ago" in card:
        story.at(story.ago(card["shared_days_ago"]), partial(_share, story, card))
    if "discussion_days_ago" in card:
        story.at(story.ago(card["discussion_days_ago"]), partial(_pass_form, story, card))
    for project, days in zip(card["cosponsors"], card.get("cosponsored_days_ago", ()), strict=True):
        story.at(story.ago(days), partial(_cosponsor, story, card, project))


def _plan_amendments(story: Story, card: dict[str, Any]) -> None:
    for change in card.get("amendment", ()):
        story.at(story.ago(change["days_ago"]), partial(_amend, story, card, change))
        if "decided_by" in change:
            story.at(story.ago(change["decided_days_ago"]), partial(_decide, story, card, change))


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


def _table_again(story: Story, card: dict[str, Any], version: dict[str, Any]) -> None:
    """A draft with the earlier text; the first version of the file changes it."""
    viewer, earlier = story.sees(card["again_of"], version["author"])
    drafted = again.table_again(
        viewer,
        earlier,
        new_evidence=card["new_evidence"],
        language=card["language"],
        evidence=_evidence(story, card),
    )
    story.proposals[card["id"]] = drafted.public_id


def _change(story: Story, card: dict[str, Any], version: dict[str, Any]) -> None:
    viewer, row = story.sees(card["id"], version["author"])
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
    viewer, row = story.sees(card["id"], card["version"][0]["author"])
    prepared = story.threads[card["thread"]] if "thread" in card else None
    discussion.share(viewer, row, thread_id=prepared)


def _pass_form(story: Story, card: dict[str, Any]) -> None:
    """Its form is in order; with a project behind it by then, its discussion begins."""
    viewer, row = story.sees(card["id"], FACILITATOR)
    form_check.pass_form(viewer, row, version=row.version)


def _cosponsor(story: Story, card: dict[str, Any], project: str) -> None:
    support.cosponsor(*story.sees(card["id"], story.delegates[project]))


def _amend(story: Story, card: dict[str, Any], change: dict[str, Any]) -> None:
    viewer, row = story.sees(card["id"], change["author"])
    said = {name: change[name] for name in ("passage", "words", "why", "language")}
    amendments.propose(viewer, row, part=TextPart(change["part"]), **said)


def _decide(story: Story, card: dict[str, Any], change: dict[str, Any]) -> None:
    """The proposer takes the change, or says why not."""
    viewer, row = story.sees(card["id"], change["decided_by"])
    of_it = select(Amendment.id).where(Amendment.proposal_id == row.id)
    found = db.session.scalars(of_it.where(Amendment.words == change["words"])).one()
    if "reasons" not in change:
        amendments.take(viewer, row, found)
        return
    reasons, language = change["reasons"], change["language"]
    amendments.decline(viewer, row, found, reasons=reasons, language=language)


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
