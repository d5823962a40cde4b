"""The board, a proposal's page, its text in versions."""

from typing import Any

from flask import request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from forum.coalition import wording
from forum.coalition.actions import proposals as actions
from forum.coalition.actions.proposals import ProposalText
from forum.coalition.forms.proposals import ProposalForm, VersionForm
from forum.coalition.lifecycle import BEFORE_SUBMISSION, ProposalStatus
from forum.coalition.policy import again as again_policy
from forum.coalition.policy import amendments as amendments_policy
from forum.coalition.policy import discussion as discussion_policy
from forum.coalition.policy import members as members_policy
from forum.coalition.policy import proposals as policy
from forum.coalition.policy import votes as votes_policy
from forum.coalition.queries import board as boards
from forum.coalition.queries import members
from forum.coalition.queries import proposals as queries
from forum.coalition.queries.around import Around, around_it
from forum.coalition.queries.backing import missing_for_discussion
from forum.coalition.queries.board import Lane
from forum.coalition.queries.opening import missing_for_opening
from forum.coalition.queries.proposals import TextRow
from forum.coalition.queries.way import Way, way_of
from forum.coalition.rows import CoalitionRow, ProposalRow
from forum.coalition.timeline import sentence, steps
from forum.coalition.views.blueprint import bp
from forum.coalition.views.evidence import answer_choosing
from forum.coalition.views.follow_up import follow_up_context
from forum.coalition.views.reach import (
    by_the_clock,
    inside_or_404,
    project_chosen,
    standing_before,
    standing_inside,
)
from forum.coalition.views.responses import response_context
from forum.coalition.views.steps import may_support
from forum.coalition.views.votes import vote_context
from forum.discussions.queries import thread_or_404
from forum.lib import markup
from forum.lib.permission import require
from forum.lib.text import DiffPart, difference
from forum.spaces import Viewer, current_viewer
from forum.spaces.kinds import SpaceKind
from forum.web.answer import answer
from forum.web.guard import filled_at, public, signed_in
from forum.web.locale import gettext as _

_COMPARED = (
    "title problem ask evidence document section time_frame expected_cost".split()
)  # the fields of a text, in the order they are read

_MARKDOWN = frozenset({"problem", "ask", "evidence"})


@bp.get("/proposals")
@public
def own_board() -> Response:
    """What is left of a proposal's address when its end is cut off: the board of one's own."""
    slug = members.own_coalition_or_404(current_viewer())
    return redirect(url_for(".board", slug=slug))


@bp.get("/coalitions/<slug>/proposals")
@public
def board(slug: str) -> Response:
    """Every proposal one sees, by where it stands; `?status=` shows one lane whole."""
    viewer, coalition = current_viewer(), members.coalition_or_404(slug)
    lane = request.args.get("status", "")
    if lane in set(Lane):
        return _lane(viewer, coalition, Lane(lane))
    return answer(
        "coalition/board.html",
        coalition=coalition,
        lanes=boards.board(viewer, coalition),
        inside=bool(members_policy.can_see_inside(viewer, coalition)),
        may_draft=policy.can_draft(viewer, coalition.space_id),
    )


@bp.get("/coalitions/<slug>/proposals/new")
@signed_in
def new_proposal(slug: str) -> Response:
    """The guided form; `?challenge=` names a thread to begin from."""
    viewer, coalition = inside_or_404(slug)
    require(policy.can_draft(viewer, coalition.space_id))
    links = []
    if named := request.args.get("challenge"):
        links = [f"/threads/{thread_or_404(named, viewer).public_id}"]
    mine = members.members_among(coalition.id, viewer.projects)
    return _draft_form(coalition, ProposalForm(mine, links=links))


@bp.post("/coalitions/<slug>/proposals")
@filled_at("coalition.new_proposal")
@signed_in
def draft(slug: str) -> Response:
    """Begin a draft, seen by its author alone."""
    viewer, coalition = inside_or_404(slug)
    mine = members.members_among(coalition.id, viewer.projects)
    form = ProposalForm(mine)
    require(policy.can_draft(viewer, coalition.space_id))
    if not form.find.data and form.accepts():
        made = actions.draft(
            viewer,
            coalition,
            _text(form),
            language=form.language.data,
            visibility_after=SpaceKind(form.visibility_after.data),
            evidence=form.named,
            project_id=project_chosen(form, mine),
        )
        return answer(
            then=url_for(".proposal", id=made.public_id),
            say=_("Your draft is stored. Only you see it until you show it to the coalition."),
        )
    return _draft_form(coalition, form)


@bp.get("/proposals/<id>")
@public
def proposal(id: str) -> Response:
    """What it asks, where it stands, what one can do now; its vote and its answer."""
    viewer = current_viewer()
    if queries.is_number(id):
        return redirect(url_for(".proposal", id=queries.public_id_of_number(id, viewer)))
    stored, text = queries.proposal_with_text(id, viewer)
    vote = vote_context(stored, viewer)
    found = by_the_clock(stored, vote["vote"])
    responses = response_context(found, viewer, vote=vote["vote"])
    around = around_it(found, viewer)
    speaks, inside = around.speaks_for, viewer.sees(found.coalition_space_id)
    may_open = votes_policy.can_open_vote(viewer, found, speaks)
    return answer(
        "coalition/proposal.html",
        proposal=found,
        text=text,
        around=around,
        inside=inside,
        private=found.status in BEFORE_SUBMISSION,
        sentence=sentence(found, vote["vote"], responses["responses"]),
        steps=steps(found, vote["vote"], responses["responses"], inside=inside),
        proposes=policy.is_proposer(viewer, found, speaks),
        may_edit=policy.can_edit(viewer, found, speaks),
        may_amend=amendments_policy.can_amend(viewer, found),
        may_table_again=again_policy.can_table_again(
            viewer, found, done=around.beside.is_tabled_again
        ),
        may_discuss=policy.can_start_discussion(viewer, found, speaks),
        may_support=may_support(viewer, found, around),
        may_open=may_open,
        missing=missing_for_opening(found) if may_open else [],
        **_before_the_vote(found, around, viewer),
        may_submit=policy.can_submit(viewer, found, speaks),
        may_withdraw=policy.can_withdraw(viewer, found, speaks),
        **vote,
        **responses,
        **follow_up_context(found, viewer, around.speaks_for),
    )


