"""Coalitions and proposals on their way to a vote, as the cast would write them."""

from datetime import timedelta
from typing import Any

from forum.coalition.actions import discussion, form_check, support
from forum.coalition.actions import proposals as actions
from forum.coalition.actions.proposals import ProposalText
from forum.coalition.lifecycle import ProposalStatus
from forum.coalition.models import Coalition, Proposal
from forum.coalition.queries.members import coalition_or_404
from forum.coalition.queries.proposals import proposal_or_404
from forum.coalition.rows import CoalitionRow, ProposalRow
from forum.coalition.tally import Rules
from forum.db import db
from forum.lib import markup
from tests.people import Cast, viewer


def coalition(cast: Cast) -> CoalitionRow:
    """The cast's coalition."""
    return coalition_or_404(cast.coalition.slug)


def text(**more: str) -> ProposalText:
    """A whole text, other words where told."""
    words = {
        "title": "Una guía de costos",
        "problem": "Falta una guía.",
        "ask": "Publicar una guía.",
        "evidence": "Lo contaron seis proyectos.",
        "document": "Manual de procedimientos",
    } | more
    html = {f"{name}_html": markup.render(words[name]) for name in ("problem", "ask", "evidence")}
    return ProposalText(**words, **html)


def wait_for_the_form(cast: Cast, days: int = 7) -> None:
    """Whoever facilitates has so many days to look at a form before a proposal is discussed."""
    rules = Rules(form_check_days=days).as_json()
    db.session.get_one(Coalition, cast.coalition.id).rules = rules


def draft(cast: Cast, author: Any = None, **more: Any) -> Proposal:
    """A draft by that person, the delegate of Proyecto Ceiba unless told otherwise."""
    values = {"language": "es"} | more
    words = values.pop("text", None) or text()
    return actions.draft(viewer(author or cast.delegate), coalition(cast), words, **values)


def shared(cast: Cast, author: Any = None, **more: Any) -> Proposal:
    """A proposal that the coalition reads and that looks for co-sponsors."""
    author = author or cast.delegate
    made = draft(cast, author, **more)
    return discussion.share(viewer(author), row(made, author))


def passed(cast: Cast, proposal: Proposal) -> Proposal:
    """The same, its form found in order by who facilitates."""
    seen = row(proposal, cast.facilitator)
    return form_check.pass_form(viewer(cast.facilitator), seen, version=seen.version)


def backed(cast: Cast, proposal: Proposal, *slugs: str) -> Proposal:
    """The same, with those projects behind it."""
    for slug in slugs:
        delegate = cast.delegates[slug]
        support.cosponsor(viewer(delegate), row(proposal, delegate))
    return proposal


def discussed(cast: Cast, author: Any = None, *, days: int = 0, **more: Any) -> Proposal:
    """A proposal whose discussion began so many days ago, backed by Yerba Alta."""
    made = backed(cast, passed(cast, shared(cast, author, **more)), "yerba-alta")
    assert made.discussion_at is not None
    made.discussion_at -= timedelta(days=days)
    db.session.flush()
    return made


def adopted(cast: Cast, author: Any = None, **more: Any) -> Proposal:
    """A proposal that was adopted, without its vote."""
    made = discussed(cast, author, days=60, **more)
    made.status = ProposalStatus.ADOPTED
    db.session.flush()
    return made


def submitted(cast: Cast, author: Any = None, **more: Any) -> Proposal:
    """A proposal submitted just now."""
    author = author or cast.delegate
    made = adopted(cast, author, **more)
    return actions.submit(viewer(author), row(made, author))


def row(proposal: Proposal, reader: Any) -> ProposalRow:
    """The proposal as that person reads it now."""
    return proposal_or_404(proposal.public_id, viewer(reader))


def form(**more: Any) -> dict[str, Any]:
    """What a person sends to draft a proposal."""
    return {
        "title": "Una guía de costos",
        "problem": "Falta una guía.",
        "ask": "Publicar una guía.",
        "language": "es",
        "visibility_after": "network",
    } | more
