"""What the certifier took upon itself: each on its page, all of them in a list."""

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from forum.coalition.actions import commitments as actions
from forum.coalition.forms.follow_up import MarkForm
from forum.coalition.forms.responses import CommitmentUpdateForm
from forum.coalition.lifecycle import OPEN_COMMITMENTS, CommitmentStatus
from forum.coalition.policy import follow_up
from forum.coalition.policy import responses as policy
from forum.coalition.queries.commitment_lists import Show, commitments_of_coalition
from forum.coalition.queries.commitments import CommitmentPage, Marks, commitment_or_404, marks_of
from forum.coalition.queries.members import coalition_or_404
from forum.coalition.queries.results import beginning_of
from forum.coalition.views.blueprint import bp
from forum.coalition.views.reach import project_chosen
from forum.lib import clock
from forum.lib.permission import require
from forum.spaces import Viewer, current_viewer
from forum.web.answer import answer
from forum.web.guard import filled_at, public, signed_in
from forum.web.locale import gettext as _

_LAST_PAGE = 1_000


@bp.get("/coalitions/<slug>/commitments")
@public
def commitments(slug: str) -> Response:
    """All commitments one sees, the late first; `?show=` keeps those of one kind."""
    viewer, coalition = current_viewer(), coalition_or_404(slug)
    asked = request.args.get("show", "")
    show = Show(asked) if asked in set(Show) else None
    page = min(max(request.args.get("page", 1, type=int), 1), _LAST_PAGE)
    return answer(
        "coalition/commitments.html",
        coalition=coalition,
        found=commitments_of_coalition(viewer, coalition, show, page),
        show=show,
    )


@bp.get("/commitments/<id>")
@public
def commitment(id: str) -> Response:
    """A commitment and how far it came, step by step."""
    viewer = current_viewer()
    page = commitment_or_404(id, viewer)
    return _commitment(page, viewer, _form(page, standing=page.commitment.status.value))


@bp.post("/commitments/<id>/updates")
@signed_in
def commitment_update(id: str) -> Response:
    """Tell how far a commitment is, or that its day changes."""
    viewer = current_viewer()
    page = commitment_or_404(id, viewer)
    form = _form(page)
    require(policy.can_answer_officially(viewer))
    if form.accepts():
        actions.update(
            viewer,
            id,
            status=CommitmentStatus(form.standing.data),
            note=form.note.data or "",
            language=form.language.data,
            due_on=form.due_on.data,
            evidence=form.evidence.data or "",
            version=form.version.data or 0,
        )
        return answer(then=url_for(".commitment", id=id), say=_("The commitment is up to date."))
    return _commitment(page, viewer, form)


@bp.post("/commitments/<id>/marks")
@filled_at("coalition.commitment")
@signed_in
def commitment_mark(id: str) -> Response:
    """Say for one's project whether it is fulfilled."""
    viewer = current_viewer()
    page = commitment_or_404(id, viewer)
    mine = marks_of(page, viewer).mine
    form = MarkForm(mine)
    require(follow_up.is_marker(viewer, page.coalition_space_id, [one.id for one in mine]))
    if form.accepts():
        actions.mark(
            viewer,
            id,
            fulfilled=form.fulfilled.data == "yes",
            reason=form.reason.data or "",
            language=form.language.data,
            project_id=project_chosen(form, mine),
            seen=form.seen.data,
        )
        return answer(
            then=url_for(".commitment", id=id), say=_("What your project says of it is stored.")
        )
    return _commitment(page, viewer, _form(page, formdata=None), form)


def _form(page: CommitmentPage, **more: Any) -> CommitmentUpdateForm:
    told = page.commitment
    return CommitmentUpdateForm(
        clock.today(page.timezone), told.due_on, version=told.update_count, **more
    )


def _commitment(
    page: CommitmentPage,
    viewer: Viewer,
    form: CommitmentUpdateForm,
    marking: MarkForm | None = None,
) -> Response:
    told, marks = page.commitment, marks_of(page, viewer)
    ripe = told.late or told.status not in OPEN_COMMITMENTS
    speaks_for = [one.id for one in marks.mine]
    if marking is None:
        marking = MarkForm(marks.mine, formdata=None, seen=marks.seen, **_said(marks))
    elif marking.theirs:
        marking.seen.data = marks.seen
    return answer(
        "coalition/commitment.html",
        block="form",
        status=max(form.status, marking.status),
        form=form,
        page=page,
        commitment=page.commitment,
        marks=marks,
        marking=marking,
        may_mark=follow_up.can_mark(viewer, page.coalition_space_id, speaks_for, ripe=ripe),
        began=beginning_of(page.inner_id, viewer),
        may_update=policy.can_update_commitment(viewer, page.proposal_status),
    )


def _said(marks: Marks) -> dict[str, str]:
    """What one's project says, to begin from, where one speaks for one alone."""
    own = marks.own
    if not len(marks.mine) == len(own) == 1:
        return {}
    now = own[0]
    said = "yes" if now.fulfilled else "no"
    return {"fulfilled": said, "reason": now.reason, "language": now.language}
