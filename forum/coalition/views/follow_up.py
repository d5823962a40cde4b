"""What the coalition does with an answer: rating it, closing the proposal."""

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from forum.coalition.actions import closing, ratings
from forum.coalition.forms.follow_up import ClosingForm, RatingForm
from forum.coalition.lifecycle import Verdict
from forum.coalition.models import Response as Published
from forum.coalition.policy import follow_up as policy
from forum.coalition.queries import members
from forum.coalition.queries.ratings import ratings_of
from forum.coalition.queries.responses import newest_answer
from forum.coalition.rows import MemberName, ProposalRow
from forum.coalition.views.blueprint import bp
from forum.coalition.views.reach import Standing, project_chosen, standing_submitted
from forum.lib.permission import require
from forum.spaces import Viewer
from forum.web.answer import answer, answer_with_form
from forum.web.guard import signed_in
from forum.web.locale import gettext as _


def follow_up_context(
    proposal: ProposalRow, viewer: Viewer, speaks_for: frozenset[int]
) -> dict[str, Any]:
    """What one may do with the answer, for the proposal's page."""
    return {
        "may_rate": policy.can_rate(viewer, proposal, speaks_for),
        "may_close": policy.can_close(viewer, proposal, speaks_for),
    }


@bp.get("/proposals/<id>/ratings")
@signed_in
def rating_form(id: str) -> Response:
    """What one's project said of the answer, to be said or changed."""
    standing = standing_submitted(id)
    require(policy.can_rate(*standing))
    mine = members.members_among(standing.proposal.coalition_id, standing.speaks_for)
    newest = newest_answer(standing.proposal.id)
    return _rating(standing, RatingForm(mine, **_said(standing, newest)), mine, newest)


@bp.post("/proposals/<id>/ratings")
@signed_in
def rating(id: str) -> Response:
    """Say what one's project thinks of the answer."""
    standing = standing_submitted(id)
    mine = members.members_among(standing.proposal.coalition_id, standing.speaks_for)
    form = RatingForm(mine)
    require(policy.is_rater(*standing))
    if form.accepts():
        ratings.rate(
            standing.viewer,
            standing.proposal,
            verdict=Verdict(form.verdict.data),
            reason=form.reason.data or "",
            language=form.language.data,
            answers=form.answers.data or "",
            project_id=project_chosen(form, mine),
        )
        return answer(then=_back(id), say=_("What your project thinks of the answer is stored."))
    return _rating(standing, form, mine, newest_answer(standing.proposal.id))


@bp.get("/proposals/<id>/closing")
@signed_in
def closing_form(id: str) -> Response:
    """What it means to close a proposal."""
    standing = standing_submitted(id)
    require(policy.can_close(*standing))
    return _closing(standing.proposal, ClosingForm())


@bp.post("/proposals/<id>/closing")
@signed_in
def close(id: str) -> Response:
    """Close it by the coalition's word."""
    form, standing = ClosingForm(), standing_submitted(id)
    require(policy.speaks_for_it(*standing))
    if form.accepts():
        closing.close(standing.viewer, standing.proposal, reason=form.reason.data or "")
        return answer(then=_back(id), say=_("The proposal is closed."))
    return _closing(standing.proposal, form)


def _said(standing: Standing, newest: Published | None) -> dict[str, str]:
    """What one's project said of the answer that counts, to begin from."""
    if newest is None:
        return {}
    found = ratings_of(standing.proposal, standing.viewer).get(newest.id)
    mine = [row for row in found.rows if row.project_id in standing.speaks_for] if found else []
    if len(mine) != 1 or len(standing.speaks_for) != 1:
        return {"answers": newest.public_id}
    return {
        "answers": newest.public_id,
        "verdict": mine[0].verdict.value,
        "reason": mine[0].reason,
        "language": mine[0].language,
    }


def _rating(
    standing: Standing, form: RatingForm, mine: list[MemberName], newest: Published | None
) -> Response:
    """The page; shown again after a correction, it goes on from that one."""
    if form.theirs and newest is not None:
        form.answers.data = newest.public_id
    return answer_with_form(
        "coalition/rating.html", form, proposal=standing.proposal, projects=mine, newest=newest
    )


def _closing(proposal: ProposalRow, form: ClosingForm) -> Response:
    return answer_with_form("coalition/closing.html", form, proposal=proposal)


def _back(id: str) -> str:
    return url_for("coalition.proposal", id=id, _anchor="response")
