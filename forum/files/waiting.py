"""Files of a form that came back: kept until it is sent again, so that nobody sends them twice.

A browser does not send a file again by itself, and a photo on a prepaid line is dear. A file that
is fit waits for its person under an id that the form carries; it is served to nobody. It goes
along with the next press, or is deleted: when it is taken out, when more wait than there may be,
or in time.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from flask import g
from sqlalchemy import Select, delete, select

from forum.db import db
from forum.files.actions import discard, keep
from forum.files.kinds import PICTURES, Taken
from forum.files.models import StoredFile, WaitingFile
from forum.lib import clock, tokens
from forum.lib.permission import Refused
from forum.web import identity, unit_of_work
from forum.web.locale import gettext as _

WAITS = timedelta(days=7)  # who is offline for days comes back to it
MOST_WAITING = 12  # of one person, the newest: three forms' worth


@dataclass(frozen=True)
class Waiting:
    """A file that waits, as its form shows it."""

    public_id: str
    name: str
    media_type: str
    bytes: int

    @property
    def is_picture(self) -> bool:
        """Whether it is looked at rather than downloaded."""
        return self.media_type in PICTURES


def promise(taken: Taken) -> Waiting | None:
    """Keep the file for the one who sent it, once this request is through; what its form shows.

    None where nothing can be kept: nobody is signed in, the form came without its token, or the
    store was away a moment ago.
    """
    who = identity.current()
    if who is None or g.get("token_failed") or g.get("store_away"):
        return None
    public_id = tokens.public_id()
    unit_of_work.afterwards(lambda: wait(who.person_id, public_id, taken))
    return Waiting(public_id, taken.name, taken.media_type, len(taken.data))


def wait(person_id: int, public_id: str, taken: Taken) -> None:
    """Keep the file for the person. Of more than may wait the oldest go."""
    file = keep(person_id, taken)
    db.session.add(WaitingFile(public_id=public_id, person_id=person_id, file_id=file.id))
    db.session.flush()
    newest = (
        select(WaitingFile.public_id)
        .where(WaitingFile.person_id == person_id)
        .order_by(WaitingFile.id.desc())
        .offset(MOST_WAITING)
    )
    let_go(person_id, db.session.scalars(newest).all())


def waiting(public_ids: Collection[str]) -> dict[str, Waiting]:
    """Those of the files that wait for the one who is signed in, by their ids."""
    who = identity.current()
    if who is None or not public_ids:
        return {}
    rows = db.session.execute(
        select(WaitingFile.public_id, StoredFile.name, StoredFile.media_type, StoredFile.bytes)
        .join(StoredFile, StoredFile.id == WaitingFile.file_id)
        .where(WaitingFile.person_id == who.person_id, WaitingFile.public_id.in_(public_ids))
    )
    return {row.public_id: Waiting(*row) for row in rows}


def redeem(person_id: int, public_id: str) -> StoredFile:
    """The file waits no more: it goes along. Raises Refused when it does not wait for them."""
    file_id = db.session.scalar(
        delete(WaitingFile)
        .where(WaitingFile.public_id == public_id, WaitingFile.person_id == person_id)
        .returning(WaitingFile.file_id)
    )
    if file_id is None:
        raise Refused(gone(), "file_1")
    return db.session.get_one(StoredFile, file_id)


def let_go(person_id: int, public_ids: Collection[str]) -> None:
    """Delete those of the files that wait for the person; others are left alone."""
    if public_ids:
        _delete(
            select(WaitingFile.id).where(
                WaitingFile.person_id == person_id, WaitingFile.public_id.in_(public_ids)
            )
        )


def forget_waiting() -> int:
    """Delete what waited in vain; returns how many."""
    return _delete(select(WaitingFile.id).where(WaitingFile.created_at < clock.now() - WAITS))


def gone() -> str:
    """What is said of a file that waits no more."""
    return str(_("The file that was chosen before is not here any more. Please choose it again."))


def _delete(which: Select[int]) -> int:
    """Each is deleted by one alone: who comes second finds no row."""
    file_ids = db.session.scalars(
        delete(WaitingFile).where(WaitingFile.id.in_(which)).returning(WaitingFile.file_id)
    ).all()
    for file in db.session.scalars(select(StoredFile).where(StoredFile.id.in_(file_ids))):
        discard(file)
    return len(file_ids)