def _before_the_vote(found: ProposalRow, around: Around, viewer: Viewer) -> dict[str, Any]:
    """Its way so far, what it needs to be discussed, and what whom one can do about that."""
    seeks = found.status is ProposalStatus.SEEKING_COSPONSORS
    standing = (viewer, found, around.speaks_for)
    way = Way() if found.submitted_at is not None else way_of(found, viewer)
    return {
        "way": way,
        "still_needed": missing_for_discussion(found) if seeks else [],
        "checks_form": discussion_policy.can_check_form(viewer, found),
        "may_defer": discussion_policy.can_defer(*standing),
        "may_take_up": discussion_policy.can_take_up(*standing),
        "sees_authors": discussion_policy.can_see_coauthors(*standing),
        "move_words": wording.move_words,
    }


@bp.get("/proposals/<id>/versions")
@signed_in
def versions(id: str) -> Response:
    """Every version of the text, for the coalition; `?from=` and `?to=` compare two of them."""
    standing = standing_inside(id)
    every = queries.versions_of(standing.proposal)
    by_number = {version.number: version for version in every}
    new = by_number.get(request.args.get("to", 0, type=int), every[0])
    before = by_number.get(new.number - 1, new)
    old = by_number.get(request.args.get("from", 0, type=int), before)
    return answer(
        "coalition/versions.html",
        proposal=standing.proposal,
        versions=every,
        old=old,
        new=new,
        changes=_changes(old, new),
        may_edit=policy.can_edit(*standing),
        way=way_of(standing.proposal, standing.viewer),
        move_words=wording.move_words,
    )


@bp.get("/proposals/<id>/versions/new")
@signed_in
def edit_proposal(id: str) -> Response:
    """The form for the next version of the text."""
    viewer = current_viewer()
    found, text = queries.proposal_with_text(id, viewer)
    around = around_it(found, viewer)
    require(policy.can_edit(viewer, found, around.speaks_for))
    form = VersionForm(
        [],
        **{name: getattr(text, name) for name in _COMPARED},
        links=[one.url for one in around.evidence],
        language=found.language,
        visibility_after=found.visibility_after.value,
        version=found.version,
    )
    return _version_form(found, form)


@bp.post("/proposals/<id>/versions")
@filled_at("coalition.edit_proposal")
@signed_in
def edit(id: str) -> Response:
    """Store the next version of the text."""
    form, standing = VersionForm([]), standing_before(id)
    require(policy.is_author(*standing))
    if not form.find.data and form.accepts():
        actions.edit(
            standing.viewer,
            standing.proposal,
            _text(form),
            version=form.version.data or 0,
            note=form.note.data or "",
            language=form.language.data,
            visibility_after=SpaceKind(form.visibility_after.data),
            evidence=form.named,
        )
        return answer(
            then=url_for(".proposal", id=id), say=_("The new version of the text is stored.")
        )
    return _version_form(standing.proposal, form)


def _lane(viewer: Viewer, coalition: CoalitionRow, lane: Lane) -> Response:
    page = boards.lane_page(viewer, coalition, lane, request.args.get("after"))
    later = page.after and url_for(".board", slug=coalition.slug, status=lane, after=page.after)
    return answer("coalition/lane.html", coalition=coalition, lane=lane, page=page, later=later)


def _text(form: ProposalForm) -> ProposalText:
    return ProposalText(
        title=form.title.data or "",
        problem=form.problem.data or "",
        problem_html=form.problem.html,
        ask=form.ask.data or "",
        ask_html=form.ask.html,
        evidence=form.evidence.data or "",
        evidence_html=form.evidence.html,
        document=form.document.data or "",
        section=form.section.data or "",
        time_frame=form.time_frame.data or "",
        expected_cost=form.expected_cost.data or "",
    )


def _draft_form(coalition: CoalitionRow, form: ProposalForm) -> Response:
    return answer_choosing(
        "coalition/proposal_form.html", form, coalition=coalition, proposal=None, frozen=False
    )


def _version_form(found: ProposalRow, form: VersionForm) -> Response:
    frozen = found.status is not ProposalStatus.DRAFT and form.status == 409 and not form.theirs
    return answer_choosing(
        "coalition/proposal_form.html", form, coalition=None, proposal=found, frozen=frozen
    )


def _changes(old: TextRow, new: TextRow) -> list[tuple[str, list[DiffPart]]]:
    """The fields that differ, each as parts in reading order, without Markdown's marks."""
    read = {name: (_as_read(old, name), _as_read(new, name)) for name in _COMPARED}
    return [(name, difference(*both)) for name, both in read.items() if both[0] != both[1]]


def _as_read(text: TextRow, name: str) -> str:
    written: str = getattr(text, name)
    return markup.plain(written) if name in _MARKDOWN else written
