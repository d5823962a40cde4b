"""Solutions offered for challenges, and the projects that face one."""

from sqlalchemy import (
    ColumnElement,
    and_,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased
from werkzeug.exceptions import NotFound

from forum.accounts.models import Person
from forum.db import db
from forum.directory.models import Project
from forum.discussions.kinds import PostKind
from forum.discussions.models import (
    FacedBy,
    Post,
    SolutionFor,
    Thread,
)
from forum.discussions.queries.threads import about_any
from forum.discussions.rows import (
    FacingProject,
    SolutionItem,
    ThreadRow,
)
from forum.spaces import Viewer
from forum.spaces.models import Space
from forum.spaces.queries import seen_by
from forum.web import paging
from forum.web.settings import settings

MOST_SHOWN_SOLUTIONS = 20  # on top of a challenge; more are in the thread
_OPENING = 400  # characters of a solution fetched for its excerpt

_SOLUTIONS = (
    select(
        Post.id,
        Post.public_id,
        Thread.public_id.label("thread_public_id"),
        Thread.title.label("thread_title"),
        Thread.kind.label("thread_kind"),
        Thread.language.label("thread_language"),
        Space.kind.label("space_kind"),
        func.substr(Post.body, 1, _OPENING).label("opening"),
        Post.language,
        Person.name.label("author_name"),
        Project.name.label("project_name"),
        Project.country.label("project_country"),
        Post.created_at,
    )
    .join(Thread, Thread.id == Post.thread_id)
    .join(Space, Space.id == Thread.space_id)
    .join(Person, Person.id == Post.author_id)
    .outerjoin(Project, Project.id == Post.project_id)
    .where(Post.removed_at.is_(None), Thread.removed_at.is_(None))
)


def solutions_of(viewer: Viewer, challenge: ThreadRow) -> list[SolutionItem]:
    """The solutions offered for a challenge that the viewer may read; what solved it first."""
    marked = SolutionFor.marked_at.is_not(None)
    query = (
        _SOLUTIONS.add_columns(marked.label("marked"))
        .join(SolutionFor, SolutionFor.solution_post_id == Post.id)
        .where(
            SolutionFor.challenge_thread_id == challenge.id,
            or_(Thread.id == challenge.id, seen_by(viewer, Thread.space_id)),
        )
        .order_by(marked.desc(), SolutionFor.id)
        .limit(MOST_SHOWN_SOLUTIONS)
    )
    return [SolutionItem(**row) for row in db.session.execute(query).mappings()]


def solutions(
    viewer: Viewer, *, topic: str | None = None, solved: bool = False, after: str | None = None
) -> paging.Page[SolutionItem]:
    """The library of solutions the viewer sees, newest first.

    `solved`: those that solved a challenge the viewer sees too.
    """
    size = settings().page_threads
    marked = _marked_somewhere(viewer)
    query = _SOLUTIONS.add_columns(marked.label("marked")).where(
        Post.kind == PostKind.SOLUTION, seen_by(viewer, Thread.space_id)
    )
    if topic:
        query = query.where(about_any((topic,)))
    if solved:
        query = query.where(marked)
    further = paging.older_than(Post.created_at, Post.id, after)
    if further is not None:
        query = query.where(further)
    query = query.order_by(Post.created_at.desc(), Post.id.desc()).limit(size + 1)
    rows = [SolutionItem(**row) for row in db.session.execute(query).mappings()]
    return paging.page_of(rows, size, "created_at")


def facing(viewer: Viewer, challenge: ThreadRow) -> list[FacingProject]:
    """The projects that face the challenge, and the viewer's own whether they do or not.

    Who facilitates gets all projects, to record it for any.
    """
    condition: ColumnElement[bool] = FacedBy.id.is_not(None)
    if viewer.projects:
        condition = or_(condition, Project.id.in_(tuple(viewer.projects)))
    query = (
        select(
            Project.id,
            Project.name,
            Project.slug,
            Project.country,
            FacedBy.id.is_not(None).label("faces"),
        )
        .outerjoin(
            FacedBy,
            and_(FacedBy.project_id == Project.id, FacedBy.challenge_thread_id == challenge.id),
        )
        .order_by(FacedBy.id.is_(None), FacedBy.id, Project.name)
    )
    if viewer.side != "facilitator":
        query = query.where(condition)
    return [FacingProject(**row) for row in db.session.execute(query).mappings()]


def project_id_of(slug: str) -> int:
    """The inner id of a project by its slug. Raises NotFound."""
    found = db.session.execute(select(Project.id).where(Project.slug == slug)).scalar()
    if found is None:
        raise NotFound
    return found


def _marked_somewhere(viewer: Viewer) -> ColumnElement[bool]:
    """That the post is marked as what solved a challenge which the viewer sees in lists."""
    challenge = aliased(Thread)
    return (
        select(SolutionFor.id)
        .join(challenge, challenge.id == SolutionFor.challenge_thread_id)
        .where(
            SolutionFor.solution_post_id == Post.id,
            SolutionFor.marked_at.is_not(None),
            challenge.removed_at.is_(None),
            seen_by(viewer, challenge.space_id),
        )
        .correlate(Post)
        .exists()
    )
