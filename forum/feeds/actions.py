"""Beginning and ending one's own addresses."""

from sqlalchemy import delete

from forum import activity
from forum.accounts.models import Person
from forum.db import db
from forum.db.inserting import upsert
from forum.feeds import policy
from forum.feeds.models import FeedKey
from forum.lib import tokens
from forum.lib.permission import require
from forum.spaces import Viewer


def begin_addresses(viewer: Viewer) -> None:
    """The viewer has new addresses of their own; those they had before end. Raises Forbidden."""
    require(policy.can_have_addresses(viewer))
    assert viewer.person is not None
    made = {"word": tokens.secret_token(), "epoch": viewer.person.session_epoch}
    db.session.execute(
        upsert(FeedKey)
        .values(person_id=viewer.person_id, **made)
        .on_conflict_do_update(index_elements=["person_id"], set_=made)
    )
    _record(viewer, "feeds.begun")


def end_addresses(viewer: Viewer) -> None:
    """The viewer's own addresses lead nowhere from now on. Raises Forbidden."""
    require(policy.can_have_addresses(viewer))
    db.session.execute(delete(FeedKey).where(FeedKey.person_id == viewer.person_id))
    _record(viewer, "feeds.ended")


def _record(viewer: Viewer, verb: str) -> None:
    activity.record(viewer.person_id, verb, db.session.get_one(Person, viewer.person_id))
