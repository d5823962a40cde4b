"""A kept file as an answer, for the room that has asked who may see it."""

import logging
from typing import Protocol
from urllib.parse import quote

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from forum.files.kinds import PICTURES
from forum.files.store import store
from forum.web import errors
from forum.web.locale import gettext as _

# whatever a file holds, no browser runs it in our name
_HARMLESS = "default-src 'none'; sandbox"
# a browser fits a picture to its window by a style of its own; there is no page to be styled
_PICTURE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

log = logging.getLogger(__name__)


class Kept(Protocol):
    """What is known of a kept file."""

    @property
    def name(self) -> str:
        """Its name, made safe."""

    @property
    def media_type(self) -> str:
        """What it was recognised as."""

    @property
    def key(self) -> str:
        """Where its bytes lie."""

    @property
    def bytes(self) -> int:
        """How many there are."""

    @property
    def sha256(self) -> str:
        """Of its bytes."""


def send_file(found: Kept) -> Response:
    """The file: a picture to look at, a document to download."""
    return send(found, found.key, found.media_type, found.bytes, found.sha256)


def send(found: Kept, key: str, media_type: str, size: int, mark: str) -> Response:
    """The bytes under `key`, which are of that file or of its preview; `mark` is their ETag."""
    response = Response(mimetype=media_type)
    response.headers["Content-Security-Policy"] = _PICTURE if media_type in PICTURES else _HARMLESS
    response.headers["Content-Disposition"] = _disposition(found)
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(mark)
    if response.make_conditional(request).status_code == 304:  # the store is left alone
        return response
    try:
        response.set_data(b"" if request.method == "HEAD" else _read(key))
    except OSError as fault:
        log.exception("the file store does not answer", exc_info=fault)
        return errors.page(503, _("This file cannot be fetched at this moment."))
    response.headers["Content-Length"] = str(size)
    return response


def _read(key: str) -> bytes:
    """All of it: small by its limit, and a store that fails in the middle is told in time."""
    try:
        with store().open(key) as body:
            return body.read()
    except FileNotFoundError:
        log.exception("a file is missing from the store: %s", key)
        raise NotFound from None


def _disposition(found: Kept) -> str:
    how = "inline" if found.media_type in PICTURES else "attachment"
    plain = found.name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(found.name, safe='')}"
