"""What a proposal rests on follows a thread that is merged into another."""

from sqlalchemy import delete, select, update

from forum import activity
from forum.activity.models import Event
from forum.coalition.models import Evidence
from forum.db import db
from forum.discussions.models import Thread


def listen() -> None:
    """Hear of merges."""
    activity.listen("thread.merged")(_merged)


def _merged(event: Event, into: Thread) -> None:
    merged = event.particulars["merged"]
    has = select(Evidence.proposal_id).where(Evidence.thread_id == into.id)
    db.session.execute(
        update(Evidence)
        .where(Evidence.thread_id == merged, Evidence.proposal_id.not_in(has))
        .values(thread_id=into.id)
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        delete(Evidence)
        .where(Evidence.thread_id == merged)
        .execution_options(synchronize_session=False)
    )
