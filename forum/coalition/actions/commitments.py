"""Telling how far a commitment is. The proposal's row is held first, then the commitment's."""

from datetime import date

from sqlalchemy import select

from forum import activity
from forum.coalition.actions.closing import close_if_settled
from forum.coalition.actions.moves import hold_proposal
from forum.coalition.actions.proposals import project_chosen
from forum.coalition.actions.ratings import SaidMeanwhile
from forum.coalition.lifecycle import CommitmentStatus
from forum.coalition.models import Commitment, CommitmentMark, CommitmentUpdate
from forum.coalition.policy import follow_up
from forum.coalition.policy import responses as policy
from forum.coalition.queries import members
from forum.coalition.queries.commitments import mark_of
from forum.coalition.queries.proposals import proposal_now
from forum.db import db
from forum.lib import clock
from forum.lib.permission import No, Refused, WrongState, require
from forum.spaces import Viewer
from forum.web.forms import Stale
from forum.web.locale import gettext as _


def update(
    viewer: Viewer,
    public_id: str,
    *,
    status: CommitmentStatus,
    note: str,
    language: str,
    due_on: date | None = None,
    evidence: str = "",
    version: int | None = None,
) -> CommitmentUpdate:
    """Tell how far a commitment is; what is dropped, or put off, is so for a reason.

    `due_on` is its day from now on, None to leave it; the day it had stays in its history.
    `evidence` is the address of what shows it.
    `version` is how many steps of it the person read, None where none were looked at.

    Raises Forbidden, WrongState once the proposal is closed, Refused without a needed note,
    Stale with the last step's note when there are others.
    """
    require(policy.can_answer_officially(viewer))
    concerned = select(Commitment.proposal_id).where(Commitment.public_id == public_id)
    proposal = hold_proposal(db.session.execute(concerned).scalar_one())
    held = _hold(public_id)
    if not policy.can_update_commitment(viewer, proposal.status):
        raise WrongState(_("This proposal is closed, and its commitments with it."))
    _check_version(held, version)
    moved = due_on is not None and due_on != held.due_on
    if moved and held.due_on < clock.today(proposal_now(proposal.id, viewer).timezone):
        raise Refused(
            _(
                "Its day has passed, and it stays late until it is done. Say in your words by "
                "when you expect it."
            ),
            "due_on",
        )
    if not note and not (evidence and status is not CommitmentStatus.DROPPED and not moved):
        _check_without_note(held, status, moved=moved)
    changed, held.status = status is not held.status, status
    made = CommitmentUpdate(
        commitment_id=held.id,
        author_id=viewer.person_id,
        status=status,
        note=note,
        evidence=evidence,
        language=language,
        due_before=held.due_on if moved else None,
        due_on=due_on if moved else None,
    )
    if due_on is not None:
        held.due_on = due_on
    db.session.add(made)
    db.session.flush()
    activity.record(
        viewer.person_id,
        "commitment.updated",
        held,
        space_id=proposal.space_id,
        proposal=proposal.id,
        update=made.id,
        status=status.value,
        changed=changed,
        moved=moved,
    )
    close_if_settled(viewer.person_id, proposal)
    return made


def mark(
    viewer: Viewer,
    public_id: str,
    *,
    fulfilled: bool,
    reason: str,
    language: str,
    project_id: int | None = None,
    seen: str | None = None,
) -> CommitmentMark:
    """Say for one's project whether a commitment is fulfilled; said again, it takes its place.

    `seen` holds the marks of what their projects said of it when the person looked, None where
    they did not look. The same again changes nothing.

    Raises Forbidden, WrongState while it is open and its day not past, Refused without a needed
    reason or project, SaidMeanwhile where the project says something else than they saw.
    """
    concerned = select(Commitment.proposal_id).where(Commitment.public_id == public_id)
    proposal = hold_proposal(db.session.execute(concerned).scalar_one())
    held, now = _hold(public_id), proposal_now(proposal.id, viewer)
    speaks_for = members.speaks_for(viewer, proposal.coalition_id)
    require(follow_up.is_marker(viewer, now.coalition_space_id, speaks_for))
    ripe = held.is_late(clock.today(now.timezone)) or not held.is_open
    may = follow_up.can_mark(viewer, now.coalition_space_id, speaks_for, ripe=ripe)
    if isinstance(may, No):
        raise WrongState(may.reason)
    if not fulfilled and not reason:
        raise Refused(_("Please say in a word what is missing."), "reason")
    project = project_chosen(speaks_for, project_id)
    found = db.session.scalars(
        select(CommitmentMark).where(
            CommitmentMark.commitment_id == held.id, CommitmentMark.project_id == project
        )
    ).one_or_none()
    said = (fulfilled, reason, language)
    if found is not None and (found.fulfilled, found.reason, found.language) == said:
        return found
    if found is not None and seen is not None and mark_of(found) not in seen.split():
        raise SaidMeanwhile({"fulfilled": "yes" if found.fulfilled else "no"})
    assert viewer.person_id is not None
    made = found or CommitmentMark(commitment_id=held.id, project_id=project)
    made.person_id, made.fulfilled = viewer.person_id, fulfilled
    made.reason, made.language = reason, language
    db.session.add(made)
    db.session.flush()
    activity.record(
        viewer.person_id,
        "commitment.marked",
        made,
        space_id=now.coalition_space_id,
        proposal=proposal.id,
        project=project,
        fulfilled=fulfilled,
    )
    return made


def _hold(public_id: str) -> Commitment:
    return db.session.scalars(
        select(Commitment)
        .where(Commitment.public_id == public_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _check_version(held: Commitment, version: int | None) -> None:
    """Raises Stale where a step was told that the person did not read."""
    steps = select(CommitmentUpdate.note).where(CommitmentUpdate.commitment_id == held.id)
    notes = db.session.scalars(steps.order_by(CommitmentUpdate.id)).all()
    if version is not None and version != len(notes):
        raise Stale(len(notes), {"note": notes[-1] if notes else ""})


def _check_without_note(held: Commitment, status: CommitmentStatus, *, moved: bool) -> None:
    """Raises Refused for what is told only with a reason."""
    if status is CommitmentStatus.DROPPED:
        raise Refused(_("Please say why it was dropped."), "note")
    if moved:
        raise Refused(_("Please say why its day changes."), "note")
    if status is held.status:
        raise Refused(_("It stands there already: choose another, or write what was done."), "note")
