"""The staff's door between a drafted answer and its publication; for others there is none."""

from datetime import date
from typing import Any

from flask import url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from forum.coalition import wording
from forum.coalition.actions import reviews as actions
from forum.coalition.forms.responses import ReviewForm
from forum.coalition.lifecycle import ReviewVerdict
from forum.coalition.models import ResponseDraft
from forum.coalition.policy import responses as policy
from forum.coalition.queries import reviews as queries
from forum.coalition.queries.responses import draft_of
from forum.coalition.rows import Cited, ProposalRow
from forum.coalition.views.blueprint import bp
from forum.coalition.views.reach import submitted_or_404
from forum.lib import markup
from forum.lib.permission import require
from forum.spaces import Viewer, current_viewer
from forum.web.answer import answer, answer_with_form
from forum.web.guard import signed_in
from forum.web.locale import gettext as _


@bp.get("/proposals/<id>/review")
@signed_in
def review_form(id: str) -> Response:
    """What is put up for review, and what was said of it before, also once it is published."""
    viewer = current_viewer()
    proposal = prepared_or_404(id, viewer)
    draft = draft_of(proposal.id)
    return _review(proposal, ReviewForm(version=draft.version if draft else 0), draft, viewer)


@bp.post("/proposals/<id>/review")
@signed_in
def review(id: str) -> Response:
    """Approve it, or give it back with a note."""
    form, viewer = ReviewForm(), current_viewer()
    proposal = prepared_or_404(id, viewer)
    require(policy.can_answer_officially(viewer))
    if form.accepts():
        verdict = ReviewVerdict(form.verdict.data)
        actions.review(
            viewer,
            proposal,
            verdict=verdict,
            note=form.note.data or "",
            version=form.version.data or 0,
        )
        approved = verdict is ReviewVerdict.APPROVED
        said = _("It is approved and can be published.") if approved else _("It is given back.")
        return answer(then=url_for(".response_form", id=id), say=said)
    return _review(proposal, form, draft_of(proposal.id), viewer)


def prepared_or_404(id: str, viewer: Viewer) -> ProposalRow:
    """The submitted proposal, for who sees what staff prepares. Raises NotFound."""
    proposal = submitted_or_404(id, viewer)
    if not policy.can_see_response_drafts(viewer):
        raise NotFound
    return proposal


def _review(
    proposal: ProposalRow, form: ReviewForm, draft: ResponseDraft | None, viewer: Viewer
) -> Response:
    reviews = queries.reviews_of(proposal.id)
    newest = reviews[0] if draft and reviews and reviews[0].version == draft.version else None
    waits = newest is not None and newest.verdict is None
    return answer_with_form(
        "coalition/review.html",
        form,
        proposal=proposal,
        reviews=reviews,
        waits=waits,
        may_review=policy.can_review(viewer, proposal, newest.asked_by_id) if newest else None,
        notes=draft.notes if draft else "",
        **(_as_read(draft) if draft and waits else {"preview": None, "outcome_word": ""}),
    )


def _as_read(draft: ResponseDraft) -> dict[str, Any]:
    """How the draft will read, for `coalition/_answer_preview.html`."""
    return {
        "preview": {
            "language": draft.language,
            "reasons_html": markup.render(draft.reasons),
            "documents": [Cited(**one) for one in draft.documents],
            "commitments": [
                one | {"due_on": date.fromisoformat(one["due_on"])} for one in draft.commitments
            ],
        },
        "outcome_word": wording.outcome_word(draft.outcome) if draft.outcome else "",
    }
