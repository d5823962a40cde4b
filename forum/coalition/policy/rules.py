"""Who changes a coalition's rules: whoever facilitates, or the coalition by what it adopted."""

from collections.abc import Collection

from forum.coalition.models import RulesWish
from forum.coalition.policy import members
from forum.coalition.rows import CoalitionRow
from forum.lib.permission import YES, Answer, No
from forum.spaces import Viewer
from forum.web.locale import later as _


def can_change_rules(
    viewer: Viewer, coalition: CoalitionRow, speaks_for: Collection[int]
) -> Answer:
    """Whoever facilitates; who speaks for a member project asks, naming what was adopted."""
    if needs_no_proposal(viewer, coalition) or (speaks_for and viewer.sees(coalition.space_id)):
        return YES
    return No(
        _(
            "Whoever facilitates changes the rules; a delegate asks for it, naming the adopted "
            "proposal that decided it."
        )
    )


def can_confirm_rules(
    viewer: Viewer, coalition: CoalitionRow, speaks_for: Collection[int], wish: RulesWish
) -> Answer:
    """Whoever facilitates, or who speaks for another project than the one that asked for it."""
    if needs_no_proposal(viewer, coalition):
        return YES
    if viewer.person_id == wish.person_id or not set(speaks_for) - {wish.project_id}:
        return No(_("Somebody of another project, or whoever facilitates, confirms it."))
    return YES if viewer.sees(coalition.space_id) else No()


def can_withdraw_rules(
    viewer: Viewer, coalition: CoalitionRow, speaks_for: Collection[int], wish: RulesWish
) -> Answer:
    """Who asked for it, who speaks for their project, or whoever facilitates."""
    mine = viewer.person_id == wish.person_id or wish.project_id in speaks_for
    if needs_no_proposal(viewer, coalition) or (mine and viewer.sees(coalition.space_id)):
        return YES
    return No(_("The project that asked for it withdraws it, or whoever facilitates."))


def needs_no_proposal(viewer: Viewer, coalition: CoalitionRow) -> bool:
    """Whether the viewer changes rules on their own word: whoever facilitates this coalition."""
    return members.facilitates(viewer, coalition.space_id)
