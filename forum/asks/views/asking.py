"""Asking for an expert, an ask's page, and the lists of asks."""

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from forum.asks import actions, policy, queries
from forum.asks.forms import AskForm, OfferForm, OutcomeForm
from forum.asks.lifecycle import OfferStatus, Verdict
from forum.asks.rows import AskRow
from forum.asks.views.blueprint import bp
from forum.asks.views.proposing import fitting_first, proposals
from forum.discussions.queries import thread_or_404
from forum.discussions.rows import ThreadRow
from forum.lib.permission import YES, No, require
from forum.spaces import Viewer, current_viewer
from forum.spaces.kinds import SpaceKind
from forum.web.answer import answer
from forum.web.forms import ButtonForm, Form
from forum.web.guard import signed_in
from forum.web.locale import gettext as _


@bp.get("/asks")
@signed_in
def index() -> Response:
    """What waits for an expert, fitting first; what the viewer asked or has taken on."""
    viewer = current_viewer()
    require(policy.can_see_asks(viewer))
    page = queries.live(viewer, request.args.get("after"))
    first = not request.args.get("after")
    is_expert = policy.answers_asks(viewer.side)
    return answer(
        "asks/index.html",
        shown=fitting_first(viewer, page.rows),
        after=page.after,
        first=first,
        is_expert=is_expert,
        own=queries.own_asks(viewer) if first and not is_expert else [],
        taken=queries.taken(viewer) if first and is_expert else [],
    )


@bp.get("/threads/<id>/asks")
@signed_in
def of_thread(id: str) -> Response:
    """Who is asked about a challenge; the form to ask, and whom one could ask."""
    viewer = current_viewer()
    thread = thread_or_404(id, viewer)
    require(policy.can_see_asks(viewer))
    form = AskForm(
        thread.space_kind,
        topics=list(thread.topics)[:8],
        language=thread.language,
    )
    return _of_thread(viewer, thread, form)


@bp.post("/threads/<id>/asks")
@signed_in
def ask_for(id: str) -> Response:
    """Ask for an expert."""
    viewer = current_viewer()
    thread = thread_or_404(id, viewer)
    require(policy.can_ask(viewer, thread))
    form = AskForm(thread.space_kind)
    if form.accepts():
        made = actions.open_ask(viewer, thread, **form.ask())
        return answer(
            then=url_for(".ask", id=made.public_id),
            say=_("Your ask is posted. Below you can ask experts by name."),
        )
    return _of_thread(viewer, thread, form)


@bp.get("/asks/<id>")
@signed_in
def ask(id: str) -> Response:
    """An ask, who offers, and what the viewer can do with it."""
    viewer = current_viewer()
    return ask_page(viewer, queries.ask_or_404(id, viewer))


@bp.post("/asks/<id>/outcome")
@signed_in
def say_outcome(id: str) -> Response:
    """Say whether it helped."""
    form, viewer = OutcomeForm(), current_viewer()
    found = queries.ask_or_404(id, viewer)
    require(policy.can_look_after(viewer, found))
    if form.accepts():
        actions.say_outcome(
            viewer, found, verdict=Verdict(form.verdict.data), word=form.word.data or ""
        )
        return answer(then=found.url, say=_("Thank you: what came of it is written down."))
    return ask_page(viewer, found, form)


@bp.post("/asks/<id>/closing")
@signed_in
def close(id: str) -> Response:
    """The ask is over, or not needed any more."""
    form, viewer = ButtonForm(), current_viewer()
    found = queries.ask_or_404(id, viewer)
    require(policy.can_look_after(viewer, found))
    if form.accepts():
        actions.close(viewer, found)
        return answer(then=found.url, say=_("The ask is closed."))
    return ask_page(viewer, found, form)


def ask_page(viewer: Viewer, found: AskRow, sent: Form | None = None) -> Response:
    """The ask's page, with the form that did not pass."""
    looks_after = policy.can_look_after(viewer, found)
    offers = queries.offers_of(viewer, found, all_of_them=bool(looks_after))
    accepted = any(one.status == OfferStatus.ACCEPTED for one in offers)
    may_invite = policy.can_invite(viewer, found)
    waiting = any(one.status == OfferStatus.OFFERED for one in offers)  # to be answered first
    may_invite = may_invite if not waiting else No()
    known = {one.person_id for one in offers if one.status != OfferStatus.WITHDRAWN}
    return answer(
        "asks/ask.html",
        status=sent.status if sent else 200,
        ask=found,
        offers=offers,
        own=next((one for one in offers if one.person_id == viewer.person_id), None),
        looks_after=looks_after,
        for_project=policy.acts_for_project(viewer, found),
        may_accept=_may_accept(viewer, found) if looks_after and waiting else None,
        may_invite=may_invite,
        is_expert=policy.answers_asks(viewer.side),
        may_offer=policy.can_offer(viewer, found),
        may_say=policy.can_say_outcome(viewer, found, accepted=accepted),
        may_close=policy.can_close(viewer, found),
        proposed=proposals(found, found.project_id, leave_out=known) if may_invite else [],
        offer_form=sent if isinstance(sent, OfferForm) else OfferForm(),
        outcome_form=sent if isinstance(sent, OutcomeForm) else OutcomeForm(),
        sent=sent,
    )


def _may_accept(viewer: Viewer, found: AskRow) -> Any:
    """Whether the viewer may let an expert into the thread, where that is needed."""
    if found.space_kind != SpaceKind.COALITION:
        return YES
    return policy.can_let_in(viewer, thread_or_404(str(found.thread_public_id), viewer))


def _of_thread(viewer: Viewer, thread: ThreadRow, form: AskForm) -> Response:
    asks = queries.of_thread(viewer, thread.id)
    may_ask = policy.can_ask(viewer, thread)
    free = bool(may_ask) and not any(one.is_live for one in asks)
    return answer(
        "asks/of_thread.html",
        status=form.status,
        form=form,
        thread=thread,
        asks=asks,
        may_ask=may_ask,
        free=free or form.status != 200,
        proposed=proposals(thread, thread.project_id, country=thread.project_country)
        if free
        else [],
    )
