"""Acknowledging, preparing, publishing and correcting an official response.

Each holds the proposal's row, so that of two who answer at once only one does.
"""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from forum import activity
from forum.coalition.actions.moves import hold_proposal, move
from forum.coalition.lifecycle import (
    ANSWERED,
    AWAITING_ANSWER,
    ProposalStatus,
    ResponseKind,
    ResponseOutcome,
    ReviewVerdict,
    Route,
)
from forum.coalition.models import (
    Commitment,
    DraftReview,
    Proposal,
    ProposalVersion,
    Response,
    ResponseDraft,
)
from forum.coalition.policy import responses as policy
from forum.coalition.queries import responses as queries
from forum.coalition.queries.answer_clock import clock_of
from forum.coalition.queries.reviews import review_of
from forum.coalition.rows import Cited, ProposalRow
from forum.db import db
from forum.lib import clock
from forum.lib.permission import Refused, WrongState, require
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.spaces.queries import single_space
from forum.web.forms import Stale
from forum.web.locale import gettext as _
from forum.web.settings import settings


@dataclass(frozen=True)
class CommitmentText:
    """A commitment as written; in a draft anything may be missing."""

    text: str
    owner_role: str
    due_on: date | None

    def as_json(self) -> dict[str, str]:
        """Plain values, to be kept in a draft."""
        return {
            "text": self.text,
            "owner_role": self.owner_role,
            "due_on": self.due_on.isoformat() if self.due_on else "",
        }


@dataclass(frozen=True, kw_only=True)
class ResponseText:
    """A response as written."""

    outcome: ResponseOutcome | None
    reasons: str
    reasons_html: str
    language: str
    notes: str = ""  # internal
    commitments: list[CommitmentText] = field(default_factory=list)
    documents: list[Cited] = field(default_factory=list)


def acknowledge(viewer: Viewer, proposal: ProposalRow, *, route: Route, language: str) -> Response:
    """Confirm receipt and name the body that answers; its days run from the submission.

    Named when the answer is overdue, it stays overdue.

    Raises Forbidden, and WrongState when it was acknowledged or answered before.
    """
    require(policy.can_answer_officially(viewer))
    assert viewer.person_id is not None
    held = hold_proposal(proposal.id)
    if held.acknowledged_at is not None or held.status not in AWAITING_ANSWER:
        raise WrongState(_("This proposal was acknowledged or answered before."))
    held.route, held.acknowledged_at = route, clock.now()
    if held.status is ProposalStatus.SUBMITTED:
        move(held, ProposalStatus.ACKNOWLEDGED)
    response = official_response(viewer, proposal, held, ResponseKind.ACKNOWLEDGEMENT)
    response.route, response.language = route, language
    db.session.add(response)
    activity.record(
        viewer.person_id,
        "response.acknowledged",
        response,
        space_id=held.space_id,
        proposal=held.id,
        route=route.value,
    )
    return response


def save_draft(
    viewer: Viewer, proposal: ProposalRow, text: ResponseText, *, version: int
) -> ResponseDraft:
    """Keep what staff prepares, for staff alone; the first draft puts the proposal under review.

    `version` is the draft the person saw, 0 for none. Raises Forbidden, WrongState when the
    answer is out, and Stale with the other text.
    """
    held, draft = _hold_to_answer(viewer, proposal, version)
    assert viewer.person_id is not None
    if draft is None:
        draft = ResponseDraft(
            proposal_id=held.id,
            space_id=single_space(SpaceKind.STAFF).id,
            author_id=viewer.person_id,
            language=text.language,
            version=0,
        )
        db.session.add(draft)
        _begin_review(viewer, held)
    draft.author_id = viewer.person_id
    draft.outcome, draft.reasons, draft.notes = text.outcome, text.reasons, text.notes
    draft.language = text.language
    draft.commitments = [commitment.as_json() for commitment in text.commitments]
    draft.documents = [document.as_json() for document in text.documents]
    draft.version += 1
    db.session.flush()
    return draft


