"""Whoever facilitates looks at a proposal's form: in order, back to its authors, or to be merged.

Rule 3 of the coalition: form only; nothing is refused here on its merit.
"""

from sqlalchemy import select

from forum import activity
from forum.coalition.actions.discussion import discuss_when_ready
from forum.coalition.actions.moves import hold_as_seen, hold_proposal, keep, move
from forum.coalition.lifecycle import TALKED_ABOUT, MoveKind, ProposalStatus
from forum.coalition.models import MergeSuggestion, Proposal
from forum.coalition.policy import discussion as policy
from forum.coalition.rows import ProposalRow
from forum.db import db
from forum.lib import clock
from forum.lib.permission import Refused, WrongState, require
from forum.spaces import Viewer
from forum.web.forms import Stale
from forum.web.locale import gettext as _


class TextChanged(Stale):
    """The text was changed after the person looked at its form."""

    def __init__(self, version: int) -> None:
        super().__init__(version, {})
        self.reason = _(
            "The text was changed while you looked at it. Please read the newest version; "
            "if you send this again, it is meant for that one."
        )


def pass_form(viewer: Viewer, proposal: ProposalRow, *, version: int) -> Proposal:
    """The form is in order. The discussion begins if that was the last thing missing.

    `version` is the text the person read. Raises Forbidden, WrongState when it was checked
    before or is voted on already, TextChanged.
    """
    held, now = _hold_unchecked(viewer, proposal, version)
    held.form_passed_version = held.version
    keep(viewer, held, MoveKind.FORM_PASSED)
    _record(viewer, "proposal.form_passed", now, held)
    discuss_when_ready(viewer, held)
    return held


def return_to_authors(
    viewer: Viewer, proposal: ProposalRow, *, version: int, reason: str, language: str
) -> Proposal:
    """The text goes back to its authors, who alone see it again, with written reasons.

    The projects that stand behind it still do, and its conversation stays; shown again, its
    discussion lasts its days anew. Raises as `pass_form`, and Refused without reason.
    """
    held, now = _hold_unchecked(viewer, proposal, version)
    _need(reason)
    move(held, ProposalStatus.DRAFT)
    held.shared_at = held.form_passed_version = None
    keep(viewer, held, MoveKind.RETURNED, reason=reason, language=language)
    _settle_suggestions(held)
    _record(viewer, "proposal.returned", now, held)
    return held


def suggest_merge(
    viewer: Viewer, proposal: ProposalRow, *, target: ProposalRow, reason: str, language: str
) -> MergeSuggestion:
    """Suggest that the proposal goes into another one; both proposers decide.

    Raises Forbidden, Refused without reason or for an impossible target, WrongState when it
    cannot be merged now or a suggestion waits already.
    """
    for one in sorted({proposal.id, target.id}):
        hold_proposal(one)  # in one order, whichever is merged into the other
    held, now = hold_as_seen(viewer, proposal)
    require(policy.is_checker(viewer, now))
    other, target = hold_as_seen(viewer, target)
    if held.status not in TALKED_ABOUT:
        raise WrongState(_("This proposal cannot be merged into another now."))
    if other.id == held.id or other.coalition_id != held.coalition_id:
        raise Refused(_("Please choose another proposal of the coalition."), "target")
    if other.status not in TALKED_ABOUT:
        raise Refused(
            _("Only into a proposal that is not voted on yet can it be merged."), "target"
        )
    _need(reason)
    if (waiting := open_suggestion(held.id)) is not None:
        if _still_possible(waiting):
            raise WrongState(_("A merge is suggested for this proposal already."))
        waiting.settled_at = clock.now()
        db.session.flush()
    assert viewer.person_id is not None
    made = MergeSuggestion(proposal_id=held.id, target_id=other.id, person_id=viewer.person_id)
    db.session.add(made)
    db.session.flush()
    what = MoveKind.MERGE_SUGGESTED
    keep(viewer, held, what, reason=reason, language=language, other_id=other.id)
    _record(viewer, "proposal.merge_suggested", now, held, target=other.id)
    return made


def open_suggestion(proposal_id: int) -> MergeSuggestion | None:
    """The suggestion that waits for an answer of both sides, None without one."""
    return db.session.scalars(
        select(MergeSuggestion).where(
            MergeSuggestion.proposal_id == proposal_id, MergeSuggestion.settled_at.is_(None)
        )
    ).one_or_none()


def _still_possible(suggestion: MergeSuggestion) -> bool:
    return db.session.get_one(Proposal, suggestion.target_id).status in TALKED_ABOUT


def _settle_suggestions(held: Proposal) -> None:
    if (waiting := open_suggestion(held.id)) is not None:
        waiting.settled_at = clock.now()


def _hold_unchecked(
    viewer: Viewer, proposal: ProposalRow, version: int
) -> tuple[Proposal, ProposalRow]:
    held, now = hold_as_seen(viewer, proposal)
    require(policy.is_checker(viewer, now))
    if held.status not in TALKED_ABOUT:
        raise WrongState(_("The form of a proposal is checked before it is voted on."))
    if held.version != version:
        raise TextChanged(held.version)
    if held.form_passed_version == held.version:
        raise WrongState(_("The form of this text was checked meanwhile."))
    return held, now


def _need(reason: str) -> None:
    if not reason:
        raise Refused(_("Please write why, for its authors."), "reason")


def _record(viewer: Viewer, verb: str, now: ProposalRow, held: Proposal, **more: int) -> None:
    activity.record(
        viewer.person_id,
        verb,
        held,
        space_id=now.coalition_space_id,
        version=held.version,
        **more,
    )
