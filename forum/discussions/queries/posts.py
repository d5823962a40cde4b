"""Posts in the tree's order, one page at a time, and what belongs to one post."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Row,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased
from werkzeug.exceptions import NotFound

from forum.accounts.models import Person
from forum.db import db, objects_of
from forum.directory.models import Project
from forum.discussions import tree
from forum.discussions.models import (
    FacedBy,
    Post,
    PostRevision,
    SolutionFor,
    SpokenFor,
    Thread,
    Trial,
)
from forum.discussions.queries.threads import reachable, thread_now
from forum.discussions.rows import (
    Branch,
    PlacedPost,
    PostPage,
    PostRow,
    ThreadRow,
)
from forum.spaces import Viewer
from forum.web.paging import room_for_posts

CONTEXT_POSTS = 3  # shown before the post a permalink leads to

_Remover = aliased(Person)

_POSTS = (
    select(
        Post.id,
        Post.public_id,
        Post.thread_id,
        Post.number,
        Post.parent_id,
        Post.path,
        Post.depth,
        Post.kind,
        case((Post.removed_at.is_(None), Post.html), else_="").label("html"),
        Post.language,
        func.length(Post.body).label("length"),
        Post.author_id,
        Person.name.label("author_name"),
        Person.public_id.label("author_public_id"),
        Person.side.label("author_side"),
        Post.project_id,
        Project.name.label("project_name"),
        Project.slug.label("project_slug"),
        Project.country.label("project_country"),
        Post.on_behalf_of,
        Post.created_at,
        Post.edited_at,
        Post.removed_at,
        Post.removed_by_id,
        _Remover.name.label("remover_name"),
        Post.removal_reason,
        Post.file_count,
        Post.trial_count,
        Post.version,
        SolutionFor.id.is_not(None).label("offered"),
        SolutionFor.marked_at,
        Post.argument,
    )
    .join(Person, Person.id == Post.author_id)
    .outerjoin(Project, Project.id == Post.project_id)
    .outerjoin(_Remover, _Remover.id == Post.removed_by_id)
    .outerjoin(
        SolutionFor,
        and_(
            SolutionFor.solution_post_id == Post.id,
            SolutionFor.challenge_thread_id == Post.thread_id,
        ),
    )
)
_THREAD: Any = bindparam("thread")
_AFTER: Any = bindparam("after")
_FIRST_PAGE = _POSTS.where(Post.thread_id == _THREAD).order_by(Post.path).limit(bindparam("most"))
_WHERE_IT_ENDED = aliased(Post)
_FURTHER_PAGE = _FIRST_PAGE.where(
    Post.path
    > select(_WHERE_IT_ENDED.path)
    .where(_WHERE_IT_ENDED.thread_id == _THREAD, _WHERE_IT_ENDED.number == _AFTER)
    .scalar_subquery()
)


def post_or_404(public_id: str, viewer: Viewer) -> PlacedPost:
    """The post, if its thread is the viewer's to read. Raises NotFound."""
    query = (
        _POSTS.add_columns(Post.body)
        .join(Thread, Thread.id == Post.thread_id)
        .where(Post.public_id == public_id, reachable(viewer))
    )
    return _placed(viewer, query)


def post_now(viewer: Viewer, post_id: int) -> PlacedPost:
    """The post as it is now, for an action that holds it. Raises NotFound."""
    query = (
        _POSTS.add_columns(Post.body)
        .join(Thread, Thread.id == Post.thread_id)
        .where(Post.id == post_id, reachable(viewer))
    )
    return _placed(viewer, query)


def post_rows(
    thread: ThreadRow,
    *,
    after: int | None = None,
    posts: int | None = None,
    characters: int | None = None,
) -> PostPage:
    """One page of the thread in the tree's order, from the post numbered `after` on.

    It ends at `posts` or at `characters` of Markdown, whichever comes first.
    """
    room = room_for_posts()
    most = posts or room[0]
    values = {"thread": thread.id, "most": most + 1}
    query = _FIRST_PAGE
    if after is not None:
        query, values["after"] = _FURTHER_PAGE, after
    rows = objects_of(PostRow, query, values)
    fitting = tree.how_many_fit(
        (row.length for row in rows),
        posts=most,
        characters=characters or room[1],
    )
    return PostPage(rows[:fitting], len(rows) > fitting)


