"""Who may run exchanges and their sessions (PRODUCT section 2). Reading them is for everyone."""

from datetime import datetime
from typing import Protocol

from forum.accounts.sides import Side
from forum.lib import clock
from forum.lib.permission import YES, Answer, No
from forum.spaces import Viewer
from forum.web.locale import later as _
from forum.web.locale import when

_HOLD_SESSIONS = frozenset({Side.FACILITATOR, Side.STAFF})


class HasStart(Protocol):
    """A session, as far as its beginning goes."""

    @property
    def starts_at(self) -> datetime:
        """When it begins."""


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


def can_record_outcome(viewer: Viewer, session: HasStart) -> Answer:
    """Who holds sessions, once this one has begun: before, it came to nothing yet."""
    may = can_hold_sessions(viewer)
    if may and session.starts_at > clock.now():
        begins = when(session.starts_at)
        return No(
            _(
                "This session begins on %(when)s. What it comes to is written down then.",
                when=begins,
            ),
            state=True,
        )
    return may


def can_join_sessions(viewer: Viewer) -> Answer:
    """The link to the meeting: everyone signed in."""
    if viewer.signed_in:
        return YES
    return No(_("The link to join is shown to people who are signed in."))
