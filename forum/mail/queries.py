"""How the outbox stands, for whoever runs the server."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, func, select

from forum.db import db
from forum.lib import clock
from forum.mail.models import Letter, LetterStatus
from forum.mail.sending import CLAIM_LASTS


@dataclass(frozen=True, kw_only=True)
class OutboxNow:
    """Counts of letters, and since when the oldest due one waits."""

    due: int
    later: int  # put off, after an attempt that failed
    sending: int
    abandoned: int  # claimed by a worker that is no more
    failed: int
    sent_last_hour: int
    sent_last_day: int
    oldest_due: datetime | None

    @property
    def late_by(self) -> timedelta:
        """How long the oldest due letter has waited."""
        return clock.now() - self.oldest_due if self.oldest_due else timedelta(0)


def outbox_now() -> OutboxNow:
    """Look at the outbox, in one statement."""
    now = clock.now()
    waiting = Letter.status == LetterStatus.WAITING
    taken = Letter.status == LetterStatus.SENDING
    old = Letter.claimed_at <= now - CLAIM_LASTS
    conditions = {
        "due": and_(waiting, Letter.due_at <= now),
        "later": and_(waiting, Letter.due_at > now),
        "sending": and_(taken, ~old),
        "abandoned": and_(taken, old),
        "failed": Letter.status == LetterStatus.FAILED,
        "sent_last_hour": Letter.sent_at > now - timedelta(hours=1),
        "sent_last_day": Letter.sent_at > now - timedelta(days=1),
    }
    row = db.session.execute(
        select(
            *(
                func.coalesce(func.sum(case((which, 1), else_=0)), 0).label(name)
                for name, which in conditions.items()
            ),
            func.min(case((conditions["due"], Letter.due_at))).label("oldest_due"),
        )
    ).one()
    return OutboxNow(**row._asdict())
