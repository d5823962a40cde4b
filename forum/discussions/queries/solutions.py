"""Solutions offered for challenges, and the projects that face one."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
    true,
)
from werkzeug.exceptions import NotFound

from forum.accounts.models import Person
from forum.db import db, made_once, objects_of
from forum.directory.models import Project
from forum.discussions.kinds import Verdict
from forum.discussions.models import (
    FacedBy,
    Post,
    SolutionFor,
    Thread,
    Trial,
)
from forum.discussions.policy.sides import speaks_for_any
from forum.discussions.rows import (
    FacingProject,
    SolutionItem,
    ThreadRow,
)
from forum.spaces import Viewer
from forum.spaces.models import Space
from forum.web.settings import settings

MOST_SHOWN_SOLUTIONS = 20  # on top of a challenge; more are in the thread
_OPENING = 400  # characters of a solution fetched for its excerpt

SOLUTIONS = (
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
        Post.confirmed_count,
        select(func.count())
        .where(Trial.solution_post_id == Post.id, Trial.verdict == Verdict.PARTLY)
        .correlate(Post)
        .scalar_subquery()
        .label("in_part"),
    )
    .join(Thread, Thread.id == Post.thread_id)
    .join(Space, Space.id == Thread.space_id)
    .join(Person, Person.id == Post.author_id)
    .outerjoin(Project, Project.id == Post.project_id)
    .where(Post.removed_at.is_(None), Thread.removed_at.is_(None))
)


def solutions_of(viewer: Viewer, challenge: ThreadRow) -> list[SolutionItem]:
    """The solutions offered for a challenge that the viewer may read; what solved it first."""
    query = _offered_for(viewer.space_ids)
    return objects_of(SolutionItem, query, {"challenge": challenge.id})


@made_once
def _offered_for(spaces: tuple[int, ...]) -> Select[*tuple[Any, ...]]:
    marked = SolutionFor.marked_at.is_not(None)
    this: Any = bindparam("challenge")
    return (
        SOLUTIONS.add_columns(marked.label("marked"))
        .join(SolutionFor, SolutionFor.solution_post_id == Post.id)
        .where(
            SolutionFor.challenge_thread_id == this,
            or_(Thread.id == this, Thread.space_id.in_(spaces)),
        )
        .order_by(marked.desc(), SolutionFor.id)
        .limit(MOST_SHOWN_SOLUTIONS)
    )


def facing(viewer: Viewer, challenge: ThreadRow) -> list[FacingProject]:
    """The projects that face the challenge, and the viewer's own whether they do or not.

    Who facilitates gets all projects, to record it for any.
    """
    query = _facing(tuple(viewer.projects), anybody=speaks_for_any(viewer), demo=settings().demo)
    return objects_of(FacingProject, query, {"challenge": challenge.id})


@made_once
def _facing(projects: tuple[int, ...], *, anybody: bool, demo: bool) -> Select[*tuple[Any, ...]]:
    condition: ColumnElement[bool] = FacedBy.id.is_not(None)
    if projects:
        condition = or_(condition, Project.id.in_(projects))
    if anybody:
        condition = or_(condition, _open_to_words(demo=demo))
    this = FacedBy.challenge_thread_id == bindparam("challenge")
    return (
        select(
            Project.id,
            Project.name,
            Project.slug,
            Project.country,
            FacedBy.id.is_not(None).label("faces"),
        )
        .outerjoin(FacedBy, and_(FacedBy.project_id == Project.id, this))
        .where(condition)
        .order_by(FacedBy.id.is_(None), FacedBy.id, Project.name)
    )


def open_to_words() -> ColumnElement[bool]:
    """That who facilitates may write down what a project says.

    In a demonstration nobody puts words into the mouth of an organisation that exists.
    """
    return _open_to_words(demo=settings().demo)


def _open_to_words(*, demo: bool) -> ColumnElement[bool]:
    return Project.is_demo.is_(True) if demo else true()


def project_id_of(slug: str) -> int:
    """The inner id of a project by its slug. Raises NotFound."""
    found = db.session.execute(select(Project.id).where(Project.slug == slug)).scalar()
    if found is None:
        raise NotFound
    return found
