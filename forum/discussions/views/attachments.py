"""A file of a post, only through the post's own door."""

import logging
from collections.abc import Iterator
from typing import IO
from urllib.parse import quote

from flask import request
from werkzeug.exceptions import NotFound, ServiceUnavailable
from werkzeug.wrappers import Response

from forum.discussions import queries
from forum.discussions.rows import FileRow
from forum.discussions.views.blueprint import bp
from forum.files.kinds import PICTURES, WEBP
from forum.files.store import store
from forum.spaces import current_viewer
from forum.web.guard import public

AT_A_TIME = 64 * 1024  # bytes

# whatever a file holds, no browser runs it in our name
_HARMLESS = "default-src 'none'; sandbox"

log = logging.getLogger(__name__)


@bp.get("/files/<id>")
@public
def file(id: str) -> Response:
    """The file: a picture to look at, a document to download."""
    found = queries.file_or_404(id, current_viewer())
    return _sent(found, found.key, found.media_type, found.bytes, found.sha256)


@bp.get("/files/<id>/preview")
@public
def preview(id: str) -> Response:
    """The small picture of a picture."""
    found = queries.file_or_404(id, current_viewer())
    if found.preview_key is None or found.preview_bytes is None:
        raise NotFound
    return _sent(found, found.preview_key, WEBP, found.preview_bytes, f"{found.sha256}-p")


def _sent(found: FileRow, key: str, media_type: str, size: int, mark: str) -> Response:
    response = Response(mimetype=media_type)
    response.headers["Content-Security-Policy"] = _HARMLESS
    response.headers["Content-Disposition"] = _disposition(found)
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(mark)
    if response.make_conditional(request).status_code == 304:  # the store is left alone
        return response
    response.response = _pieces(_opened(key))
    response.headers["Content-Length"] = str(size)
    return response


def _opened(key: str) -> IO[bytes]:
    try:
        return store().open(key)
    except FileNotFoundError:
        log.exception("a file is missing from the store: %s", key)
        raise NotFound from None
    except OSError as fault:
        log.exception("the file store does not answer", exc_info=fault)
        raise ServiceUnavailable from None


def _pieces(body: IO[bytes]) -> Iterator[bytes]:
    try:
        while piece := body.read(AT_A_TIME):
            yield piece
    finally:
        body.close()


def _disposition(found: FileRow) -> str:
    how = "inline" if found.media_type in PICTURES else "attachment"
    plain = found.name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(found.name, safe='')}"
