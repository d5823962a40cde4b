"""Who may follow things, and keeps a list of what they are told."""

from forum.lib.permission import YES, Answer, No
from forum.spaces import Viewer
from forum.web.locale import later as _


def can_follow(viewer: Viewer) -> Answer:
    """Whoever is signed in, whatever they see: what is told follows what is seen."""
    return YES if viewer.signed_in else No(_("Please sign in to follow this."))
