"""Changes to passages: proposing one, and the proposer's word on it. The coalition's own."""

from flask import request, url_for
from werkzeug.wrappers import Response

from forum.coalition.actions import amendments as actions
from forum.coalition.forms.amendments import AmendmentForm, DecliningForm
from forum.coalition.forms.members import PressForm
from forum.coalition.lifecycle import AmendmentState, TextPart
from forum.coalition.policy import amendments as policy
from forum.coalition.policy import proposals as proposals_policy
from forum.coalition.queries import amendments as queries
from forum.coalition.queries.amendments import AmendmentRow
from forum.coalition.queries.proposals import TextRow, proposal_with_text
from forum.coalition.rows import ProposalRow
from forum.coalition.views.blueprint import bp
from forum.coalition.views.reach import Standing, standing_before, standing_inside
from forum.lib.permission import require
from forum.lib.text import difference
from forum.spaces import current_viewer
from forum.web.answer import answer
from forum.web.guard import filled_at, signed_in
from forum.web.locale import gettext as _


@bp.get("/proposals/<id>/amendments")
@signed_in
def amendments(id: str) -> Response:
    """Every change that was proposed to the text, what became of it and why; for the coalition."""
    standing = standing_inside(id)
    found = queries.amendments_of(standing.proposal.id)
    return answer(
        "coalition/amendments.html",
        proposal=standing.proposal,
        amendments=[(one, difference(one.passage, one.words)) for one in found],
        may_amend=policy.can_amend(standing.viewer, standing.proposal),
        may_decide=policy.can_decide(*standing),
    )


@bp.get("/proposals/<id>/amendments/new")
@signed_in
def new_amendment(id: str) -> Response:
    """The form for a change; `?part=` says of which part: its text is then there to be cut."""
    standing = standing_inside(id)
    require(policy.can_amend(standing.viewer, standing.proposal))
    proposal, text = proposal_with_text(id, standing.viewer)
    part = _part(request.args.get("part", ""))
    stands = getattr(text, part) if "part" in request.args else ""
    return _amendment_form(proposal, text, AmendmentForm(part=part, passage=stands, words=stands))


@bp.post("/proposals/<id>/amendments")
@filled_at("coalition.new_amendment")
@signed_in
def amend(id: str) -> Response:
    """Propose a change."""
    form, standing = AmendmentForm(), standing_inside(id)
    require(policy.may_amend(standing.viewer, standing.proposal))
    if form.accepts():
        made = actions.propose(
            standing.viewer,
            standing.proposal,
            part=TextPart(form.part.data),
            passage=form.passage.data or "",
            words=form.words.data or "",
            why=form.why.data or "",
            language=form.language.data,
        )
        return answer(
            then=url_for(".amendment", id=made.public_id),
            say=_("Your change is proposed. Who proposes the text takes it or says why not."),
        )
    proposal, text = proposal_with_text(id, standing.viewer)
    return _amendment_form(proposal, text, form)


@bp.get("/amendments/<id>")
@signed_in
def amendment(id: str) -> Response:
    """One proposed change, as a difference; for the proposer the way to decide."""
    found, standing = _before(id)
    return _one(found, standing)


@bp.post("/amendments/<id>/taking")
@filled_at("coalition.amendment")
@signed_in
def take_amendment(id: str) -> Response:
    """Put the words into the text."""
    form = PressForm()
    found, standing = _before(id)
    require(proposals_policy.is_author(*standing))
    if form.accepts():
        version = actions.take(standing.viewer, standing.proposal, found.id)
        say = _("The change is in the text now: version %(number)s.", number=version.number)
        then = url_for(
            ".versions", id=found.proposal_public_id, to=version.number, _anchor="difference"
        )
        return answer(then=then, say=say)
    return _one(found, standing, taking=form)


@bp.post("/amendments/<id>/declining")
@filled_at("coalition.amendment")
@signed_in
def decline_amendment(id: str) -> Response:
    """Leave the text as it is, with reasons."""
    form = DecliningForm()
    found, standing = _before(id)
    require(proposals_policy.is_author(*standing))
    if form.accepts():
        actions.decline(
            standing.viewer,
            standing.proposal,
            found.id,
            reasons=form.reasons.data or "",
            language=form.language.data,
        )
        then = url_for(".amendment", id=id)
        return answer(then=then, say=_("Your reasons are stored; who proposed it is told."))
    return _one(found, standing, declining=form)


@bp.post("/amendments/<id>/withdrawal")
@filled_at("coalition.amendment")
@signed_in
def withdraw_amendment(id: str) -> Response:
    """Take one's own change back."""
    form = PressForm()
    found, standing = _before(id)
    require(policy.is_who_proposed(standing.viewer, found.author_id))
    if form.accepts():
        actions.withdraw(standing.viewer, standing.proposal, found.id)
        say = _("You took your change back. It stays to be read, and is not decided on.")
        return answer(then=url_for(".amendment", id=id), say=say)
    return _one(found, standing, withdrawing=form)


def _before(id: str) -> tuple[AmendmentRow, Standing]:
    found = queries.amendment_or_404(id, current_viewer())
    return found, standing_before(found.proposal_public_id)


def _part(named: str) -> TextPart:
    return TextPart(named) if named in set(TextPart) else TextPart.ASK


def _one(
    found: AmendmentRow,
    standing: Standing,
    *,
    taking: PressForm | None = None,
    declining: DecliningForm | None = None,
    withdrawing: PressForm | None = None,
) -> Response:
    sent = taking or declining or withdrawing
    decides = policy.can_decide(*standing) if found.state is AmendmentState.OPEN else None
    return answer(
        "coalition/amendment.html",
        block="decision",
        proposal=standing.proposal,
        amendment=found,
        parts=difference(found.passage, found.words),
        may_decide=decides,
        may_take_back=policy.can_take_back(standing.viewer, found.author_id, found.state),
        sent=sent,
        taking=taking or PressForm(formdata=None),
        declining=declining or DecliningForm(formdata=None),
        withdrawing=withdrawing or PressForm(formdata=None),
        status=sent.status if sent else 200,
    )


def _amendment_form(proposal: ProposalRow, text: TextRow, form: AmendmentForm) -> Response:
    return answer(
        "coalition/amendment_form.html",
        block="form",
        proposal=proposal,
        text=text,
        part=_part(form.part.data or ""),
        parts=list(TextPart),
        stands=getattr(text, _part(form.part.data or "")),
        form=form,
        status=form.status,
    )
