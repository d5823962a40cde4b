"""What came of solutions where others tried them, for who reads the solution."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Select, bindparam, case, func, literal, select

from forum.accounts.models import Person
from forum.accounts.policy import is_of_projects
from forum.db import among, db, each_of, made_once, objects_of
from forum.directory.models import Project, ProjectMember
from forum.discussions.kinds import Verdict
from forum.discussions.models import Post, Thread, Trial
from forum.discussions.policy.sides import speaks_for_any
from forum.discussions.queries.solutions import open_to_words
from forum.discussions.rows import PostRow
from forum.lib import clock
from forum.spaces import Viewer

MOST_DUE = 5  # trials asked after on a page


@dataclass(frozen=True, kw_only=True)
class TrialRow:
    """A project's trial of a solution, in its words."""

    post_id: int
    project_id: int
    project_name: str
    project_slug: str
    verdict: Verdict
    country: str
    ecosystem: str
    scale: str
    cost: str
    note: str
    language: str
    due_on: date | None
    person_name: str
    created_at: datetime
    changed_at: datetime | None
    version: int

    @property
    def is_late(self) -> bool:
        """Whether the day on which they meant to know has passed."""
        return self.due_on is not None and self.due_on < clock.now().date()

    @property
    def at(self) -> datetime:
        """When this was said."""
        return self.changed_at or self.created_at


@dataclass(frozen=True, kw_only=True)
class TrialDue:
    """A solution that the viewer's project meant to try, until a day that has come."""

    post_id: str  # public
    title: str  # of its thread
    language: str
    project_name: str
    project_slug: str
    due_on: date


_IN_WORDS = case(
    {Verdict.WORKED: 0, Verdict.PARTLY: 1, Verdict.DID_NOT: 2}, value=Trial.verdict, else_=3
)


def trials_of(post_ids: Iterable[int]) -> dict[int, list[TrialRow]]:
    """The trials of these posts, which the caller reached: what worked first, the newest first."""
    ids = tuple(post_ids)
    found: dict[int, list[TrialRow]] = defaultdict(list)
    if not ids:
        return found
    query = (
        select(
            Trial.solution_post_id.label("post_id"),
            Trial.project_id,
            Project.name.label("project_name"),
            Project.slug.label("project_slug"),
            Trial.verdict,
            Trial.country,
            Trial.ecosystem,
            Trial.scale,
            Trial.cost,
            Trial.note,
            Trial.language,
            Trial.due_on,
            Person.name.label("person_name"),
            Trial.created_at,
            Trial.changed_at,
            Trial.version,
        )
        .join(Project, Project.id == Trial.project_id)
        .join(Person, Person.id == Trial.person_id)
        .where(Trial.solution_post_id.in_(ids))
        .order_by(_IN_WORDS, Trial.id.desc())
    )
    for row in db.session.execute(query).mappings():
        found[row["post_id"]].append(TrialRow(**row))
    return found


def projects_to_try(viewer: Viewer, post: PostRow) -> list[tuple[str, str, int, str]]:
    """Slug, name, inner id and country of the projects for which the viewer records a trial."""
    query = select(Project.slug, Project.name, Project.id, Project.country).order_by(Project.name)
    own = Project.id.in_(tuple(viewer.projects))
    query = query.where(open_to_words() if speaks_for_any(viewer) else own)
    if post.project_id is not None:
        query = query.where(Project.id != post.project_id)
    return [(slug, name, id_, country) for slug, name, id_, country in db.session.execute(query)]


def due_at_home(side: str, me: Any, spaces: Any) -> Select[Any]:
    """How many trials the viewer's projects wanted to know of: part of the viewer's statement.

    Until the day bound as `trials_by`.
    """
    if not is_of_projects(side):
        return select(literal(0))
    own = select(ProjectMember.project_id).where(
        ProjectMember.person_id == me, ProjectMember.until.is_(None)
    )
    return (
        select(func.count())
        .select_from(Trial)
        .join(Post, Post.id == Trial.solution_post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(
            Trial.project_id.in_(own),
            Trial.due_on <= bindparam("trials_by", type_=Date),
            Post.removed_at.is_(None),
            Thread.removed_at.is_(None),
            Thread.space_id.in_(spaces),
        )
    )


def trials_due(viewer: Viewer) -> list[TrialDue]:
    """What the viewer's projects wanted to try until now, the longest waiting first."""
    if not viewer.projects:
        return []
    projects = each_of(viewer.projects)
    query = _due(viewer.space_ids, len(projects))
    return objects_of(TrialDue, query, {"today": clock.now().date(), **projects})


@made_once
def _due(spaces: tuple[int, ...], projects: int) -> Select[*tuple[Any, ...]]:
    columns: list[Any] = [
        Post.public_id.label("post_id"),
        Thread.title,
        Thread.language,
        Project.name.label("project_name"),
        Project.slug.label("project_slug"),
        Trial.due_on,
    ]
    return (
        select(*columns)
        .select_from(Trial)
        .join(Project, Project.id == Trial.project_id)
        .join(Post, Post.id == Trial.solution_post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(
            among(Trial.project_id, projects),
            Trial.due_on <= bindparam("today", type_=Date),
            Post.removed_at.is_(None),
            Thread.removed_at.is_(None),
            Thread.space_id.in_(spaces),
        )
        .order_by(Trial.due_on, Trial.id)
        .limit(MOST_DUE)
    )
