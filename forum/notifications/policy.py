"""Who may follow things, and keeps a list of what they are told."""

from collections.abc import Collection

from forum.coalition.policy.members import facilitates
from forum.coalition.rows import CoalitionRow
from forum.lib.permission import YES, Answer, No
from forum.spaces import Viewer
from forum.web.locale import later as _


def can_follow(viewer: Viewer) -> Answer:
    """Whoever is signed in, whatever they see: what is told follows what is seen."""
    return YES if viewer.signed_in else No(_("Please sign in to follow this."))


def can_choose_letters(viewer: Viewer) -> Answer:
    """Whoever is signed in: each for themselves."""
    return YES if viewer.signed_in else No(_("Please sign in to choose this."))


def can_choose_private_letters(
    viewer: Viewer, coalition: CoalitionRow, speaks_for: Collection[int]
) -> Answer:
    """Whether letters name what is private: who facilitates it, or speaks for a member project."""
    if facilitates(viewer, coalition.space_id) or (speaks_for and viewer.sees(coalition.space_id)):
        return YES
    return No(_("Whoever facilitates chooses this, or a delegate of the coalition."))
