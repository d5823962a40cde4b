"""The certifier's doors: acknowledging, preparing and publishing an answer."""

import re
from datetime import date
from typing import Any

from flask import request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from forum.coalition import wording
from forum.coalition.actions import responses as actions
from forum.coalition.actions import reviews
from forum.coalition.actions.responses import CommitmentText, ResponseText
from forum.coalition.forms.responses import (
    AcknowledgementForm,
    AnsweringForm,
    CorrectionForm,
    ResponseForm,
)
from forum.coalition.lifecycle import ResponseOutcome, Route
from forum.coalition.models import Response as Published
from forum.coalition.models import ResponseDraft
from forum.coalition.policy import responses as policy
from forum.coalition.queries import responses as queries
from forum.coalition.queries.answer_clock import clock_of, last_day
from forum.coalition.queries.reviews import draft_note
from forum.coalition.queries.votes import VotePanel
from forum.coalition.rows import Cited, ProposalRow
from forum.coalition.tally import Rules
from forum.coalition.views.blueprint import bp
from forum.coalition.views.reach import proposal_url, submitted_or_404
from forum.coalition.views.reviews import prepared_or_404
from forum.lib import clock
from forum.lib.permission import require
from forum.spaces import Viewer, current_viewer
from forum.web.answer import answer, answer_with_form
from forum.web.guard import signed_in
from forum.web.locale import gettext as _
from forum.web.settings import settings

_WHOLE = ("preview", "publish", "review")  # what needs all that an answer needs
_DROP = re.compile(r"(remove|drop-document)-(\d{1,2})")


def response_context(
    proposal: ProposalRow, viewer: Viewer, vote: VotePanel | None = None
) -> dict[str, Any]:
    """What `coalition/_responses.html` needs: the panel, and for staff the form of receipt.

    `vote` is the proposal's, when the caller has it: it knows the rules.
    """
    rules = vote.vote.rules if vote else None
    panel = queries.response_panel(proposal, viewer, rules)
    form = None
    if panel and panel.may_acknowledge:
        new: dict[str, Any] = {"formdata": None} if request.method == "POST" else {}
        form = _acknowledgement_form(proposal, rules, **new)
    waits = panel is not None and not panel.answers
    kept = queries.on_time(viewer, proposal) if waits else None  # else its own answer says it
    return {"responses": panel, "acknowledgement_form": form, "on_time": kept}


@bp.get("/proposals/<id>/acknowledgement")
@signed_in
def acknowledgement_form(id: str) -> Response:
    """The form to confirm receipt."""
    viewer = current_viewer()
    proposal = submitted_or_404(id, viewer)
    require(policy.can_acknowledge(viewer, proposal))
    return _acknowledgement(proposal, _acknowledgement_form(proposal))


@bp.post("/proposals/<id>/acknowledgement")
@signed_in
def acknowledgement(id: str) -> Response:
    """Confirm receipt and name the route."""
    viewer = current_viewer()
    proposal = submitted_or_404(id, viewer)
    form = _acknowledgement_form(proposal)
    require(policy.can_answer_officially(viewer))
    if form.accepts():
        actions.acknowledge(
            viewer, proposal, route=Route(form.route.data), language=form.language.data
        )
        return answer(then=proposal_url(proposal, "response"), say=_("Receipt is acknowledged."))
    return _acknowledgement(proposal, form)


@bp.get("/proposals/<id>/response")
@signed_in
def response_form(id: str) -> Response:
    """What staff prepares; for others there is no such page."""
    viewer = current_viewer()
    proposal = prepared_or_404(id, viewer)
    require(policy.can_respond(viewer, proposal))
    return _response(proposal, _response_form(proposal, queries.draft_of(proposal.id)))


@bp.post("/proposals/<id>/response")
@signed_in
def response(id: str) -> Response:
    """Save what is prepared, show or publish it, or add and take away lines of commitments."""
    wanted = request.form.get("action", "save")
    viewer = current_viewer()
    proposal = prepared_or_404(id, viewer)
    form = ResponseForm(clock.today(proposal.timezone), publishing=wanted in _WHOLE)
    require(policy.can_answer_officially(viewer))
    if wanted == "preview":
        return _response(proposal, form, preview=_text(form) if _complete(form) else None)
    if _changes_rows(form, wanted):
        return _response(proposal, form, added=wanted)
    if form.accepts():
        text, version = _text(form), form.version.data or 0
        if wanted == "publish":
            actions.publish(viewer, proposal, text, version=version)
            return answer(
                then=proposal_url(proposal, "response"), say=_("The answer is published.")
            )
        if wanted == "review":
            reviews.ask_for_review(viewer, proposal, text, version=version)
            said = _("The draft is saved and put up for review by another one of the staff.")
            return answer(then=url_for(".response_form", id=id), say=said)
        actions.save_draft(viewer, proposal, text, version=version)
        return answer(
            then=url_for(".response_form", id=id),
            say=_("The draft is saved. Only staff can see it."),
        )
    return _response(proposal, form)


@bp.get("/proposals/<id>/correction")
@signed_in
def correction_form(id: str) -> Response:
    """What the answer says, to be corrected by staff; for others there is no such page."""
    viewer = current_viewer()
    proposal = prepared_or_404(id, viewer)
    require(policy.can_correct(viewer, proposal))
    newest = _answer_or_404(proposal)
    form = CorrectionForm(
        outcome=newest.outcome,
        reasons=newest.reasons,
        language=newest.language,
        documents=newest.documents,
        corrects=newest.public_id,
    )
    return _correction(proposal, form)


