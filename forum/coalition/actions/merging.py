"""Both proposers say whether one proposal goes into another, as the facilitator suggested.

Locks: the two proposals in the order of their ids, then the suggestion.
"""

from sqlalchemy import select

from forum import activity
from forum.coalition.actions.coauthors import add_coauthor
from forum.coalition.actions.form_check import open_suggestion
from forum.coalition.actions.moves import hold_proposal, keep, move
from forum.coalition.lifecycle import TALKED_ABOUT, MoveKind, ProposalStatus
from forum.coalition.models import CoAuthor, MergeSuggestion, Proposal, ProposalVersion
from forum.coalition.policy import discussion as policy
from forum.coalition.policy.proposals import is_proposer
from forum.coalition.queries import members
from forum.coalition.queries.proposals import proposal_now
from forum.coalition.rows import ProposalRow
from forum.db import db
from forum.lib import clock
from forum.lib.permission import Refused, WrongState, require
from forum.spaces import Viewer
from forum.web.locale import gettext as _


def accept_merge(viewer: Viewer, proposal: ProposalRow) -> MergeSuggestion:
    """A side agrees that the proposal goes into the other; once both do, it is merged.

    Who proposes both agrees for both; a side that agreed before changes nothing. Raises
    Forbidden, WrongState when nothing is suggested or one of the two has moved on.
    """
    suggestion, held, target, now, other = _hold_both(viewer, proposal)
    speaks_for = members.speaks_for(viewer, now.coalition_id)
    at = clock.now()
    if is_proposer(viewer, now, speaks_for) and suggestion.accepted_at is None:
        suggestion.accepted_at = at
        _agreed(viewer, held, target, now)
    if is_proposer(viewer, other, speaks_for) and suggestion.target_accepted_at is None:
        suggestion.target_accepted_at = at
        _agreed(viewer, target, held, other)
    if suggestion.accepted_at is not None and suggestion.target_accepted_at is not None:
        suggestion.settled_at = at
        _merge(viewer, held, target, now)
    return suggestion


def decline_merge(
    viewer: Viewer, proposal: ProposalRow, *, reason: str, language: str
) -> MergeSuggestion:
    """A side does not agree, and says why; both proposals go on. Raises as above, and Refused."""
    suggestion, held, target, now, _other = _hold_both(viewer, proposal)
    if not reason:
        raise Refused(_("Please write why, for its authors."), "reason")
    suggestion.settled_at = clock.now()
    what = MoveKind.MERGE_DECLINED
    keep(viewer, held, what, reason=reason, language=language, other_id=target.id)
    _record(viewer, "proposal.merge_declined", held, now, target)
    return suggestion


def _hold_both(
    viewer: Viewer, proposal: ProposalRow
) -> tuple[MergeSuggestion, Proposal, Proposal, ProposalRow, ProposalRow]:
    seen = open_suggestion(proposal.id)
    if seen is None:
        raise WrongState(_("No merge waits for a decision here any more."))
    held, target = _in_order(proposal.id, seen.target_id)
    suggestion = _still_open(seen.id)
    now, other = proposal_now(held.id, viewer), proposal_now(target.id, viewer)
    require(
        policy.can_settle_merge(viewer, now, other, members.speaks_for(viewer, now.coalition_id))
    )
    if held.status not in TALKED_ABOUT or target.status not in TALKED_ABOUT:
        raise WrongState(_("One of the two proposals has moved on, so they cannot be merged now."))
    return suggestion, held, target, now, other


def _in_order(first: int, second: int) -> tuple[Proposal, Proposal]:
    held = {one: hold_proposal(one) for one in sorted((first, second))}
    return held[first], held[second]


def _still_open(suggestion_id: int) -> MergeSuggestion:
    """The suggestion as it is now that both proposals are held."""
    found = db.session.scalars(
        select(MergeSuggestion)
        .where(MergeSuggestion.id == suggestion_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if found.settled_at is not None:
        raise WrongState(_("No merge waits for a decision here any more."))
    return found


def _agreed(viewer: Viewer, held: Proposal, other: Proposal, now: ProposalRow) -> None:
    keep(viewer, held, MoveKind.MERGE_ACCEPTED, other_id=other.id)
    _record(viewer, "proposal.merge_accepted", held, now, other)


def _merge(viewer: Viewer, held: Proposal, target: Proposal, now: ProposalRow) -> None:
    held.aside_at, held.merged_into_id = clock.now(), target.id
    move(held, ProposalStatus.MERGED)
    keep(viewer, held, MoveKind.MERGED, other_id=target.id)
    keep(viewer, target, MoveKind.TOOK_IN, other_id=held.id)
    for person_id, project_id in _authors_of(held):
        add_coauthor(viewer, target, person_id, project_id)
    _record(viewer, "proposal.merged", held, now, target)


def _authors_of(held: Proposal) -> list[tuple[int, int]]:
    """Who wrote it, with the project they did so for: its author, versions' authors, co-authors."""
    writers = select(ProposalVersion.author_id).where(ProposalVersion.proposal_id == held.id)
    invited = select(CoAuthor.person_id, CoAuthor.project_id).where(
        CoAuthor.proposal_id == held.id, CoAuthor.until.is_(None)
    )
    left = select(CoAuthor.person_id).where(
        CoAuthor.proposal_id == held.id, CoAuthor.until.is_not(None)
    )
    found = dict.fromkeys(db.session.scalars(writers), held.project_id)
    for person_id in db.session.scalars(left):
        found.pop(person_id, None)
    found |= {row.person_id: row.project_id for row in db.session.execute(invited)}
    return sorted((found | {held.author_id: held.project_id}).items())


def _record(viewer: Viewer, verb: str, held: Proposal, now: ProposalRow, other: Proposal) -> None:
    space_id = now.coalition_space_id
    activity.record(viewer.person_id, verb, held, space_id=space_id, other=other.id)
