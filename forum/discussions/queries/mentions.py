"""Whom a name called in a thread means: only who may read it, only when it is one."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from forum.accounts.models import Person
from forum.accounts.queries import in_use
from forum.db import db
from forum.directory.models import Project, ProjectMember
from forum.discussions.models import Post, Thread
from forum.discussions.queries.guests import reads
from forum.discussions.rows import ThreadRow
from forum.lib import markup
from forum.lib.markup import Linked
from forum.spaces import Viewer
from forum.spaces.kinds import SpaceKind
from forum.spaces.models import Space
from forum.spaces.queries import seeing

MOST_OFFERED = 30  # names beside a form


@dataclass(frozen=True)
class Called:
    """Who is called by a name: a person, or a project with those of its people who read it."""

    address: str
    person_id: int | None = None
    project_id: int | None = None
    people: tuple[int, ...] = ()  # inner ids, to be told


def called(thread: Thread, names: Collection[str]) -> dict[str, Called | None]:
    """Who of those that may read the thread has one of the names; None where two have it."""
    if not names:
        return {}
    space = db.session.get_one(Space, thread.space_id)
    may_read = reads(thread, space)
    linked = space.kind != SpaceKind.PUBLIC  # who is signed out meets no address of a person
    found: dict[str, list[Called]] = {}
    people = select(Person.id, Person.name, Person.public_id).where(
        Person.name.in_(sorted(names)), may_read, in_use()
    )
    for person_id, name, public_id in db.session.execute(people):
        address = f"/people/{public_id}" if linked else ""
        found.setdefault(name, []).append(Called(address, person_id=person_id, people=(person_id,)))
    members = (
        select(Project.id, Project.name, Project.slug, Person.id)
        .join(ProjectMember, ProjectMember.project_id == Project.id)
        .join(Person, Person.id == ProjectMember.person_id)
        .where(Project.name.in_(sorted(names)), ProjectMember.until.is_(None), may_read, in_use())
        .order_by(Project.id, Person.id)
    )
    projects: dict[int, tuple[str, str, list[int]]] = {}
    for project_id, name, slug, person_id in db.session.execute(members):
        projects.setdefault(project_id, (name, slug, []))[2].append(person_id)
    for project_id, (name, slug, told) in projects.items():
        called_project = Called(f"/projects/{slug}", project_id=project_id, people=tuple(told))
        found.setdefault(name, []).append(called_project)
    return {name: who[0] if len(who) == 1 else None for name, who in found.items()}


def as_shown(thread: Thread, body: str) -> Linked:
    """The text as it will be shown in that thread: the names that it calls are links."""
    names = markup.called(body)
    known = called(thread, names)
    links = {name: who.address if who else None for name, who in known.items()}
    return markup.linked(body, links if names else None)


def as_answered(thread_id: int, body: str) -> Linked:
    """The same, by the thread's inner id."""
    return as_shown(db.session.get_one(Thread, thread_id), body)


def as_begun(space_id: int, body: str) -> Linked:
    """The same, for a thread that is only meant to be started in that space."""
    return as_shown(Thread(space_id=space_id), body)


def names_in(viewer: Viewer, thread: ThreadRow) -> list[str]:
    """Names to be offered in the thread's form: who writes in it, then projects that read it."""
    wrote = (
        select(Person.name, Project.name)
        .select_from(Post)
        .join(Person, Person.id == Post.author_id)
        .outerjoin(Project, Project.id == Post.project_id)
        .where(
            Post.thread_id == thread.id, Post.removed_at.is_(None), Person.id != viewer.person_id
        )
        .distinct()
        .order_by(Person.name)
        .limit(MOST_OFFERED)
    )
    rows = db.session.execute(wrote).all()
    people = [person for person, _project in rows]
    projects = sorted({project for _person, project in rows if project})
    return list(dict.fromkeys([*people, *projects, *_readers(thread)]))[:MOST_OFFERED]


def _readers(thread: ThreadRow) -> list[str]:
    """The names of projects with somebody who may read the thread."""
    space = db.session.get_one(Space, thread.space_id)
    member = (
        select(ProjectMember.id)
        .join(Person, Person.id == ProjectMember.person_id)
        .where(
            ProjectMember.project_id == Project.id,
            ProjectMember.until.is_(None),
            seeing(space.id, space.kind),
            in_use(),
        )
    )
    named = select(Project.name).where(member.exists()).order_by(Project.name)
    return list(db.session.scalars(named.limit(MOST_OFFERED)))
