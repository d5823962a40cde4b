"""Reviewing a drafted answer before it is published: one of the staff wrote it, another reads it.

The proposal's row is held first, as for all that is done with an answer.
"""

from sqlalchemy import select

from forum import activity
from forum.coalition.actions.moves import hold_proposal
from forum.coalition.actions.responses import ResponseText, save_draft
from forum.coalition.lifecycle import AWAITING_ANSWER, ReviewVerdict
from forum.coalition.models import DraftReview, ResponseDraft
from forum.coalition.policy import responses as policy
from forum.coalition.queries import reviews as queries
from forum.coalition.rows import ProposalRow
from forum.db import db
from forum.lib import clock
from forum.lib.permission import Refused, WrongState, require
from forum.spaces import Viewer
from forum.web.locale import gettext as _


def ask_for_review(
    viewer: Viewer, proposal: ProposalRow, text: ResponseText, *, version: int
) -> DraftReview:
    """Save the draft and put it up, as it is now, for another one of the staff.

    Saved again, it is another text, and not put up. Raises as `save_draft` does.
    """
    draft = save_draft(viewer, proposal, text, version=version)
    assert viewer.person_id is not None
    asked = DraftReview(
        proposal_id=draft.proposal_id, version=draft.version, asked_by_id=viewer.person_id
    )
    db.session.add(asked)
    activity.record(
        viewer.person_id,
        "draft.review_asked",
        asked,
        space_id=draft.space_id,
        proposal=draft.proposal_id,
    )
    return asked


def review(
    viewer: Viewer, proposal: ProposalRow, *, verdict: ReviewVerdict, note: str, version: int
) -> DraftReview:
    """Approve the draft, or give it back with a note; `version` is the draft the person read.

    Raises Forbidden, also for who put it up; WrongState where it is not put up any more, changed,
    published or reviewed; Refused where it is returned without a note.
    """
    require(policy.can_answer_officially(viewer))
    held = hold_proposal(proposal.id)
    if held.status not in AWAITING_ANSWER:
        raise WrongState(_("The answer to this proposal is published: its draft is gone."))
    draft = db.session.scalars(
        select(ResponseDraft)
        .where(ResponseDraft.proposal_id == held.id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    waiting = queries.review_of(draft) if draft else None
    if draft is None or waiting is None or draft.version != version:
        raise WrongState(_("The draft was changed since you opened it. Please read it again."))
    require(policy.can_review(viewer, proposal, waiting.asked_by_id))
    if waiting.verdict is not None:
        raise WrongState(_("Somebody else reviewed this draft meanwhile."))
    if verdict is ReviewVerdict.RETURNED and not note:
        raise Refused(_("Please say what is to be changed."), "note")
    waiting.reviewer_id, waiting.reviewed_at = viewer.person_id, clock.now()
    waiting.verdict, waiting.note = verdict, note
    activity.record(
        viewer.person_id,
        "draft.reviewed",
        waiting,
        space_id=draft.space_id,
        proposal=held.id,
        verdict=verdict.value,
    )
    return waiting
