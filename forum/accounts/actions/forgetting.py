"""Throwing away what was kept for a while only: chores, harmless when run twice."""

from datetime import timedelta

from sqlalchemy import delete

from forum.db import db
from forum.lib import clock
from forum.web.models import KeptForm

FORMS_KEPT = timedelta(days=14)  # long enough to come back to what one was writing


def forget_kept_forms() -> int:
    """Throw away texts kept over a session's end long ago. Returns how many."""
    old = delete(KeptForm).where(KeptForm.created_at < clock.now() - FORMS_KEPT)
    return len(db.session.execute(old.returning(KeptForm.id)).all())
