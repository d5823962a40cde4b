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
from forum.coalition.queries.ratings import RatingRow, ratings_of
from forum.coalition.queries.responses import newest_answer
from forum.coalition.queries.rules import seated
from forum.coalition.rows import MemberName, ProposalRow
from forum.coalition.tally import FEW_SEATS
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
    return _rating(standing, mine)


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
            seen=form.seen.data,
        )
        return answer(then=_back(id), say=_("What your project thinks of the answer is stored."))
    return _rating(standing, mine, form)


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


def _rating(standing: Standing, mine: list[MemberName], form: RatingForm | None = None) -> Response:
    """The page; shown again after a correction or another's word, it goes on from there."""
    newest = newest_answer(standing.proposal.id)
    said = _said(standing, newest)
    now = {"answers": newest.public_id if newest else "", "seen": " ".join(r.seen for r in said)}
    if form is None:
        form = RatingForm(mine, **now, **_alone(standing, said))
    elif form.theirs:
        form.answers.data, form.seen.data = now["answers"], now["seen"]
    return answer_with_form(
        "coalition/rating.html",
        form,
        proposal=standing.proposal,
        projects=mine,
        newest=newest,
        said=said,
        few=seated(standing.proposal.coalition_id)[0] <= FEW_SEATS,
    )


def _said(standing: Standing, newest: Published | None) -> list[RatingRow]:
    """What one's projects said of the answer that counts."""
    found = ratings_of(standing.proposal, standing.viewer) if newest else {}
    rows = found[newest.id].rows if newest and newest.id in found else []
    return [row for row in rows if row.project_id in standing.speaks_for]


def _alone(standing: Standing, said: list[RatingRow]) -> dict[str, str]:
    """What one's project says, to begin from, where one speaks for one alone."""
    if not len(said) == len(standing.speaks_for) == 1:
        return {}
    now = said[0]
    return {"verdict": now.verdict.value, "reason": now.reason, "language": now.language}


def _closing(proposal: ProposalRow, form: ClosingForm) -> Response:
    return answer_with_form("coalition/closing.html", form, proposal=proposal)


def _back(id: str) -> str:
    return url_for("coalition.proposal", id=id, _anchor="response")