def publish(viewer: Viewer, proposal: ProposalRow, text: ResponseText, *, version: int) -> Response:
    """Answer officially: once, with reasons, naming the version answered. The draft goes.

    What was put up for review is published as it was approved. Raises Forbidden, WrongState when
    the answer is out, Stale with the other text, and Refused where the answer is incomplete, or
    its review is.
    """
    held, draft = _hold_to_answer(viewer, proposal, version)
    review = _approved(draft, text)
    if text.outcome is None:
        raise Refused(_("Please choose the answer."), "outcome")
    if not text.reasons:
        raise Refused(_("Please write the reasons: an answer always has them."), "reasons")
    response = official_response(viewer, proposal, held, ResponseKind.ANSWER)
    response.outcome, response.language = text.outcome, text.language
    response.reasons, response.reasons_html = text.reasons, text.reasons_html
    response.documents = _cited(text)
    response.route = held.route or Route.SECRETARIAT  # as its day was reckoned
    db.session.add(response)
    db.session.flush()
    _promise(response, text)
    if review is not None:
        review.response_id = response.id
    held.answered_at = response.published_at
    move(held, ProposalStatus.ANSWERED)
    if text.commitments:
        move(held, ProposalStatus.FOLLOWING_UP)
    if draft is not None:
        db.session.delete(draft)
    activity.record(
        viewer.person_id,
        "response.published",
        response,
        space_id=held.space_id,
        proposal=held.id,
        outcome=text.outcome.value,
        commitments=len(text.commitments),
        reviewed=review is not None,
    )
    return response


def correct(
    viewer: Viewer, proposal: ProposalRow, text: ResponseText, *, corrects: str
) -> Response:
    """Correct what was answered: a response of its own that names the one it corrects.

    `corrects` is the public id of the newest answer the person saw. What was promised stays with
    the answer. Raises Forbidden, WrongState before the answer, Stale where it was corrected
    meanwhile, and Refused where the correction is incomplete or says the same.
    """
    require(policy.can_answer_officially(viewer))
    held = hold_proposal(proposal.id)
    newest = queries.newest_answer(held.id)
    if held.status not in ANSWERED or newest is None:
        raise WrongState(_("There is no answer yet that could be corrected."))
    if newest.public_id != corrects:
        raise Stale(newest.id, {"reasons": newest.reasons})
    if text.outcome is None:
        raise Refused(_("Please choose the answer."), "outcome")
    if not text.reasons:
        raise Refused(_("Please write the reasons: an answer always has them."), "reasons")
    documents = _cited(text)
    said = (newest.outcome, newest.reasons, newest.documents)
    if (text.outcome, text.reasons, documents) == said:
        raise Refused(_("This says what the answer says already."), "reasons")
    response = Response(
        proposal_id=held.id,
        version_id=newest.version_id,
        kind=ResponseKind.CORRECTION,
        outcome=text.outcome,
        reasons=text.reasons,
        reasons_html=text.reasons_html,
        documents=documents,
        language=text.language,
        route=newest.route,
        due_on=newest.due_on,
        author_id=viewer.person_id,
        corrects_id=newest.id,
        published_at=clock.now(),
    )
    db.session.add(response)
    activity.record(
        viewer.person_id,
        "response.published",
        response,
        space_id=held.space_id,
        proposal=held.id,
        outcome=text.outcome.value,
        corrects=newest.id,
    )
    return response


def _hold_to_answer(
    viewer: Viewer, proposal: ProposalRow, version: int
) -> tuple[Proposal, ResponseDraft | None]:
    """The proposal, held and still waiting, and its draft as the person saw it."""
    require(policy.can_answer_officially(viewer))
    held = hold_proposal(proposal.id)
    if held.status not in AWAITING_ANSWER:
        raise WrongState(
            _("The answer to this proposal is published; what you wrote is still here.")
        )
    draft = queries.draft_of(held.id)
    if draft is not None:
        db.session.refresh(draft)
    if (draft.version if draft else 0) != version:
        raise Stale(draft.version if draft else 0, _texts(draft))
    return held, draft


