"""Who asks, who offers, who decides."""

from forum.accounts.sides import Side
from forum.asks.lifecycle import OfferStatus, offer_can_become
from forum.asks.rows import AskRow, OfferRow
from forum.discussions.kinds import ThreadKind
from forum.discussions.policy.care import can_invite_guest
from forum.discussions.policy.writing import can_reply
from forum.discussions.rows import ThreadRow
from forum.lib.permission import YES, Answer, No
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.web.locale import later as _


def can_see_asks(viewer: Viewer) -> Answer:
    """Who sees people: an ask is between people."""
    return YES if viewer.sees_people else No(_("Only people of the network see who asks whom."))


def can_ask(viewer: Viewer, thread: ThreadRow) -> Answer:
    """For a challenge: its author, its project's people, who facilitates; while it is talked in."""
    if thread.kind != ThreadKind.CHALLENGE:
        return No(_("Only for a challenge an expert is asked."))
    if thread.space_kind == SpaceKind.STAFF:
        return No(_("No expert can be asked into the staff’s own space."))
    theirs = viewer.person_id == thread.author_id or viewer.in_project(thread.project_id)
    if thread.as_guest or not (theirs or viewer.side == Side.FACILITATOR):
        return No(_("The project that raised the challenge, or who facilitates, asks experts."))
    return can_reply(viewer, thread)


def can_look_after(viewer: Viewer, ask: AskRow) -> Answer:
    """Ask by name, accept, say what came of it: who asked, their project, who facilitates."""
    theirs = viewer.person_id == ask.asked_by_id or viewer.in_project(ask.project_id)
    if ask.inside and not ask.as_guest and (theirs or viewer.side == Side.FACILITATOR):
        return YES
    return No(_("The project that asks, or who facilitates, decides about it."))


def acts_for_project(viewer: Viewer, ask: AskRow) -> bool:
    """Whether what the viewer does with the ask is done in the name of a project not their own."""
    return (
        ask.project_id is not None
        and bool(can_look_after(viewer, ask))
        and not viewer.in_project(ask.project_id)
    )


def answers_asks(side: str) -> bool:
    """Whether people on that side offer their help and can be asked for it by name."""
    return side == Side.EXPERT


def can_answer_ask(viewer: Viewer, ask: AskRow) -> Answer:
    """Experts alone, and never one who audits the project."""
    if not answers_asks(viewer.side):
        return No(_("Only experts offer their help here."))
    if viewer.audits(ask.project_id):
        return No(_("You audit this project: you neither offer it help nor can be asked for it."))
    return YES


def can_offer(viewer: Viewer, ask: AskRow) -> Answer:
    """An expert who does not yet offer, while the ask is not over."""
    may = can_answer_ask(viewer, ask)
    if not may:
        return may
    if not ask.is_live:
        return No(_("This ask is over."), state=True)
    if ask.own is not None and not offer_can_become(ask.own, OfferStatus.OFFERED):
        if ask.own == OfferStatus.DECLINED:
            return No(_("This offer was declined."), state=True)
        return No(_("You offer your help already."), state=True)
    return YES


def can_invite(viewer: Viewer, ask: AskRow) -> Answer:
    """Ask an expert by name, while the ask is not over."""
    may = can_look_after(viewer, ask)
    if may and not ask.is_live:
        return No(_("This ask is over."), state=True)
    return may


def can_decide(viewer: Viewer, offer: OfferRow, thread: ThreadRow) -> Answer:
    """Accept or decline what was offered. Into a private thread: who may invite its guests."""
    assert offer.ask is not None
    may = can_look_after(viewer, offer.ask)
    if not may:
        return may
    may = can_let_in(viewer, thread)
    if not may:
        return may
    if not offer.ask.is_live:
        return No(_("This ask is over."), state=True)
    if offer.status != OfferStatus.OFFERED:
        return No(_("This offer does not wait for an answer."), state=True)
    return YES


def can_let_in(viewer: Viewer, thread: ThreadRow) -> Answer:
    """Let an expert into the thread: needed where they do not read it anyway."""
    if thread.space_kind == SpaceKind.COALITION:
        return can_invite_guest(viewer, thread)
    return YES


def can_answer_invitation(viewer: Viewer, offer: OfferRow) -> Answer:
    """The expert who was asked by name, once."""
    assert offer.ask is not None
    if offer.person_id != viewer.person_id:
        return No(_("Only the person who was asked answers that."))
    may = can_answer_ask(viewer, offer.ask)
    if not may:
        return may
    if not offer.ask.is_live:
        return No(_("This ask is over."), state=True)
    if offer.status != OfferStatus.ASKED:
        return No(_("You have already answered this."), state=True)
    return YES


def can_withdraw(viewer: Viewer, offer: OfferRow) -> Answer:
    """The expert takes the offer back, also an accepted one."""
    assert offer.ask is not None
    if offer.person_id != viewer.person_id:
        return No(_("Only who offered takes the offer back."))
    if not offer.ask.is_live:
        return No(_("This ask is over."), state=True)
    if offer.status not in (OfferStatus.OFFERED, OfferStatus.ACCEPTED):
        return No(_("There is no offer to take back."), state=True)
    return YES


def can_say_outcome(viewer: Viewer, ask: AskRow, *, accepted: bool) -> Answer:
    """Whether it helped: once somebody was accepted, while the ask is not over."""
    may = can_look_after(viewer, ask)
    if may and not ask.is_live:
        return No(_("This ask is over."), state=True)
    if may and not accepted:
        return No(_("Nobody was accepted yet who could have helped."), state=True)
    return may


def can_close(viewer: Viewer, ask: AskRow) -> Answer:
    """Whoever looks after it, once."""
    may = can_look_after(viewer, ask)
    if may and ask.closed_for is not None:
        return No(_("This ask is closed."), state=True)
    return may
