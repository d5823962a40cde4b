"""Tabling a proposal again: a draft of its own that names the earlier one and says what is new."""

from sqlalchemy import select

from forum import activity
from forum.coalition.actions import proposals
from forum.coalition.actions.moves import hold_as_seen
from forum.coalition.actions.proposals import Named, ProposalText
from forum.coalition.actions.votes import seal_due
from forum.coalition.models import Proposal, ProposalVersion
from forum.coalition.policy import again as policy
from forum.coalition.queries.again import tabled_again
from forum.coalition.queries.around import MOST_EVIDENCE, around_it
from forum.coalition.queries.members import coalition_or_404
from forum.coalition.rows import ProposalRow
from forum.db import db
from forum.lib.permission import Refused, WrongState, require
from forum.spaces import Viewer
from forum.web.locale import gettext as _


def table_again(
    viewer: Viewer,
    earlier: ProposalRow,
    *,
    new_evidence: str,
    language: str,
    evidence: tuple[Named, ...] | list[Named] = (),
    project_id: int | None = None,
) -> Proposal:
    """Draft it once more, with its text and what it rested on, and what is new since.

    The draft is its author's alone; of several, the first that is shown to the coalition is the
    one. Raises Forbidden; WrongState where it is not answered or adopted no more, or was tabled
    again; Refused without new evidence, and as `draft` does.
    """
    seal_due(earlier.id)
    held, now = hold_as_seen(viewer, earlier)
    require(policy.may_table_again(viewer, now))
    if reason := policy.why_not(now, done=tabled_again(held.id) is not None):
        raise WrongState(reason)
    if not new_evidence:
        raise Refused(_("Please say what is new since it was tabled before."), "new_evidence")
    rested = [(one.what, one.public_id) for one in around_it(now, viewer).evidence]
    links = list(dict.fromkeys([*evidence, *rested]))[:MOST_EVIDENCE]
    made = proposals.draft(
        viewer,
        coalition_or_404(now.coalition_slug),
        _text_of(held),
        language=language,
        visibility_after=now.visibility_after,
        evidence=links,
        project_id=project_id,
    )
    made.again_of_id, made.new_evidence = held.id, new_evidence
    activity.record(viewer.person_id, "proposal.tabled_again", made, earlier=held.id)
    return made


def _text_of(proposal: Proposal) -> ProposalText:
    newest = db.session.scalars(
        select(ProposalVersion).where(
            ProposalVersion.proposal_id == proposal.id, ProposalVersion.number == proposal.version
        )
    ).one()
    names = ProposalText.__dataclass_fields__
    return ProposalText(**{name: getattr(newest, name) for name in names})
