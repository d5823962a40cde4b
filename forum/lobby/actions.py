"""What somebody does on the composed pages: say that they have seen what was new."""

from datetime import datetime

from forum.db import db
from forum.db.inserting import upsert
from forum.lib import clock
from forum.lobby.models import VisitMark
from forum.spaces import Viewer


def mark_seen(viewer: Viewer, up_to: datetime) -> None:
    """The person has seen what was new up to that moment; never back, never ahead of now.

    Only they see it, so it is kept without a line in the ledger.
    """
    if viewer.person_id is None:
        return
    now = clock.now()
    mark = upsert(VisitMark).values(
        person_id=viewer.person_id, seen_at=min(up_to, now), created_at=now
    )
    db.session.execute(
        mark.on_conflict_do_update(
            index_elements=["person_id"],
            set_={"seen_at": mark.excluded.seen_at},
            where=VisitMark.seen_at < mark.excluded.seen_at,
        )
    )
