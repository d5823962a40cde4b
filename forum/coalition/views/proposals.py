"""The board, a proposal's page, its text in versions."""

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from flask import request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

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
from forum.coalition.queries.objections import ObjectionRow
from forum.coalition.queries.opening import missing_for_opening
from forum.coalition.queries.proposals import TextRow
from forum.coalition.queries.responses import ResponsePanel
from forum.coalition.queries.votes import VotePanel
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
        may_draft=bool(policy.can_draft(viewer, coalition.space_id)),
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
    around, way = around_it(found, viewer), _way_so_far(found, viewer)
    inside = viewer.sees(found.coalition_space_id)
    now = _Now(found, inside, vote["vote"], responses["responses"], way, around)
    said = sentence(found, now.vote, now.responses)
    return answer(
        "coalition/proposal.html",
        proposal=found,
        text=text,
        around=around,
        way=way,
        inside=inside,
        private=now.is_private,
        sentence=said,
        head=_head(now, viewer, sentence=said, objections=vote["objections"]),
        steps=tuple(steps(found, now.vote, now.responses, inside=inside)),
        proposes=bool(policy.is_proposer(viewer, found, around.speaks_for)),
        may_amend=bool(amendments_policy.can_amend(viewer, found)),
        **vote,
        **responses,
        **follow_up_context(found, viewer, around.speaks_for),
    )


class _Now(NamedTuple):
    """A proposal by the clock, with what stands around it, for one viewer."""

    proposal: ProposalRow
    inside: bool  # the coalition
    vote: VotePanel | None
    responses: ResponsePanel | None
    way: Way
    around: Around

    @property
    def is_private(self) -> bool:
        return self.proposal.status in BEFORE_SUBMISSION


def _way_so_far(found: ProposalRow, viewer: Viewer) -> Way:
    return Way() if found.submitted_at is not None else way_of(found, viewer)


def _head(
    now: _Now, viewer: Viewer, *, sentence: str, objections: Sequence[ObjectionRow]
) -> dict[str, Hashable]:
    """All that the page's head shows: what it is, what it still needs, what one can do now."""
    found, around, vote = now.proposal, now.around, now.vote
    standing = (viewer, found, around.speaks_for)
    seeks = found.status is ProposalStatus.SEEKING_COSPONSORS
    may_open, may_submit = votes_policy.can_open_vote(*standing), policy.can_submit(*standing)
    unanswered = [one.project_name for one in objections if not one.answer] if may_submit else []
    done = around.beside.is_tabled_again
    return {
        "proposal": found,
        "inside": now.inside,
        "private": now.is_private,
        "overdue": now.responses is not None and now.responses.clock.overdue,
        "answering": now.responses is not None,
        "voting": vote is not None and vote.is_open,
        "my_seat_waits": bool(vote and vote.waits_for_me),
        "sentence": sentence,
        "way": now.way,
        "beside": around.beside,
        "supporting": tuple(one.name for one in around.supporting),
        "still_needed": tuple(missing_for_discussion(found)) if seeks else (),
        "missing": tuple(missing_for_opening(found)) if may_open else (),
        "unanswered": tuple(unanswered),
        "proposes": bool(policy.is_proposer(*standing)),
        "may_edit": policy.can_edit(*standing),
        "may_table_again": bool(again_policy.can_table_again(viewer, found, done=done)),
        "may_discuss": bool(policy.can_start_discussion(*standing)),
        "may_support": bool(may_support(viewer, found, around)),
        "may_open": bool(may_open),
        "may_submit": may_submit,
        "may_withdraw": bool(policy.can_withdraw(*standing)),
        "checks_form": bool(discussion_policy.can_check_form(viewer, found)),
        "may_defer": bool(discussion_policy.can_defer(*standing)),
        "may_take_up": bool(discussion_policy.can_take_up(*standing)),
        "sees_authors": bool(discussion_policy.can_see_coauthors(*standing)),
    }


@bp.get("/proposals/<id>/versions")
@signed_in
def versions(id: str) -> Response:
    """The versions of the text, for the coalition; `?from=` and `?to=` compare two of them."""
    standing = standing_inside(id)
    every = queries.versions_of(standing.proposal, as_author=bool(policy.is_author(*standing)))
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
