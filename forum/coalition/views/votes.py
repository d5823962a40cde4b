"""Putting a proposal to the vote, and casting ballots."""

from collections.abc import Sequence
from typing import Any

import segno
from flask import request
from markupsafe import Markup
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from forum.coalition.actions import votes as actions
from forum.coalition.forms.votes import CHOICE_LABELS, BallotForm, OpeningForm, SeatForm
from forum.coalition.lifecycle import AmendmentState, usual_closing
from forum.coalition.policy import votes as policy
from forum.coalition.queries import opening as before
from forum.coalition.queries import votes as queries
from forum.coalition.queries.amendments import amendments_of
from forum.coalition.queries.around import around_it
from forum.coalition.queries.objections import objections_to
from forum.coalition.queries.proposals import (
    is_number,
    proposal_or_404,
    proposal_with_text,
    public_id_of_number,
)
from forum.coalition.queries.recount import recount_or_404
from forum.coalition.queries.seats import SeatRow
from forum.coalition.queries.votes import VotePanel
from forum.coalition.queries.way import way_of
from forum.coalition.recount import written
from forum.coalition.rows import MemberName, ProposalRow
from forum.coalition.tally import Choice, quorum_needed
from forum.coalition.views.blueprint import bp
from forum.coalition.views.reach import project_chosen, proposal_url, standing_before
from forum.files.forms import read_files
from forum.files.limits import takes_files
from forum.lib import clock
from forum.lib.permission import require
from forum.spaces import Viewer, current_viewer
from forum.web.answer import answer, answer_with_form
from forum.web.fragments import kept_by, rendered
from forum.web.guard import signed_in
from forum.web.locale import gettext as _
from forum.web.settings import settings


def vote_context(
    proposal: ProposalRow, viewer: Viewer, form: BallotForm | None = None, *, alone: bool = False
) -> dict[str, Any]:
    """What `coalition/_vote.html` needs: the panel, and the ballot's form for who may cast.

    `form` is one that was sent; without it the form is one that nobody typed into, and is kept.
    """
    panel = queries.vote_panel(proposal, viewer)
    recorded = [seat for seat in panel.mine if seat.to_confirm] if panel else []
    confirm = {
        seat.project_slug: SeatForm(formdata=None, project=seat.project_slug, seq=seat.times)
        for seat in recorded
    }
    ballot = None
    if panel and panel.may_cast and form is None:
        if request.args.get("kept"):
            form = _ballot_form(panel.mine)
        else:
            waits = bool(panel.waits_for_me)
            ballot = kept_by(_ballot, proposal.public_id, panel.mine, waits, alone)
    may_assist = bool(panel and panel.is_open and policy.can_assist(viewer, proposal))
    objected = panel is not None and not panel.is_open and panel.tally.block
    return {
        "vote": panel,
        "ballot": ballot,
        "ballot_form": form,
        "alone": alone,
        "confirm_forms": confirm,
        "named_seats": [
            seat.seat_id for seat in recorded if seat.choice is Choice.BLOCK and seat.named
        ],
        "may_assist": may_assist,
        "refused": None,
        "objections": tuple(objections_to(proposal, viewer)) if objected else (),
    }


@bp.get("/proposals/<id>/opening")
@signed_in
def opening_form(id: str) -> Response:
    """The form to put the proposal to the vote, or what is still missing."""
    standing = standing_before(id)
    proposal = standing.proposal
    require(policy.can_open_vote(*standing))
    closing = usual_closing(clock.now(), proposal.rules.voting_days, proposal.timezone)
    form = OpeningForm(
        proposal.timezone,
        proposal.rules.longest_voting_days,
        closes_on=closing.date(),
        closes_time=closing.time(),
        version=proposal.version,
    )
    return _opening(proposal, form)


@bp.post("/proposals/<id>/opening")
@signed_in
def opening(id: str) -> Response:
    """Put the proposal to the vote."""
    standing = standing_before(id)
    viewer, proposal, _speaks_for = standing
    form = OpeningForm(proposal.timezone, proposal.rules.longest_voting_days)
    require(policy.can_open_votes(*standing))
    if form.accepts():
        actions.open_vote(
            viewer, proposal, closes_at=form.closes_at, version=form.version.data or 0
        )
        return answer(
            then=proposal_url(proposal, "vote"),
            say=_("Voting is open. The text and the seats are frozen until it closes."),
        )
    return _opening(proposal, form)


@bp.get("/proposals/<id>/ballot")
@signed_in
def ballot_form(id: str) -> Response:
    """The vote by itself: for the coalition, with the ballot's form for who may cast."""
    viewer = current_viewer()
    proposal, _panel = vote_or_404(id, viewer)
    return vote_page(proposal, viewer)


