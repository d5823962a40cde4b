"""Keeping a file and letting it go, so that store and rows agree.

A file is put into the store first, under a random key, then its row is added. If the
transaction is rolled back, what it put is deleted at once; what it discards is deleted from the
store only when it is committed. A process that dies in between leaves bytes without a row, or
a row's bytes undeleted: `sweep` finds both.
"""

import hashlib
import logging
import secrets
from datetime import timedelta
from typing import Any

from flask import current_app, g, has_request_context
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from forum.db import db
from forum.files.kinds import Taken
from forum.files.models import KEY_LENGTH, StoredFile
from forum.files.store import store
from forum.lib import clock
from forum.lib.permission import Refused
from forum.web.locale import gettext as _

UNDER_WAY = timedelta(hours=1)  # no request lasts so long: what has no row by then is left over
SWEPT_EVERY = timedelta(hours=1)  # a large store takes a while to list
_AT_ONCE = 500  # keys compared with the rows in one statement

_PUT, _GONE = "files put", "files gone"  # in the session's notes: keys

log = logging.getLogger(__name__)


def keep(person_id: int, taken: Taken) -> StoredFile:
    """Store the file for the person. Raises Refused when the store is away."""
    row = StoredFile(
        key=_put(taken.data),
        media_type=taken.media_type,
        name=taken.name,
        bytes=len(taken.data),
        sha256=hashlib.sha256(taken.data).hexdigest(),
        width=taken.width,
        height=taken.height,
        uploader_id=person_id,
    )
    if taken.preview is not None:
        row.preview_key = _put(taken.preview.data)
        row.preview_bytes = len(taken.preview.data)
        row.preview_width, row.preview_height = taken.preview.width, taken.preview.height
    db.session.add(row)
    db.session.flush()
    return row


def discard(file: StoredFile) -> None:
    """Delete the row now, and its bytes once that is committed."""
    gone: list[str] = db.session().info.setdefault(_GONE, [])
    gone += [key for key in (file.key, file.preview_key) if key]
    db.session.delete(file)
    db.session.flush()


def sweep_at_times() -> int:
    """Sweep once in `SWEPT_EVERY`, however often this is called. Returns how many were deleted."""
    last = current_app.extensions.get("files swept")
    if last is not None and clock.now() - last < SWEPT_EVERY:
        return 0
    found = sweep()
    current_app.extensions["files swept"] = clock.now()
    return found


def sweep() -> int:
    """Delete what lies in the store without a row since `UNDER_WAY`. Returns how many.

    It rolls the session back before it deletes: a chore of its own, nothing else under way.
    """
    found = list(store().keys(clock.now() - UNDER_WAY))
    left: list[str] = []
    for start in range(0, len(found), _AT_ONCE):
        some = found[start : start + _AT_ONCE]
        known: set[Any] = set(
            db.session.scalars(select(StoredFile.key).where(StoredFile.key.in_(some)))
        )
        known |= set(
            db.session.scalars(
                select(StoredFile.preview_key).where(StoredFile.preview_key.in_(some))
            )
        )
        left += [key for key in some if key not in known]
    db.session.rollback()  # no lock is held while the store is spoken to
    for key in left:
        store().delete(key)
    return len(left)


def _put(data: bytes) -> str:
    key = secrets.token_hex(KEY_LENGTH // 2)
    db.session().info.setdefault(_PUT, []).append(key)
    try:
        store().put(key, data)
    except OSError as fault:
        log.exception("a file could not be stored", exc_info=fault)
        if has_request_context():
            g.store_away = True
        raise Refused(
            _("The file could not be stored at this moment. Please choose it again in a minute.")
        ) from fault
    return key


@event.listens_for(Session, "after_rollback")
def _forget_put(session: Session) -> None:
    session.info.pop(_GONE, None)  # after a savepoint too: the sweep finds what does go
    if session.in_nested_transaction():
        return  # what was put before the savepoint may yet be committed
    _delete(session.info.pop(_PUT, []))


@event.listens_for(Session, "after_commit")
def _forget_gone(session: Session) -> None:
    if session.in_nested_transaction():
        return  # only a savepoint: the whole may yet be rolled back
    session.info.pop(_PUT, None)
    _delete(session.info.pop(_GONE, []))


def _delete(keys: list[str]) -> None:
    for key in keys:
        try:
            store().delete(key)
        except OSError:
            log.exception("left in the store until the next sweep: %s", key)
