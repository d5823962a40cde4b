"""Reading projects, their people, and experts, as rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from werkzeug.exceptions import NotFound

from forum.accounts.models import Invitation, Person
from forum.accounts.queries import in_use
from forum.accounts.sides import Side
from forum.db import db
from forum.directory.models import (
    AuditedProject,
    ExpertProfile,
    Lifecycle,
    Project,
    ProjectMember,
    ProjectRole,
    Region,
)
from forum.directory.slots import Looker


@dataclass(frozen=True)
class ProjectCard:
    """A project's card."""

    id: int
    slug: str
    name: str
    aliases: list[str]
    country: str
    coordinator: str
    lifecycle: Lifecycle | None
    summary: str
    language: str
    source_url: str
    is_demo: bool
    version: int
    region_id: int
    region: str

    @property
    def url(self) -> str:
        """The address of its page."""
        return f"/projects/{self.slug}"


@dataclass(frozen=True)
class MemberRow:
    """Somebody who belongs to a project now."""

    person_id: int
    public_id: str
    name: str
    role: ProjectRole
    since: datetime

    @property
    def coordinates(self) -> bool:
        """Whether they coordinate it."""
        return self.role == ProjectRole.COORDINATOR


@dataclass(frozen=True)
class ExpertRow:
    """An expert's profile with their name."""

    id: int
    public_id: str
    person_id: int
    person_public_id: str
    name: str
    topics: list[str]
    languages: list[str]
    countries: list[str]
    about: str
    language: str
    available: bool
    audits: bool
    capacity: int  # asks at once
    version: int

    @property
    def can_take(self) -> int:
        """How many asks they take at once now."""
        return self.capacity if self.available else 0

    @property
    def url(self) -> str:
        """The address of their page."""
        return f"/experts/{self.public_id}"


@dataclass(frozen=True)
class BelongsTo:
    """A project somebody belongs to."""

    project_id: int
    slug: str
    name: str
    country: str
    role: ProjectRole


@dataclass(frozen=True)
class PersonPage:
    """What others of the network see of a person: never an address."""

    id: int
    public_id: str
    name: str
    side: Side
    is_operator: bool
    since: datetime
    projects: list[BelongsTo]
    expert_id: str | None  # the public id of their profile

    @property
    def url(self) -> str:
        """The address of their page."""
        return f"/people/{self.public_id}"


def project_cards() -> list[ProjectCard]:
    """Every project's card, by name. They are public."""
    rows = db.session.execute(
        select(*_CARD).join(Region, Region.id == Project.region_id).order_by(Project.name)
    )
    return [ProjectCard(*row) for row in rows]


def project_or_404(slug: str) -> ProjectCard:
    """The card of that project. Raises NotFound."""
    row = db.session.execute(
        select(*_CARD).join(Region, Region.id == Project.region_id).where(Project.slug == slug)
    ).one_or_none()
    if row is None:
        raise NotFound
    return ProjectCard(*row)


def members_of(viewer: Looker, project_id: int) -> list[MemberRow]:
    """Who belongs to the project now, coordinators first; nobody for those who may not see."""
    if not viewer.sees_people:
        return []
    rows = db.session.execute(
        select(Person.id, Person.public_id, Person.name, ProjectMember.role, ProjectMember.from_)
        .join(ProjectMember, ProjectMember.person_id == Person.id)
        .where(
            ProjectMember.project_id == project_id,
            ProjectMember.until.is_(None),
            in_use(),
        )
        .order_by(ProjectMember.role, Person.name, Person.id)  # "coordinator" < "member"
    )
    return [MemberRow(*row) for row in rows]


def audits(person_id: int, project_id: int | None) -> bool:
    """Whether that expert has named that project as one they audit."""
    return project_id is not None and bool(
        db.session.scalar(
            select(AuditedProject.id).where(
                AuditedProject.person_id == person_id, AuditedProject.project_id == project_id
            )
        )
    )


def audited_slugs(person_id: int) -> list[str]:
    """The slugs of the projects that person audits."""
    return list(
        db.session.scalars(
            select(Project.slug)
            .join(AuditedProject, AuditedProject.project_id == Project.id)
            .where(AuditedProject.person_id == person_id)
        )
    )


