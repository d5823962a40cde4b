"""Who changes a coalition's rules: whoever facilitates, or the coalition by what it adopted."""

from collections.abc import Collection

from forum.coalition.policy import members
from forum.coalition.rows import CoalitionRow
from forum.lib.permission import YES, Answer, No
from forum.spaces import Viewer
from forum.web.locale import later as _


def can_change_rules(
    viewer: Viewer, coalition: CoalitionRow, speaks_for: Collection[int]
) -> Answer:
    """Whoever facilitates; who speaks for a member project, naming what the coalition adopted."""
    if needs_no_proposal(viewer, coalition) or (speaks_for and viewer.sees(coalition.space_id)):
        return YES
    return No(
        _(
            "Whoever facilitates changes the rules, or a delegate who names the adopted proposal "
            "that decided it."
        )
    )


def needs_no_proposal(viewer: Viewer, coalition: CoalitionRow) -> bool:
    """Whether the viewer changes rules on their own word: whoever facilitates this coalition."""
    return members.facilitates(viewer, coalition.space_id)
