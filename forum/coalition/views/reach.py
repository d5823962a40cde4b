"""What a door of this room is about, for the one who stands before it: found, or NotFound.

And where it leads afterwards.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple

from flask import url_for
from werkzeug.exceptions import NotFound

from forum.coalition.lifecycle import effective_status
from forum.coalition.policy import members as members_policy
from forum.coalition.policy import proposals as policy
from forum.coalition.queries import members
from forum.coalition.queries.proposals import proposal_or_404
from forum.coalition.queries.votes import VotePanel, vote_panel
from forum.coalition.rows import CoalitionRow, MemberName, ProposalRow
from forum.spaces import Viewer, current_viewer


class Standing(NamedTuple):
    """Who stands before which proposal, and for which member projects they speak today.

    In the order in which the policies take it: `policy.can_edit(*standing)`.
    """

    viewer: Viewer
    proposal: ProposalRow
    speaks_for: frozenset[int]


def standing_before(id: str) -> Standing:
    """The one who asks, before the proposal of that public id. Raises NotFound."""
    viewer = current_viewer()
    return _standing(viewer, proposal_or_404(id, viewer))


def standing_submitted(id: str) -> Standing:
    """The same, once the proposal is submitted. Raises NotFound."""
    viewer = current_viewer()
    return _standing(viewer, submitted_or_404(id, viewer))


def standing_by_the_clock(id: str) -> Standing:
    """The same, with the status the proposal has now, its vote sealed or not. Raises NotFound."""
    found = standing_before(id)
    vote = vote_panel(found.proposal, found.viewer)
    return found._replace(proposal=by_the_clock(found.proposal, vote))


def standing_inside(id: str) -> Standing:
    """The same, for pages that stay with the coalition: nobody else finds them."""
    found = standing_before(id)
    if not policy.can_see_versions(found.viewer, found.proposal):
        raise NotFound
    return found


def submitted_or_404(id: str, viewer: Viewer) -> ProposalRow:
    """The proposal of that public id, once it is submitted. Raises NotFound."""
    proposal = proposal_or_404(id, viewer)
    if proposal.submitted_at is None:
        raise NotFound
    return proposal


def proposal_url(proposal: ProposalRow, part: str) -> str:
    """The address of the proposal's page, at that part of it: "vote", "response"."""
    return url_for("coalition.proposal", id=proposal.public_id, _anchor=part)


def inside_or_404(slug: str) -> tuple[Viewer, CoalitionRow]:
    """The one who asks, inside the coalition of that slug. Raises NotFound for everybody else."""
    viewer, coalition = current_viewer(), members.coalition_or_404(slug)
    if not members_policy.can_see_inside(viewer, coalition):
        raise NotFound
    return viewer, coalition


def by_the_clock(proposal: ProposalRow, vote: VotePanel | None) -> ProposalRow:
    """The proposal with the status it has now: a vote past its closing has its outcome."""
    if vote is None:
        return proposal
    going_on = vote.is_open or vote.second_call_due
    outcome = None if going_on else vote.tally.outcome
    status = effective_status(proposal.status, vote.vote.closes_at, outcome, vote.now)
    return replace(proposal, status=status)


def project_chosen(form: Any, mine: Iterable[MemberName]) -> int | None:
    """The inner id of the project chosen in the form, None where nothing is to be chosen."""
    if "project" not in form:
        return None
    return next((one.id for one in mine if one.slug == form.project.data), None)


def _standing(viewer: Viewer, proposal: ProposalRow) -> Standing:
    return Standing(viewer, proposal, members.speaks_for(viewer, proposal.coalition_id))
