"""A project stands behind another's proposal, or does so no more."""

from sqlalchemy import delete, select

from forum import activity
from forum.coalition.actions.discussion import discuss_when_ready
from forum.coalition.actions.moves import hold_as_seen
from forum.coalition.actions.proposals import project_chosen
from forum.coalition.models import CoSponsor, Proposal
from forum.coalition.policy import proposals as policy
from forum.coalition.queries import members
from forum.coalition.rows import ProposalRow
from forum.db import db
from forum.lib.permission import WrongState, require
from forum.spaces import Viewer
from forum.web.locale import gettext as _


def cosponsor(viewer: Viewer, proposal: ProposalRow, *, project_id: int | None = None) -> CoSponsor:
    """A project the viewer speaks for stands behind the proposal. Twice is once.

    The discussion begins if that was the last thing missing. Raises Forbidden, WrongState when
    it is not discussed, Refused when the project must be chosen.
    """
    held, now = hold_as_seen(viewer, proposal)
    speaks_for = members.speaks_for(viewer, now.coalition_id)
    require(policy.is_supporter(viewer, now, speaks_for))
    if not policy.can_cosponsor(viewer, now, speaks_for):
        raise WrongState(_("Projects co-sponsor a proposal while it is discussed."))
    project = project_chosen(speaks_for - {now.project_id}, project_id)
    found = _cosponsor(held.id, project)
    if found is not None:
        return found
    assert viewer.person_id is not None
    made = CoSponsor(proposal_id=held.id, project_id=project, person_id=viewer.person_id)
    db.session.add(made)
    _record_support(viewer, "proposal.cosponsored", now, held, project)
    discuss_when_ready(viewer, held)
    return made


def stop_cosponsoring(
    viewer: Viewer, proposal: ProposalRow, *, project_id: int | None = None
) -> None:
    """A project stands behind the proposal no more.

    Raises Forbidden, WrongState once it is discussed, Refused when the project must be chosen.
    """
    held, now = hold_as_seen(viewer, proposal)
    speaks_for = members.speaks_for(viewer, now.coalition_id)
    require(policy.is_supporter(viewer, now, speaks_for))
    if not policy.can_stop_cosponsoring(viewer, now, speaks_for):
        raise WrongState(_("Co-sponsors stay as they were when the discussion began."))
    supporting = set(
        db.session.scalars(
            select(CoSponsor.project_id).where(
                CoSponsor.proposal_id == held.id, CoSponsor.project_id.in_(speaks_for)
            )
        )
    )
    if not supporting:
        return
    project = project_chosen(supporting, project_id)
    db.session.execute(
        delete(CoSponsor).where(CoSponsor.proposal_id == held.id, CoSponsor.project_id == project)
    )
    _record_support(viewer, "proposal.cosponsor_left", now, held, project)


def _cosponsor(proposal_id: int, project_id: int) -> CoSponsor | None:
    return db.session.scalars(
        select(CoSponsor).where(
            CoSponsor.proposal_id == proposal_id, CoSponsor.project_id == project_id
        )
    ).one_or_none()


def _record_support(
    viewer: Viewer, verb: str, now: ProposalRow, held: Proposal, project_id: int
) -> None:
    activity.record(
        viewer.person_id, verb, held, space_id=now.coalition_space_id, project=project_id
    )
