"""What experts answer, and what the project says to it."""

from flask import request, url_for
from werkzeug.wrappers import Response

from forum.asks import actions, policy, queries
from forum.asks.forms import AnswerForm, InvitationForm, OfferForm
from forum.asks.rows import AskRow, OfferRow
from forum.asks.views.asking import ask_page
from forum.asks.views.blueprint import bp
from forum.lib.permission import Refused, require
from forum.spaces import current_viewer
from forum.web.answer import answer
from forum.web.forms import ButtonForm
from forum.web.guard import signed_in
from forum.web.locale import gettext as _


@bp.post("/asks/<id>/offers")
@signed_in
def offer(id: str) -> Response:
    """Offer help."""
    form, viewer = OfferForm(), current_viewer()
    found = queries.ask_or_404(id, viewer)
    require(policy.can_answer_ask(viewer, found))
    if form.accepts():
        actions.offer(viewer, found, note=form.note.data or "")
        return answer(then=found.url, say=_("Your offer is sent. The project answers it."))
    return ask_page(viewer, found, form)


@bp.post("/asks/<id>/invitations")
@signed_in
def invite(id: str) -> Response:
    """Ask an expert by name."""
    form, viewer = InvitationForm(), current_viewer()
    found = queries.ask_or_404(id, viewer)
    require(policy.can_look_after(viewer, found))
    if form.accepts():
        person = actions.expert_or_refuse(form.person.data or "")
        actions.invite(viewer, found, person)
        said = _("%(name)s is asked, and answers here.", name=person.name)
        return answer(then=found.url, say=said)
    return ask_page(viewer, found, form)


@bp.post("/offers/<id>/answer")
@signed_in
def answer_invitation(id: str) -> Response:
    """The expert who was asked by name says yes or no."""
    form, viewer = AnswerForm(), current_viewer()
    asked = queries.offer_or_404(id, viewer)
    require(policy.can_answer_invitation(viewer, asked))
    if form.accepts():
        accept = _pressed()
        actions.answer_invitation(viewer, asked, accept=accept, note=form.note.data or "")
        if accept:
            return answer(then=_place(asked), say=_("Thank you. The project knows."))
        return answer(then=url_for(".index"), say=_("You declined. The project knows."))
    return ask_page(viewer, _ask(asked), form)


@bp.post("/offers/<id>/decision")
@signed_in
def decide(id: str) -> Response:
    """The project accepts or declines an offer."""
    form, viewer = ButtonForm(), current_viewer()
    offered = queries.offer_or_404(id, viewer)
    require(policy.can_look_after(viewer, _ask(offered)))
    if form.accepts():
        accept = _pressed()
        actions.decide(viewer, offered, accept=accept)
        said = _("%(name)s is accepted.") if accept else _("%(name)s’s offer is declined.")
        return answer(then=_place(offered), say=said % {"name": offered.name})
    return ask_page(viewer, _ask(offered), form)


@bp.post("/offers/<id>/withdrawal")
@signed_in
def withdraw(id: str) -> Response:
    """The expert takes the offer back."""
    form, viewer = ButtonForm(), current_viewer()
    offered = queries.offer_or_404(id, viewer)
    if form.accepts():
        actions.withdraw(viewer, offered)
        return answer(then=url_for(".index"), say=_("Your offer is taken back."))
    return ask_page(viewer, _ask(offered), form)


def _pressed() -> bool:
    """Which of the two buttons was pressed. A no is final, so that it is never guessed."""
    said = request.form.get("accept")
    if said not in {"0", "1"}:
        raise Refused(_("Please press one of the two buttons."))
    return said == "1"


def _ask(offered: OfferRow) -> AskRow:
    assert offered.ask is not None
    return offered.ask


def _place(offered: OfferRow) -> str:
    return _ask(offered).url
