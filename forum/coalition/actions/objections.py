"""The proposer answers serious objections; a project says whether it is named with its own."""

from forum import activity
from forum.coalition.actions.consent import consent, statement_of
from forum.coalition.actions.moves import hold_as_seen
from forum.coalition.actions.votes import seal_due
from forum.coalition.lifecycle import ProposalStatus
from forum.coalition.models import MinorityStatement, Proposal
from forum.coalition.policy import proposals as policy
from forum.coalition.policy import votes as votes_policy
from forum.coalition.queries import members
from forum.coalition.queries.objections import ObjectionRow, objections_to
from forum.coalition.rows import ProposalRow
from forum.db import db
from forum.lib import clock
from forum.lib.permission import Refused, WrongState, require
from forum.spaces import Viewer
from forum.web.forms import Stale
from forum.web.locale import gettext as _


def answer_objection(
    viewer: Viewer,
    proposal: ProposalRow,
    *,
    project_id: int,
    answer: str,
    language: str,
    seen: str | None = None,
) -> MinorityStatement:
    """Store the proposer's written answer, or a better one, until the proposal is submitted.

    `seen` marks the answer that the person read, None where none was looked at. Raises Forbidden
    for who is not the proposer, WrongState before the vote is over or once it is submitted,
    Refused without an answer or where that project did not object, Stale with another's answer.
    """
    seal_due(proposal.id)
    held, now = hold_as_seen(viewer, proposal)
    require(policy.is_proposer(viewer, now, members.speaks_for(viewer, now.coalition_id)))
    if held.status is not ProposalStatus.ADOPTED:
        raise WrongState(
            _("Objections are answered once a proposal is adopted, before it is submitted.")
        )
    if not answer:
        raise Refused(_("Please write an answer."), "answer")
    found = _objection(now, viewer, project_id)
    said = statement_of(found.seat_id) or consent(found.seat_id, named=False)
    if (said.answer, said.answer_language) == (answer, language):
        return said
    if seen is not None and seen != found.seen:
        raise Stale(0, {"answer": found.answer})
    said.answer, said.answer_language = answer, language
    said.answered_by_id, said.answered_at = viewer.person_id, clock.now()
    _record(viewer, held, "objection.answered", found)
    return said


def say_whether_named(
    viewer: Viewer, proposal: ProposalRow, *, project_id: int, named: bool
) -> MinorityStatement:
    """A project's delegate says, until submission, whether it is named with its objection.

    Raises Forbidden for who does not speak for it, WrongState once the proposal is submitted.
    """
    held, now = hold_as_seen(viewer, proposal)
    found = [one for one in objections_to(now, viewer) if one.mine and one.project_id == project_id]
    require(votes_policy.can_speak(viewer, found))
    if held.submitted_at is not None:
        raise WrongState(_("The proposal is submitted, so this cannot be changed any more."))
    if found[0].named == named and statement_of(found[0].seat_id):
        return consent(found[0].seat_id, named=named)
    said = consent(found[0].seat_id, named=named)
    _record(viewer, held, "objection.consented", found[0], named=named)
    return said


def _objection(proposal: ProposalRow, viewer: Viewer, project_id: int) -> ObjectionRow:
    for one in objections_to(proposal, viewer):
        if one.project_id == project_id:
            return one
    raise Refused(_("That project has no serious objection to this proposal."))


def _record(viewer: Viewer, held: Proposal, verb: str, found: ObjectionRow, **more: bool) -> None:
    db.session.flush()
    activity.record(
        viewer.person_id,
        verb,
        held,
        space_id=held.space_id,
        seat=found.seat_id,
        **more,
    )
