"""Starting threads, answering, and changing what one wrote."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select, update

from forum import activity
from forum.db import db
from forum.discussions import queries, tree
from forum.discussions.actions import challenges
from forum.discussions.actions.holding import (
    hold_post,
    hold_thread,
    project_for,
    remember_reading,
)
from forum.discussions.actions.mentioning import call_names
from forum.discussions.kinds import Argument, PostKind, ThreadKind
from forum.discussions.models import (
    FacedBy,
    Post,
    PostRevision,
    ReadMark,
    Thread,
    ThreadTopic,
    Topic,
)
from forum.discussions.policy import writing as policy
from forum.discussions.policy.times import HasDates
from forum.discussions.rows import PlacedPost, PostRow, ThreadRow
from forum.lib import clock, text
from forum.lib.permission import Refused, require
from forum.spaces import Viewer
from forum.web.forms import Stale
from forum.web.locale import gettext as _

EDIT_GRACE = timedelta(minutes=5)  # a small fix is not "edited" ...
SMALL_FIX = 60  # ... if it adds and takes away no more characters than this


def start_thread(
    viewer: Viewer,
    *,
    stage: HasDates | None,
    space_id: int,
    title: str,
    kind: ThreadKind,
    body: str,
    html: str,
    language: str,
    topics: Iterable[str] = (),
    solves: ThreadRow | None = None,
    project_id: int | None = None,
    on_behalf_of: str = "",
) -> Thread:
    """Start a thread with its first post; `solves` is the challenge it is a solution for.

    Raises Forbidden, NotFound when the challenge left the viewer's sight, and Refused for a
    topic that there is not and for a challenge when this is no solution.
    """
    if solves is not None:
        _held, solves = hold_thread(viewer, solves)
        if kind != ThreadKind.SOLUTION:
            raise Refused(
                _("Only a thread of the kind solution is offered for a challenge."), "kind"
            )
    require(policy.can_start_thread(viewer, stage))
    require(policy.can_write_into(viewer, space_id))
    thread = _new_thread(viewer, stage, space_id, project_for(viewer, project_id))
    thread.title, thread.kind, thread.language = title, kind, language
    db.session.add(thread)
    db.session.flush()
    first = _post(viewer, thread.id, 1, stem="", kind=PostKind(kind.value), now=thread.created_at)
    first.project_id, first.on_behalf_of = thread.project_id, on_behalf_of
    first.body, first.html, first.language = body, html, language
    db.session.add(first)
    _set_topics(thread, topics)
    if kind == ThreadKind.CHALLENGE:
        _face_own(viewer, thread)
    db.session.flush()
    remember_reading(thread.author_id, thread.id, 1)
    activity.record(
        thread.author_id,
        "thread.started",
        thread,
        space_id=space_id,
        kind=kind.value,
        post=first.id,
    )
    if solves is not None:
        challenges.offer_with(viewer, first, solves, space_id)
    call_names(viewer, first)
    return thread


def reply(
    viewer: Viewer,
    thread: ThreadRow,
    *,
    body: str,
    html: str,
    language: str,
    kind: PostKind = PostKind.REPLY,
    parent: PostRow | None = None,
    project_id: int | None = None,
    on_behalf_of: str = "",
    argument: Argument | None = None,
) -> Post:
    """Answer the thread, or the post `parent` of it. A solution of a challenge is offered for it.

    When the thread was merged or the post moved meanwhile, the answer goes where they are now.
    Raises Forbidden, NotFound when the thread left the viewer's sight, and Refused when the
    post answered is gone.
    """
    held, now_thread = hold_thread(viewer, thread)
    if parent is not None and parent.thread_id == thread.id:
        parent = queries.post_now(viewer, parent.id)
        if parent.thread_id != held.id:
            held, now_thread = hold_thread(viewer, parent.thread)
    require(policy.can_write_kind(viewer, now_thread, kind))
    assert viewer.person_id is not None
    parent_id, stem = _place(held, parent)
    now = clock.now()
    number = _next_number(held, now)
    post = _post(viewer, held.id, number, stem=stem, kind=kind, now=now)
    post.parent_id = parent_id
    post.project_id, post.on_behalf_of = project_for(viewer, project_id), on_behalf_of
    post.body, post.html, post.language, post.argument = body, html, language, argument
    db.session.add(post)
    db.session.flush()
    _read_with_it(viewer.person_id, held.id, number)
    activity.record(
        viewer.person_id,
        "post.written",
        post,
        space_id=held.space_id,
        kind=kind.value,
        thread=held.id,
        parent=parent_id,
    )
    if kind == PostKind.SOLUTION:
        challenges.offer(viewer, post, now_thread, held.space_id)
    call_names(viewer, post)
    return post


def edit(
    viewer: Viewer,
    post: PlacedPost,
    *,
    version: int,
    body: str,
    html: str,
    language: str,
    title: str = "",
    argument: Argument | Literal["as before"] | None = "as before",
) -> Post:
    """Change one's own post; with `title` also the thread's, if it is the first.

    `argument` is how it stands to what the thread is about from now on. What it said before is
    kept, except for a small fix soon after writing. Raises Forbidden, and Stale with the present
    text if `version` is not the present one.
    """
    held, now_post = hold_post(viewer, post)
    require(policy.can_edit(viewer, now_post, now_post.thread))
    assert viewer.person_id is not None
    if held.version != version:
        raise Stale(held.version, {"title": now_post.thread.title, "body": held.body})
    title = title if now_post.is_first and title else now_post.thread.title
    argument = held.argument if argument == "as before" else argument
    said = (held.body, held.language, now_post.thread.title, held.argument)
    if (body, language, title, argument) == said:
        return held
    now = clock.now()
    if not _is_small_fix(held, body, now) or title != now_post.thread.title:
        _keep_revision(viewer, held, now_post.thread.title, now)
        held.edited_at = now
    held.body, held.html, held.language, held.argument = body, html, language, argument
    held.version += 1
    if held.number == 1:
        _retitle(held.thread_id, title, language)
    activity.record(
        viewer.person_id,
        "post.edited",
        held,
        space_id=now_post.thread.space_id,
        thread=held.thread_id,
        version=held.version,
    )
    call_names(viewer, held)
    return held


def _new_thread(
    viewer: Viewer, stage: HasDates | None, space_id: int, project_id: int | None
) -> Thread:
    """A thread that holds its first post, without words yet."""
    assert viewer.person_id is not None
    now = clock.now()
    return Thread(
        stage_id=stage.id if stage else None,
        space_id=space_id,
        author_id=viewer.person_id,
        project_id=project_id,
        last_number=1,
        post_count=1,
        last_post_at=now,
        created_at=now,
    )


def _face_own(viewer: Viewer, challenge: Thread) -> None:
    """The project that tells of a challenge is the first that faces it."""
    if challenge.project_id is None:
        return
    challenge.faced_count = 1
    db.session.add(
        FacedBy(
            challenge_thread_id=challenge.id,
            project_id=challenge.project_id,
            person_id=viewer.person_id,
        )
    )


def _post(
    viewer: Viewer, thread_id: int, number: int, *, stem: str, kind: PostKind, now: datetime
) -> Post:
    path = tree.path_of(number, stem)
    return Post(
        thread_id=thread_id,
        number=number,
        path=path,
        depth=tree.depth_of(path),
        author_id=viewer.person_id,
        kind=kind,
        created_at=now,
    )


def _place(thread: Thread, parent: PostRow | None) -> tuple[int | None, str]:
    """The id of the post that a new one hangs from (None: the thread) and its path."""
    if parent is None:
        return None, ""
    if parent.thread_id != thread.id:
        raise Refused(_("The post you answer is not in this thread."), "parent")
    if db.session.scalar(select(Post.removed_at).where(Post.id == parent.id)):
        raise Refused(_("The post you answer was removed."))
    if parent.is_first:
        return None, ""
    stem = tree.stem(parent.path)
    if stem == parent.path:
        return parent.id, stem
    above = select(Post.id).where(Post.thread_id == thread.id, Post.path == stem)
    return db.session.execute(above).scalar_one(), stem


def _next_number(thread: Thread, now: datetime) -> int:
    """Count one more post in the thread; returns the number that it has."""
    number = db.session.execute(
        update(Thread)
        .where(Thread.id == thread.id)
        .values(
            last_number=Thread.last_number + 1,
            post_count=Thread.post_count + 1,
            last_post_at=now,
        )
        .returning(Thread.last_number)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    db.session.refresh(thread)
    return number


def _read_with_it(person_id: int, thread_id: int, number: int) -> None:
    """Who had read everything has read their own new post too."""
    db.session.execute(
        update(ReadMark)
        .where(
            ReadMark.person_id == person_id,
            ReadMark.thread_id == thread_id,
            ReadMark.number == number - 1,
        )
        .values(number=number)
        .execution_options(synchronize_session=False)
    )


def _set_topics(thread: Thread, slugs: Iterable[str]) -> None:
    wanted = set(slugs)
    ids = list(db.session.scalars(select(Topic.id).where(Topic.slug.in_(wanted))))
    if len(ids) != len(wanted):
        raise Refused(_("Please choose topics from the list."), "topics")
    db.session.add_all(ThreadTopic(thread_id=thread.id, topic_id=topic_id) for topic_id in ids)


def _is_small_fix(post: Post, body: str, now: datetime) -> bool:
    if now - post.created_at > EDIT_GRACE:
        return False
    changed = (part for op, part in text.difference(post.body, body) if op != "equal")
    return sum(len(part) for part in changed) <= SMALL_FIX


def _keep_revision(viewer: Viewer, post: Post, title: str, now: datetime) -> None:
    """Keep what the post says, and its thread's title where it is the first, before it changes."""
    db.session.add(
        PostRevision(
            post_id=post.id,
            version=post.version,
            editor_id=viewer.person_id,
            title=title if post.number == 1 else "",
            body=post.body,
            language=post.language,
            argument=post.argument,
            created_at=now,
        )
    )


def _retitle(thread_id: int, title: str, language: str) -> None:
    thread = db.session.get(Thread, thread_id)
    assert thread is not None
    if (thread.title, thread.language) != (title, language):
        thread.title, thread.language = title, language
        thread.version += 1
