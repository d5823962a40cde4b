"""A file of a post, only through the post's own door."""

import logging
from urllib.parse import quote

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from forum.discussions import queries
from forum.discussions.rows import FileRow
from forum.discussions.views.blueprint import bp
from forum.files.kinds import PICTURES, WEBP
from forum.files.store import store
from forum.spaces import current_viewer
from forum.web import errors
from forum.web.guard import public
from forum.web.locale import gettext as _

# whatever a file holds, no browser runs it in our name
_HARMLESS = "default-src 'none'; sandbox"
# a browser fits a picture to its window by a style of its own; there is no page to be styled
_PICTURE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

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


def _disposition(found: FileRow) -> str:
    how = "inline" if found.media_type in PICTURES else "attachment"
    plain = found.name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(found.name, safe='')}"
