"""Holding a proposal while it is judged, moving it on, and keeping who did so and why.

Locks are taken in one order: the proposal, its vote, the coalition.
"""

from sqlalchemy import select

from forum.coalition.lifecycle import MoveKind, ProposalStatus, may_move
from forum.coalition.models import Coalition, Proposal, ProposalMove
from forum.coalition.queries.again import NOT_TABLED, tabled_again
from forum.coalition.queries.proposals import proposal_now
from forum.coalition.rows import ProposalRow
from forum.db import db
from forum.lib.permission import WrongState
from forum.spaces import Viewer
from forum.web.locale import gettext as _


def hold_proposal(proposal_id: int) -> Proposal:
    """The proposal as it is now, its row locked until this transaction ends."""
    return db.session.execute(
        select(Proposal)
        .where(Proposal.id == proposal_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def hold_coalition(coalition_id: int) -> Coalition:
    """The coalition as it is now: while it is held nobody joins, leaves or changes its rules."""
    return db.session.execute(
        select(Coalition)
        .where(Coalition.id == coalition_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def hold_as_seen(viewer: Viewer, proposal: ProposalRow) -> tuple[Proposal, ProposalRow]:
    """The proposal, held, and as the viewer sees it now. Raises NotFound if it left their sight."""
    held = hold_proposal(proposal.id)
    return held, proposal_now(held.id, viewer)


def move(proposal: Proposal, to: ProposalStatus) -> None:
    """Set the status of a proposal whose row is held. Raises WrongState where there is no way."""
    if not may_move(proposal.status, to):
        raise WrongState(_("The proposal has moved on meanwhile, so this is not possible now."))
    if proposal.again_of_id is not None and to not in NOT_TABLED:
        _first_again(proposal, proposal.again_of_id)
    proposal.status = to


def _first_again(proposal: Proposal, earlier_id: int) -> None:
    """A proposal is tabled again once: of several drafts, the one that is shown first."""
    hold_proposal(earlier_id)
    if tabled_again(earlier_id) not in (None, proposal.id):
        raise WrongState(
            _("Another proposal has tabled the earlier one again meanwhile: that is done once.")
        )


def keep(
    viewer: Viewer,
    held: Proposal,
    what: MoveKind,
    *,
    reason: str = "",
    language: str = "",
    other_id: int | None = None,
) -> ProposalMove:
    """Keep a step of the held proposal with who took it and why, in the words of that language.

    `other_id`: the other proposal's inner id, of a merge.
    """
    assert viewer.person_id is not None
    made = ProposalMove(
        proposal_id=held.id,
        what=what,
        version=held.version,
        person_id=viewer.person_id,
        reason=reason,
        language=language,
        other_id=other_id,
    )
    db.session.add(made)
    return made


def told_to(proposal: ProposalRow | Proposal) -> int | None:
    """Who may know that something happened to it: of what was never shown, nobody is told."""
    shown = proposal.shared_at is not None or proposal.discussion_at is not None
    return proposal.space_id if shown else None
