"""Proposals on their way to a vote and an answer, for tests; written as the cast would."""

from datetime import timedelta
from typing import Any

from forum.coalition.actions import responses, votes
from forum.coalition.lifecycle import ProposalStatus, ResponseOutcome
from forum.coalition.models import Proposal, ProposalVersion, Vote
from forum.coalition.queries.proposals import proposal_or_404
from forum.coalition.rows import ProposalRow
from forum.coalition.tally import Choice
from forum.db import db
from forum.lib import clock
from tests.people import Cast, viewer

CAST_SLUGS = ("ceiba", "encinos", "yerba-alta", "rio-claro", "sierra-nueva", "tierra-mansa")


def in_discussion(cast: Cast, **more: Any) -> Proposal:
    """A proposal of Proyecto Ceiba that was discussed long enough."""
    values = {
        "coalition_id": cast.coalition.id,
        "space_id": cast.spaces["coalition"].id,
        "author_id": cast.delegate.id,
        "project_id": cast.projects["ceiba"].id,
        "title": "Una guía de costos",
        "language": "es",
        "status": ProposalStatus.IN_DISCUSSION,
        "discussion_at": clock.now() - timedelta(days=30),
    }
    if more.get("status") == ProposalStatus.WITHDRAWN:
        values |= {"aside_at": clock.now(), "aside_reason": "Ya no hace falta."}
    made = Proposal(**(values | more))
    db.session.add(made)
    db.session.flush()
    db.session.add(
        ProposalVersion(
            proposal_id=made.id,
            number=1,
            author_id=made.author_id,
            title=made.title,
            problem="Falta una guía.",
            ask="Publicar una guía.",
            problem_html="<p>Falta una guía.</p>",
            ask_html="<p>Publicar una guía.</p>",
        )
    )
    db.session.flush()
    return made


def row(proposal: Proposal, reader: Any) -> ProposalRow:
    """The proposal as that person reads it now."""
    return proposal_or_404(proposal.public_id, viewer(reader))


def open_vote(cast: Cast, proposal: Proposal | None = None, days: int = 15) -> Vote:
    """A vote open for so many days."""
    proposal = proposal or in_discussion(cast)
    return votes.open_vote(
        viewer(cast.facilitator),
        row(proposal, cast.facilitator),
        closes_at=clock.now() + timedelta(days=days),
        version=proposal.version,
    )


def cast_by(
    person: Any, proposal: Proposal, choice: str = "agree", reason: str = "", **more: Any
) -> Any:
    """That person casts their project's ballot."""
    return votes.cast_ballot(
        viewer(person),
        row(proposal, person),
        choice=Choice(choice),
        reason=reason or ("Porque no." if choice in ("disagree", "block") else ""),
        language="es",
        **more,
    )


def all_cast(cast: Cast, proposal: Proposal, said: str) -> None:
    """The delegates cast, in the order of CAST_SLUGS, a word of a, -, d, b, . (see test_tally)."""
    letters = {"a": "agree", "-": "abstain", "d": "disagree", "b": "block"}
    for slug, letter in zip(CAST_SLUGS, said, strict=False):
        if letter in letters:
            cast_by(cast.delegates[slug], proposal, letters[letter])


def submitted(cast: Cast, **more: Any) -> Proposal:
    """An adopted proposal that was submitted just now (or `submitted_at`), without its vote."""
    at = more.pop("submitted_at", None) or clock.now()
    return in_discussion(
        cast,
        **{
            "status": ProposalStatus.SUBMITTED,
            "number": f"LAC-{at.year}-001",
            "submitted_at": at,
            "space_id": cast.spaces["network"].id,
        }
        | more,
    )


def text(**more: Any) -> responses.ResponseText:
    """An answer, whole unless told otherwise."""
    values = {
        "outcome": ResponseOutcome.PARTLY_ACCEPTED,
        "reasons": "Se hará una guía breve.",
        "reasons_html": "<p>Se hará una guía breve.</p>",
        "language": "es",
    }
    return responses.ResponseText(**(values | more))
