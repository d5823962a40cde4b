"""Who has addresses of their own."""

from forum.lib.permission import YES, Answer, No
from forum.spaces import Viewer
from forum.web.locale import later as _


def can_have_addresses(viewer: Viewer) -> Answer:
    """Whoever is signed in: they hold what the person sees, and end with the account."""
    return YES if viewer.signed_in else No(_("Please sign in to have addresses of your own."))
