"""The files of posts, and one of them for whoever may read its post."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from forum.db import db
from forum.discussions.models import Post
from forum.discussions.models.attachments import Attachment
from forum.discussions.policy import writing as policy
from forum.discussions.queries.posts import post_or_404
from forum.discussions.rows import FileRow
from forum.files.models import StoredFile
from forum.spaces import Viewer

_FILES = select(
    Attachment.post_id,
    StoredFile.public_id,
    StoredFile.name,
    StoredFile.media_type,
    StoredFile.bytes,
    StoredFile.sha256,
    StoredFile.key,
    StoredFile.preview_key,
    StoredFile.preview_bytes,
    StoredFile.preview_width,
    StoredFile.preview_height,
    Attachment.alt,
).join(Attachment, Attachment.file_id == StoredFile.id)


def files_of(post_ids: Iterable[int]) -> dict[int, list[FileRow]]:
    """The files of these posts, by the post's inner id, in their order."""
    ids = tuple(post_ids)
    found: dict[int, list[FileRow]] = defaultdict(list)
    if ids:
        query = _FILES.where(Attachment.post_id.in_(ids))
        order = query.order_by(Attachment.post_id, Attachment.position)
        for row in db.session.execute(order).mappings():
            found[row["post_id"]].append(FileRow(**row))
    return found


def file_or_404(public_id: str, viewer: Viewer) -> FileRow:
    """The file, if the viewer may read its post's words. Raises NotFound.

    The post must be within their reach and, once it is removed, they one who may see what it said.
    """
    row = db.session.execute(
        _FILES.add_columns(Post.public_id.label("post_public_id"))
        .join(Post, Post.id == Attachment.post_id)
        .where(StoredFile.public_id == public_id)
    ).mappings()
    found = row.one_or_none()
    if found is None:
        raise NotFound
    values = dict(found)
    post = post_or_404(values.pop("post_public_id"), viewer)
    if not policy.can_see_revisions(viewer, post):
        raise NotFound
    return FileRow(**values)