def branches(page: Sequence[PostRow]) -> list[Branch]:
    """The page's posts by the post at the top of the thread that they hang from, in order."""
    made: list[Branch] = []
    for post in page:
        number = tree.top_of(post.path)
        if not made or made[-1].root_number != number:
            made.append(Branch(post if post.depth == 0 else None, number, []))
        if post.depth > 0:
            made[-1].replies.append(post)
    return made


@dataclass(frozen=True)
class Earlier:
    """The page before: it continues after this post, or is the first (None)."""

    after: int | None


def page_before(thread: ThreadRow, first: PostRow) -> Earlier | None:
    """The page that ends where the one beginning with `first` begins; None for the first."""
    posts, characters = room_for_posts()
    before = _numbers_before(thread.id, first.path, posts + 1)
    if not before:
        return None
    fitting = tree.how_many_fit(
        (length for _number, length in before),
        posts=posts,
        characters=characters,
    )
    return Earlier(before[fitting][0] if fitting < len(before) else None)


def page_with(post: PlacedPost) -> int | None:
    """After which post the page begins that shows this one with a little before it.

    None: the thread's first page does.
    """
    posts, characters = room_for_posts()
    before = _numbers_before(post.thread_id, post.path, posts)
    if len(before) < posts and sum(n for _, n in before) + post.length <= characters:
        return None
    room = characters - post.length
    shown = 0
    for _number, length in before[:CONTEXT_POSTS]:
        room -= length
        if room < 0:
            break
        shown += 1
    return before[shown][0] if shown < len(before) else None


def first_unread(viewer: Viewer, thread: ThreadRow) -> str | None:
    """The public id of the first post, in the tree's order, that the viewer has not read."""
    return db.session.execute(
        select(Post.public_id)
        .where(
            Post.thread_id == thread.id,
            Post.number > (thread.read_number or 0),
            Post.author_id != viewer.me,
        )
        .order_by(Post.path)
        .limit(1)
    ).scalar()


def nobody_else_in(thread: ThreadRow) -> bool:
    """Whether nobody but the author is in the thread.

    Others are in it by a post, removed ones counted, by a solution offered for it or marked in
    it, by saying that a project faces it, by what came of it where a project tried it, or by
    saying that words in it are theirs.
    """
    author = thread.author_id
    wrote = exists().where(Post.thread_id == thread.id, Post.author_id != author)
    solves = exists().where(
        SolutionFor.challenge_thread_id == thread.id,
        Post.id == SolutionFor.solution_post_id,
        or_(Post.author_id != author, SolutionFor.marked_by_id != author),
    )
    faces = exists().where(FacedBy.challenge_thread_id == thread.id, FacedBy.person_id != author)
    here = Post.thread_id == thread.id
    tried = exists().where(Trial.solution_post_id == Post.id, here, Trial.person_id != author)
    claims = exists().where(SpokenFor.post_id == Post.id, here, SpokenFor.claimant_id.is_not(None))
    takes_part = or_(wrote, solves, faces, tried, claims)
    return not db.session.execute(select(takes_part)).scalar_one()


def revisions(post: PlacedPost) -> list[Row[Any]]:
    """What the post said before, newest first: version, title, body, when and by whom replaced."""
    query = (
        select(
            PostRevision.version,
            PostRevision.title,
            PostRevision.body,
            PostRevision.language,
            PostRevision.argument,
            PostRevision.created_at.label("replaced_at"),
            Person.name.label("editor_name"),
        )
        .join(Person, Person.id == PostRevision.editor_id)
        .where(PostRevision.post_id == post.id)
        .order_by(PostRevision.version.desc())
    )
    return list(db.session.execute(query))


def _placed(viewer: Viewer, query: Select[Any]) -> PlacedPost:
    found = db.session.execute(query).mappings().one_or_none()
    if found is None:
        raise NotFound
    thread = thread_now(viewer, found["thread_id"])
    values = dict(found)
    if values["removed_at"] is not None and values["author_id"] != viewer.person_id:
        values["body"] = ""
    return PlacedPost(**values, thread=thread)


def _numbers_before(thread_id: int, path: str, limit: int) -> list[tuple[int, int]]:
    rows = db.session.execute(
        select(Post.number, func.length(Post.body))
        .where(Post.thread_id == thread_id, Post.path < path)
        .order_by(Post.path.desc())
        .limit(limit)
    )
    return [(number, length) for number, length in rows]
