"""A file of a post, only through the post's own door."""

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from forum.discussions import queries
from forum.discussions.views.blueprint import bp
from forum.files.kinds import WEBP
from forum.files.sending import send, send_file
from forum.spaces import current_viewer
from forum.web.guard import public


@bp.get("/files/<id>")
@public
def file(id: str) -> Response:
    """The file: a picture to look at, a document to download."""
    return send_file(queries.file_or_404(id, current_viewer()))


@bp.get("/files/<id>/preview")
@public
def preview(id: str) -> Response:
    """The small picture of a picture."""
    found = queries.file_or_404(id, current_viewer())
    if found.preview_key is None or found.preview_bytes is None:
        raise NotFound
    return send(found, found.preview_key, WEBP, found.preview_bytes, f"{found.sha256}-p")
