"""While a stage and a thread are open."""

from datetime import datetime
from typing import Protocol

from forum.discussions.kinds import ThreadStatus
from forum.discussions.rows import ThreadRow
from forum.lib import clock
from forum.lib.permission import YES, Answer, No
from forum.web.locale import day, until
from forum.web.locale import later as _


class HasDates(Protocol):
    """A stage, as far as writing in it goes."""

    @property
    def id(self) -> int:
        """The inner id."""

    @property
    def opens_at(self) -> datetime | None:
        """When writing begins."""

    @property
    def closes_at(self) -> datetime | None:
        """When writing ends."""

    @property
    def closed_reason(self) -> str:
        """Why it was closed before its time; empty when it ran to its end."""


def while_open(thread: ThreadRow) -> Answer:
    """While the thread and its stage are open."""
    may = while_unlocked(thread)
    if not may:
        return may
    return in_time(thread.stage_opens_at, thread.stage_closes_at, thread.stage_closed_reason or "")


def while_unlocked(thread: ThreadRow) -> Answer:
    """While the thread is there and nobody locked it; its stage may have closed."""
    if thread.removed_at is not None:
        return No(_("This thread was removed."), state=True)
    if thread.status == ThreadStatus.LOCKED:
        return No(_("This thread is locked: %(reason)s", reason=thread.lock_reason), state=True)
    return YES


def in_time(opens_at: datetime | None, closes_at: datetime | None, why: str) -> Answer:
    """While now lies between the two; `why` it was closed before its time, if it was."""
    now = clock.now()
    if closes_at is not None and closes_at <= now:
        if why:
            said = _(
                "This stage was closed on %(day)s: %(reason)s", day=until(closes_at), reason=why
            )
        else:
            said = _(
                "This stage closed on %(day)s. What was written stays to be read.",
                day=until(closes_at),
            )
        return No(said, state=True)
    if opens_at is not None and opens_at > now:
        return No(_("This stage opens on %(day)s.", day=day(opens_at)), state=True)
    return YES
