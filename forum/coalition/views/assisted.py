"""Ballots given by phone or on paper: recording them, and the delegate's word on them."""

from werkzeug.wrappers import Response

from forum.coalition.actions import assisted as actions
from forum.coalition.forms.votes import AssistedForm, SeatForm
from forum.coalition.models import AssistedHow
from forum.coalition.policy import votes as policy
from forum.coalition.queries.mandates import mandate_file_or_404, speakers_of
from forum.coalition.queries.votes import VotePanel
from forum.coalition.rows import ProposalRow
from forum.coalition.tally import Choice
from forum.coalition.views.blueprint import bp
from forum.coalition.views.reach import proposal_url, standing_inside
from forum.coalition.views.votes import vote_or_404, vote_page
from forum.files.forms import read_files
from forum.files.limits import takes_files
from forum.files.sending import send_file
from forum.lib.permission import Refused, require
from forum.spaces import current_viewer
from forum.web.answer import answer, answer_with_form
from forum.web.guard import signed_in
from forum.web.locale import gettext as _


@bp.get("/proposals/<id>/ballot/assisted")
@signed_in
def assisted_form(id: str) -> Response:
    """The form for what a delegate said by phone or on paper."""
    viewer = current_viewer()
    proposal, panel = vote_or_404(id, viewer)
    require(policy.can_assist(viewer, proposal))
    return _page(proposal, panel, AssistedForm(speakers_of(panel)))


@bp.post("/proposals/<id>/ballot/assisted")
@takes_files
@signed_in
def assisted(id: str) -> Response:
    """Record what a delegate said by phone or on paper."""
    read_files()
    viewer = current_viewer()
    proposal, panel = vote_or_404(id, viewer)
    form = AssistedForm(speakers_of(panel))
    require(policy.can_assist(viewer, proposal))
    if form.accepts():
        slug, _colon, person = form.instructed.data.partition(":")
        actions.record_ballot(
            viewer,
            proposal,
            project_id=_project_id(panel, slug),
            instructed_by=person,
            how=AssistedHow(form.how.data),
            choice=Choice(form.choice.data),
            reason=form.reason.data or "",
            language=form.language.data,
            mandate=form.mandate.data or "",
            mandate_file=form.file_1.data,
            without_file=form.without_file.data,
            named=form.named.data,
        )
        return answer(
            then=proposal_url(proposal, "vote"),
            say=_("The ballot is recorded. Its delegate is asked to confirm or correct it."),
        )
    return _page(proposal, panel, form)


@bp.post("/proposals/<id>/ballot/confirmation")
@signed_in
def confirmation(id: str) -> Response:
    """The delegate confirms what was recorded on their word."""
    viewer = current_viewer()
    proposal, panel = vote_or_404(id, viewer)
    form = SeatForm()
    require(policy.can_speak(viewer, panel.mine))
    if form.accepts():
        project_id = _project_id(panel, form.project.data or "")
        actions.confirm_ballot(viewer, proposal, project_id=project_id, seq=form.seq.data or 0)
        return answer(
            then=proposal_url(proposal, "vote"), say=_("The recorded ballot is confirmed.")
        )
    return vote_page(proposal, viewer, refused=form)


@bp.get("/proposals/<id>/mandates/<file>")
@signed_in
def mandate(id: str, file: str) -> Response:
    """The file that shows a project's mandate for its ballot: for the coalition."""
    standing = standing_inside(id)
    return send_file(mandate_file_or_404(file, standing.proposal))


def _project_id(panel: VotePanel, slug: str) -> int:
    found = next((seat.project_id for seat in panel.seats if seat.project_slug == slug), None)
    if found is None:
        raise Refused(_("Please choose the delegate who said it."), "instructed")
    return found


def _page(proposal: ProposalRow, panel: VotePanel, form: AssistedForm) -> Response:
    return answer_with_form("coalition/assisted.html", form, proposal=proposal, vote=panel)
