"""Nothing doubled: a creating form's key is claimed in the action's own transaction.

The same key with the same content leads to what the first press made; with other content the
form says so and keeps the new text under a fresh key. A second press at the same moment waits
for the first (SQLite's write lock; PostgreSQL's unique index), then finds its result.

A form that creates nothing has no key. Pressed twice it finds things as the first press left
them, and would be told that it comes too late. So the last form of each person that was accepted
is known by its content, and the very same again, if it is refused now, leads where it led.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import IO

from flask import g, request
from sqlalchemy import select, update
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from forum.db import db
from forum.db.inserting import upsert
from forum.lib import clock, text
from forum.lib.tokens import digest
from forum.web.models import SubmittedKey

_NOT_CONTENT = {"csrf_token", "key", "owner"}
_LAST = "the last one"  # in the place of a key
AGAIN = timedelta(hours=1)  # who presses because no answer came does so before


@dataclass
class AlreadyDone(Exception):
    """This very form was accepted before; `location` is what it made."""

    location: str

    def response(self) -> Response:
        """A redirect to the first result; htmx is told to go there as a page."""
        if request.headers.get("HX-Request") == "true":
            return Response(status=204, headers={"HX-Redirect": self.location})
        return redirect(self.location, 303)


def content_hash() -> str:
    """A hash of everything the person sent, the key and the token apart."""
    parts = sorted(
        f"{name}\x1f{text.clean(value)}"  # a browser ends lines otherwise than a script
        for name, values in request.form.lists()
        if name not in _NOT_CONTENT
        for value in values
    )
    parts += [
        f"{name}\x1f{_file_digest(sent.stream)}" for name, sent in request.files.items(multi=True)
    ]
    return digest("\x1e".join(parts))


def _file_digest(stream: IO[bytes]) -> str:
    stream.seek(0)
    found = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]  # a buffered file
    stream.seek(0)
    return found


def claim(person_id: int, key: str) -> str | None:
    """Claim `key` for this request.

    Returns None when it is ours, or the location of what it made before with other content.
    Raises AlreadyDone when it was used for this very content.
    """
    content, route = content_hash(), request.path
    claimed = db.session.execute(
        upsert(SubmittedKey)
        .values(person_id=person_id, key=key, route=route, content_hash=content, location="")
        .on_conflict_do_nothing(index_elements=["person_id", "key"])
        .returning(SubmittedKey.id)
    ).scalar()
    if claimed is not None:
        g.claimed_key = claimed
        return None
    first = db.session.execute(
        select(SubmittedKey).where(SubmittedKey.person_id == person_id, SubmittedKey.key == key)
    ).scalar_one()
    if (first.route, first.content_hash) == (route, content):
        raise AlreadyDone(first.location)
    return first.location


def remember_result(response: Response) -> None:
    """Write down where the claimed key led, just before the commit."""
    claimed = g.pop("claimed_key", None)
    if claimed is None:
        return
    location = _led_to(response) or request.path
    db.session.execute(
        update(SubmittedKey).where(SubmittedKey.id == claimed).values(location=location)
    )


def remember_last(person_id: int, response: Response) -> None:
    """Write down that this is the person's last form, just before the commit."""
    location = _led_to(response)
    if location is None or any("password" in name for name in request.form):
        return  # not even as a hash
    now = {
        "route": request.path[:300],
        "content_hash": content_hash(),
        "location": location[:500],
        "created_at": clock.now(),
    }
    db.session.execute(
        upsert(SubmittedKey)
        .values(person_id=person_id, key=_LAST, **now)
        .on_conflict_do_update(index_elements=["person_id", "key"], set_=now)
    )


def repeated(person_id: int) -> AlreadyDone | None:
    """Where this very request led, if it is the last that was accepted from the person."""
    last = db.session.execute(
        select(SubmittedKey.content_hash, SubmittedKey.location).where(
            SubmittedKey.person_id == person_id,
            SubmittedKey.key == _LAST,
            SubmittedKey.route == request.path,
            SubmittedKey.created_at > clock.now() - AGAIN,
        )
    ).one_or_none()
    if last is None or last.content_hash != content_hash():
        return None
    return AlreadyDone(last.location)


def _led_to(response: Response) -> str | None:
    return response.headers.get("Location") or g.get("then")
