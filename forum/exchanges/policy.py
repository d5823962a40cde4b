"""Who may run exchanges and their sessions (PRODUCT section 2). Reading them is for everyone."""

from forum.accounts.sides import Side
from forum.lib.permission import YES, Answer, No
from forum.spaces import Viewer
from forum.web.locale import later as _

_HOLD_SESSIONS = frozenset({Side.FACILITATOR, Side.STAFF})


def can_run_exchange(viewer: Viewer) -> Answer:
    """Create an exchange, edit it and its stages, open and close them: who facilitates."""
    if viewer.side == Side.FACILITATOR:
        return YES
    return No(_("Only facilitators run an exchange and its stages."))


def can_hold_sessions(viewer: Viewer) -> Answer:
    """Announce and edit sessions, record who took part and what came of it: also the staff."""
    if viewer.side in _HOLD_SESSIONS:
        return YES
    return No(_("Only facilitators and staff announce sessions and record outcomes."))


def can_join_sessions(viewer: Viewer) -> Answer:
    """The link to the meeting: everyone signed in."""
    if viewer.signed_in:
        return YES
    return No(_("The link to join is shown to people who are signed in."))