def expert_or_404(public_id: str, viewer: Looker) -> ExpertRow:
    """The expert of that profile. Raises NotFound, also for who may not see experts."""
    row = (
        viewer.sees_people
        and db.session.execute(
            select(*EXPERT_COLUMNS)
            .join(Person, Person.id == ExpertProfile.person_id)
            .where(ExpertProfile.public_id == public_id, in_use())
        ).one_or_none()
    )
    if not row:
        raise NotFound
    return ExpertRow(*row)


def own_profile(viewer: Looker) -> ExpertProfile | None:
    """The viewer's own profile, None while they have none."""
    return db.session.scalars(
        select(ExpertProfile).where(ExpertProfile.person_id == viewer.person_id)
    ).one_or_none()


def person_or_404(public_id: str, viewer: Looker) -> PersonPage:
    """What the network sees of a person. Raises NotFound, also for who may not see people."""
    row = (
        viewer.sees_people
        and db.session.execute(
            select(
                Person.id,
                Person.public_id,
                Person.name,
                Person.side,
                Person.is_operator,
                Person.created_at,
                ExpertProfile.public_id,
            )
            .outerjoin(ExpertProfile, ExpertProfile.person_id == Person.id)
            .where(
                Person.public_id == public_id,
                or_(Person.suspended_at.is_(None), Person.suspended_until.is_not(None)),
            )
        ).one_or_none()
    )
    if not row:
        raise NotFound
    person_id, known_as, name, side, is_operator, since, expert_id = row
    projects = _projects_of(person_id)
    return PersonPage(person_id, known_as, name, side, is_operator, since, projects, expert_id)


def coordinates(viewer: Looker, person: PersonPage) -> bool:
    """Whether the viewer coordinates a project that the person belongs to."""
    return any(
        viewer.projects.get(one.project_id) == ProjectRole.COORDINATOR for one in person.projects
    )


def invitation_or_404(public_id: str) -> Invitation:
    """The invitation; the caller asks whether the viewer may know of it. Raises NotFound."""
    found = db.session.scalars(
        select(Invitation).where(Invitation.public_id == public_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def project_slug(project_id: int) -> str:
    """The slug of the project with that inner id."""
    return db.session.scalars(select(Project.slug).where(Project.id == project_id)).one()


def project_name(project_id: int) -> str:
    """The name of the project with that inner id."""
    return db.session.scalars(select(Project.name).where(Project.id == project_id)).one()


def project_country(project_id: int) -> str:
    """The country code of the project with that inner id."""
    return db.session.scalars(select(Project.country).where(Project.id == project_id)).one()


def project_names(ids: Iterable[int | None]) -> dict[int, str]:
    """The names of the projects with those inner ids."""
    rows = db.session.execute(select(Project.id, Project.name).where(Project.id.in_(set(ids))))
    return {row.id: row.name for row in rows}


def project_choices() -> list[tuple[str, str]]:
    """Slug and name of every project, by name."""
    rows = db.session.execute(select(Project.slug, Project.name).order_by(Project.name))
    return [(slug, name) for slug, name in rows]


def region_choices() -> list[tuple[str, str]]:
    """Slug and name of every region."""
    rows = db.session.execute(select(Region.slug, Region.name).order_by(Region.name))
    return [(slug, name) for slug, name in rows]


def known_countries() -> set[str]:
    """The countries of the projects."""
    return set(db.session.scalars(select(Project.country).distinct()))


def _projects_of(person_id: int) -> list[BelongsTo]:
    rows = db.session.execute(
        select(Project.id, Project.slug, Project.name, Project.country, ProjectMember.role)
        .join(ProjectMember, ProjectMember.project_id == Project.id)
        .where(ProjectMember.person_id == person_id, ProjectMember.until.is_(None))
        .order_by(Project.name)
    )
    return [BelongsTo(*row) for row in rows]


_CARD: tuple[Any, ...] = (
    Project.id,
    Project.slug,
    Project.name,
    Project.aliases,
    Project.country,
    Project.coordinator,
    Project.lifecycle,
    Project.summary,
    Project.language,
    Project.source_url,
    Project.is_demo,
    Project.version,
    Project.region_id,
    Region.name,
)
EXPERT_COLUMNS: tuple[Any, ...] = (
    ExpertProfile.id,
    ExpertProfile.public_id,
    ExpertProfile.person_id,
    Person.public_id,
    Person.name,
    ExpertProfile.topics,
    ExpertProfile.languages,
    ExpertProfile.countries,
    ExpertProfile.about,
    ExpertProfile.language,
    ExpertProfile.available,
    ExpertProfile.audits,
    ExpertProfile.capacity,
    ExpertProfile.version,
)