def _promise(response: Response, text: ResponseText) -> None:
    """Store the commitments made with the response. Raises Refused where one is incomplete."""
    for number, commitment in enumerate(text.commitments, start=1):
        if not (commitment.text and commitment.owner_role and commitment.due_on):
            raise Refused(_("Every commitment says what, who and until when."), "commitments")
        db.session.add(
            Commitment(
                response_id=response.id,
                proposal_id=response.proposal_id,
                number=number,
                text=commitment.text,
                language=text.language,
                owner_role=commitment.owner_role,
                due_on=commitment.due_on,
            )
        )


def _approved(draft: ResponseDraft | None, text: ResponseText) -> DraftReview | None:
    """The review that lets this text out; None where there was none and none is needed.

    Raises Refused where it waits, was returned, or approved something else.
    """
    review = review_of(draft) if draft else None
    if draft is None or review is None:
        if settings().review_answers:
            raise Refused(
                _("Here an answer is published once a second person of the staff has approved it.")
            )
        return None
    if review.verdict is None:
        raise Refused(_("It is put up for review, and nobody has said a word yet."))
    if review.verdict is ReviewVerdict.RETURNED:
        raise Refused(_("Its review gave it back: change it and save the draft first."))
    if not _is_as_kept(text, draft):
        raise Refused(_("This is not the text that was approved: save the draft first."))
    return review


def _is_as_kept(text: ResponseText, draft: ResponseDraft) -> bool:
    """Whether it is, but for the internal notes, what the draft says."""
    said = [text.outcome, text.reasons, text.language]
    promised = [one.as_json() for one in text.commitments]
    cited = [one.as_json() for one in text.documents]
    return [*said, promised, cited] == [
        draft.outcome,
        draft.reasons,
        draft.language,
        draft.commitments,
        draft.documents,
    ]


def _cited(text: ResponseText) -> list[dict[str, str]]:
    """The documents it cites, to be stored. Raises Refused where one has no title."""
    if not all(document.title for document in text.documents):
        raise Refused(_("Every document cited has a title."), "documents")
    return [document.as_json() for document in text.documents]


def _texts(draft: ResponseDraft | None) -> dict[str, str]:
    if draft is None:
        return {}
    kept = [
        " · ".join(part for part in (c["text"], c["owner_role"], c["due_on"]) if part)
        for c in draft.commitments
    ]
    cited = [" · ".join(part for part in one.values() if part) for one in draft.documents]
    return {
        "reasons": draft.reasons,
        "documents": "\n".join(cited),
        "commitments": "\n".join(kept),
        "notes": draft.notes,
    }


def _begin_review(viewer: Viewer, held: Proposal) -> None:
    """The first draft puts a submitted or acknowledged proposal under review."""
    if held.status is ProposalStatus.UNDER_REVIEW:
        return
    move(held, ProposalStatus.UNDER_REVIEW)
    activity.record(viewer.person_id, "proposal.under_review", held, space_id=held.space_id)


def official_response(
    viewer: Viewer, proposal: ProposalRow, held: Proposal, kind: ResponseKind
) -> Response:
    """A response of that kind to the submitted version, with the day the answer is due."""
    version = select(ProposalVersion.id).where(
        ProposalVersion.proposal_id == held.id, ProposalVersion.number == held.version
    )
    now, rules = clock.now(), queries.rules_held_under(proposal)
    return Response(
        proposal_id=held.id,
        version_id=db.session.execute(version).scalar_one(),
        kind=kind,
        due_on=clock_of(held, rules, proposal.timezone, now).due_on,
        author_id=viewer.person_id,
        published_at=now,
    )
