"""Files with a post: attached when it is written or changed, taken away by its author."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import func, select

from forum import activity
from forum.db import db
from forum.discussions.actions.holding import hold_post
from forum.discussions.models import Post, Thread
from forum.discussions.models.attachments import Attachment
from forum.discussions.policy import writing as policy
from forum.discussions.rows import PlacedPost
from forum.files.actions import discard, keep
from forum.files.forms import NewFile
from forum.files.kinds import Taken
from forum.files.limits import MOST_FILES
from forum.files.models import StoredFile
from forum.files.waiting import Waiting, let_go, redeem
from forum.lib import clock
from forum.lib.permission import Refused, require
from forum.spaces import Viewer
from forum.web.locale import ngettext


def attach(
    viewer: Viewer, post: Post, files: Sequence[NewFile], *, left_out: Collection[str] = ()
) -> None:
    """Attach files to a post that the viewer writes in this very transaction.

    `left_out`: ids of files that waited for this and do not go along. Raises Refused when there
    are too many, one waits no more, or the store is away.
    """
    assert viewer.person_id is not None
    assert viewer.person_id == post.author_id
    let_go(viewer.person_id, left_out)
    if not files:
        return
    last = db.session.scalar(
        select(func.max(Attachment.position)).where(Attachment.post_id == post.id)
    )
    post.file_count = (post.file_count or 0) + len(files)
    if post.file_count > MOST_FILES:
        raise Refused(
            ngettext(
                "A post has at most %(num)d file.", "A post has at most %(num)d files.", MOST_FILES
            ),
            "file_1",
        )
    for position, new in enumerate(files, (last or 0) + 1):
        kept = _kept(viewer.person_id, new.taken)
        db.session.add(
            Attachment(
                post_id=post.id,
                file_id=kept.id,
                position=position,
                alt=new.alt if new.taken.is_picture else "",
                decorative=new.decorative and new.taken.is_picture,
            )
        )
    db.session.flush()


def _kept(person_id: int, taken: Taken | Waiting) -> StoredFile:
    if isinstance(taken, Waiting):
        return redeem(person_id, taken.public_id)
    return keep(person_id, taken)


def first_post(thread: Thread) -> Post:
    """The post that opens a thread, to attach something to it."""
    return db.session.scalars(
        select(Post).where(Post.thread_id == thread.id, Post.number == 1)
    ).one()


def change_files(
    viewer: Viewer,
    post: PlacedPost,
    *,
    add: Sequence[NewFile] = (),
    remove: Iterable[str] = (),
    left_out: Collection[str] = (),
) -> Post:
    """Take away those of one's own post's files with these public ids, and attach others.

    What is taken away is gone, also from the store. Raises Forbidden, and Refused as `attach`.
    """
    gone = set(remove)
    held, now_post = hold_post(viewer, post)
    require(policy.can_edit(viewer, now_post, now_post.thread))
    removed = 0
    if gone:
        removed = _detach(held, gone)
    attach(viewer, held, add, left_out=left_out)
    if not add and not removed:
        return held
    held.edited_at = clock.now()
    held.version += 1
    activity.record(
        viewer.person_id,
        "post.files_changed",
        held,
        space_id=now_post.thread.space_id,
        thread=held.thread_id,
        added=len(add),
        removed=removed,
        version=held.version,
    )
    return held


def _detach(post: Post, public_ids: set[str]) -> int:
    found = db.session.execute(
        select(Attachment, StoredFile)
        .join(StoredFile, StoredFile.id == Attachment.file_id)
        .where(Attachment.post_id == post.id, StoredFile.public_id.in_(public_ids))
    ).all()
    for attachment, _file in found:
        db.session.delete(attachment)
    db.session.flush()
    for _attachment, file in found:
        discard(file)
    post.file_count -= len(found)
    return len(found)