@bp.post("/proposals/<id>/ballot")
@takes_files
@signed_in
def ballot(id: str) -> Response:
    """Cast the project's ballot, or change it."""
    read_files()
    viewer = current_viewer()
    proposal, panel = vote_or_404(id, viewer)
    projects = _projects(panel.mine)
    form = BallotForm(projects)
    require(policy.can_speak(viewer, panel.mine))
    if form.accepts():
        actions.cast_ballot(
            viewer,
            proposal,
            choice=Choice(form.choice.data),
            reason=form.reason.data or "",
            language=form.language.data,
            project_id=project_chosen(form, projects),
            mandate=form.mandate.data or "",
            mandate_file=form.file_1.data,
            without_file=form.without_file.data,
            named=form.named.data,
            seen=form.seen.data,
        )
        say = _("Your project's ballot is stored. It may be changed until voting closes.")
        return vote_page(proposal, viewer, then=proposal_url(proposal, "vote"), say=say)
    return vote_page(proposal, viewer, form)


@bp.get("/proposals/<id>/recount")
@signed_in
def recount(id: str) -> Response:
    """Everything that the result was counted from, as a file: for the coalition.

    `id` may be the proposal's number. `?call=1` gives the first call where there were two.
    """
    viewer = current_viewer()
    public_id = public_id_of_number(id, viewer) if is_number(id) else id
    proposal = proposal_or_404(public_id, viewer)
    if not policy.can_see_ballots(viewer, proposal):
        raise NotFound
    made = recount_or_404(proposal, request.args.get("call", type=int))
    name = f"recount-{proposal.number or proposal.public_id}-{made['rules']['call']}.json"
    return Response(
        written(made),
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@bp.get("/proposals/<id>/sheet")
@signed_in
def sheet(id: str) -> Response:
    """The text, the choices and places for signatures, to be printed for an assembly."""
    viewer = current_viewer()
    proposal, text = proposal_with_text(id, viewer)
    if not policy.can_see_ballots(viewer, proposal):
        raise NotFound
    address = f"{settings().base_url}/proposals/{proposal.public_id}"
    return answer(
        "coalition/sheet.html",
        proposal=proposal,
        text=text,
        vote=queries.vote_panel(proposal, viewer),
        choices=CHOICE_LABELS.values(),
        address=address,
        code=_drawn(address),
        evidence=around_it(proposal, viewer).evidence,
    )


def _drawn(address: str) -> Markup:
    """That address as a QR code."""
    drawn = segno.make(address, error="m").svg_inline(
        omitsize=True, light="#fff", svgclass="qr", lineclass=None
    )
    return Markup(drawn)  # noqa: S704  # our own lines


def _opening(proposal: ProposalRow, form: OpeningForm) -> Response:
    seats = before.seats_to_be(proposal.coalition_id)
    changes = amendments_of(proposal.id)
    return answer_with_form(
        "coalition/opening.html",
        form,
        proposal=proposal,
        changes=[one for one in changes if one.state is AmendmentState.OPEN],
        merges=way_of(proposal, current_viewer()).merges,
        seats=seats,
        quorum=quorum_needed(proposal.rules, len(seats)),
        missing=before.missing_for_opening(proposal, seats=seats),
    )


def vote_page(
    proposal: ProposalRow,
    viewer: Viewer,
    form: BallotForm | None = None,
    *,
    refused: SeatForm | None = None,
    then: str | None = None,
    say: str | None = None,
) -> Response:
    """The vote by itself; `form` is a ballot that was sent, `refused` another form's errors."""
    context = vote_context(proposal, viewer, form, alone=True)
    context["refused"] = refused
    if form is not None and form.theirs and context["vote"]:
        form.seen.data = _seen(context["vote"].mine)
    return answer(
        "coalition/vote.html",
        block="vote",
        then=then,
        say=say,
        announce=say or "",
        status=said.status if (said := form or refused) else 200,
        proposal=proposal,
        **context,
    )


def vote_or_404(id: str, viewer: Viewer) -> tuple[ProposalRow, VotePanel]:
    """The vote of a proposal, for the coalition: nobody else finds that there is one."""
    proposal = proposal_or_404(id, viewer)
    panel = queries.vote_panel(proposal, viewer)
    if panel is None or not panel.sees_ballots:
        raise NotFound
    return proposal, panel


def _ballot(
    id: str, mine: tuple[SeatRow, ...], waits: bool, alone: bool
) -> Markup:  # what it is kept under
    form = _ballot_form(mine, formdata=None)
    return rendered(
        "coalition/_vote_form.html", id=id, mine=mine, waits=waits, alone=alone, ballot_form=form
    )


def _ballot_form(mine: Sequence[SeatRow], **values: Any) -> BallotForm:
    """A new form, filled with what the project says now where the person speaks for one only."""
    values["seen"] = _seen(mine)
    now = mine[0] if len(mine) == 1 else None
    if now and now.choice:
        values |= {"choice": now.choice.value, "reason": now.reason, "language": now.language}
        values |= {"mandate": now.mandate}
        values["named"] = now.choice is Choice.BLOCK and now.named
    return BallotForm(_projects(mine), **values)


def _seen(mine: Sequence[SeatRow]) -> str:
    """What the person's projects say now, as marks."""
    return " ".join(seat.seen for seat in mine if seat.choice)


def _projects(mine: Sequence[SeatRow]) -> list[MemberName]:
    return [MemberName(seat.project_id, seat.project_slug, seat.project_name) for seat in mine]