@bp.post("/proposals/<id>/correction")
@signed_in
def correction(id: str) -> Response:
    """Publish a correction beside the answer, which stays as it is."""
    form, viewer = CorrectionForm(), current_viewer()
    proposal = prepared_or_404(id, viewer)
    require(policy.can_answer_officially(viewer))
    if "preview" in request.form:
        return _correction(proposal, form, preview=_corrected(form) if _complete(form) else None)
    wanted = request.form.get("action", "")
    if _changes_rows(form, wanted):
        return _correction(proposal, form, added=wanted)
    if form.accepts():
        text = _corrected(form)
        actions.correct(viewer, proposal, text, corrects=form.corrects.data or "")
        return answer(
            then=proposal_url(proposal, "response"), say=_("The correction is published.")
        )
    return _correction(proposal, form)


def _answer_or_404(proposal: ProposalRow) -> Published:
    newest = queries.newest_answer(proposal.id)
    if newest is None:
        raise NotFound
    return newest


def _complete(form: ResponseForm | CorrectionForm) -> bool:
    """Whether it could be published; nothing is stored and no key is used up."""
    fits = form.validate()
    form.status = 200 if fits else 422
    return fits


def _corrected(form: CorrectionForm) -> ResponseText:
    return ResponseText(
        outcome=ResponseOutcome(form.outcome.data),
        reasons=form.reasons.data or "",
        reasons_html=form.reasons.html,
        language=form.language.data,
        documents=_cited(form),
    )


def _cited(form: AnsweringForm) -> list[Cited]:
    return [
        Cited(title=row.title.data or "", section=row.section.data or "", link=row.link.data or "")
        for row in form.cited()
    ]


def _correction(
    proposal: ProposalRow,
    form: CorrectionForm,
    *,
    preview: ResponseText | None = None,
    added: str = "",
) -> Response:
    """The page; shown again after another's correction, it goes on from that one."""
    newest = queries.newest_answer(proposal.id)
    if form.theirs and newest is not None:
        form.corrects.data = newest.public_id
    return answer_with_form(
        "coalition/correction.html", form, proposal=proposal, added=added, **_shown(preview)
    )


def _shown(preview: ResponseText | None) -> dict[str, Any]:
    """What `coalition/_answer_preview.html` needs: how the answer will read, or nothing."""
    word = wording.outcome_word(preview.outcome) if preview and preview.outcome else ""
    return {"preview": preview, "outcome_word": word}


def _acknowledgement_form(proposal: ProposalRow, rules: Rules | None = None) -> AcknowledgementForm:
    rules, submitted = rules or queries.rules_held_under(proposal), proposal.submitted_at
    assert submitted is not None
    now, zone = clock.now(), proposal.timezone
    extended = proposal.extended_until or date.min  # no route shortens it
    return AcknowledgementForm(
        {route: max(extended, last_day(submitted, route, now, rules, zone)) for route in Route},
        zone,
    )


def _acknowledgement(proposal: ProposalRow, form: AcknowledgementForm) -> Response:
    return answer(
        "coalition/acknowledgement.html",
        block="form",
        proposal=proposal,
        acknowledgement_form=form,
        status=form.status,
    )


def _response_form(proposal: ProposalRow, draft: ResponseDraft | None) -> ResponseForm:
    """The form with what is prepared so far."""
    if draft is None:
        return ResponseForm(clock.today(proposal.timezone), commitments=[{}], documents=[])
    return ResponseForm(
        clock.today(proposal.timezone),
        outcome=draft.outcome.value if draft.outcome else None,
        reasons=draft.reasons,
        language=draft.language,
        commitments=[
            c | {"due_on": date.fromisoformat(c["due_on"]) if c["due_on"] else None}
            for c in draft.commitments
        ],
        documents=draft.documents,
        notes=draft.notes,
        version=draft.version,
    )


def _changes_rows(form: AnsweringForm, wanted: str) -> bool:
    """Add or take away a commitment or a document, if that is what was pressed."""
    lists = {"add-document": form.documents, "drop-document": form.documents}
    if isinstance(form, ResponseForm):
        lists |= {"add": form.commitments, "remove": form.commitments}
    found = _DROP.fullmatch(wanted)
    if found and found[1] in lists:
        lists[found[1]].drop(int(found[2]))
        return True
    if wanted in ("add", "add-document") and wanted in lists:
        lists[wanted].grow()
        return True
    return False


def _text(form: ResponseForm) -> ResponseText:
    return ResponseText(
        outcome=ResponseOutcome(form.outcome.data) if form.outcome.data else None,
        reasons=form.reasons.data or "",
        reasons_html=form.reasons.html,
        language=form.language.data,
        notes=form.notes.data or "",
        commitments=[
            CommitmentText(row.text.data or "", row.owner_role.data or "", row.due_on.data)
            for row in form.filled()
        ],
        documents=_cited(form),
    )


def _response(
    proposal: ProposalRow,
    form: ResponseForm,
    *,
    preview: ResponseText | None = None,
    added: str = "",
) -> Response:
    rules, draft = queries.rules_held_under(proposal), draft_note(proposal.id)
    return answer_with_form(
        "coalition/response.html",
        form,
        proposal=proposal,
        review=draft.review if draft else None,
        must_be_reviewed=settings().review_answers,
        clock=clock_of(proposal, rules, proposal.timezone),
        added=added,
        **_shown(preview),
    )
