"""Adding and changing projects, saying who belongs to them, keeping an expert's profile.

Every action raises Forbidden for people it is not for, Refused for words that can't be taken,
and Stale where somebody else changed the thing since it was read.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, func, select

from forum import activity
from forum.accounts.models import Person
from forum.accounts.policy import is_of_projects
from forum.accounts.sides import Side
from forum.activity.models import Event
from forum.db import db
from forum.directory import policy
from forum.directory.models import (
    AuditedProject,
    ExpertProfile,
    Project,
    ProjectMember,
    ProjectRole,
    Region,
)
from forum.directory.queries import ProjectCard
from forum.directory.slots import Looker
from forum.lib import clock
from forum.lib.permission import Refused, WrongState, require
from forum.lib.slugs import free_slug, slugify
from forum.web.forms import Stale
from forum.web.locale import gettext as _


def add_project(viewer: Looker, *, region: str, name: str, country: str, **card: Any) -> Project:
    """Add a project to a region (a slug). `card`: as for `edit_project`."""
    require(policy.can_add_project(viewer))
    region_id = db.session.scalar(select(Region.id).where(Region.slug == region))
    if region_id is None:
        raise Refused(_("There is no such region."), "region")
    slug = own_slug(Project, slugify(name) or "project")
    project = Project(slug=slug, name=name, country=country, region_id=region_id, **card)
    db.session.add(project)
    activity.record(viewer.person_id, "project.added", project, region=region_id)
    return project


def edit_project(viewer: Looker, project: ProjectCard, *, version: int, **card: Any) -> Project:
    """Change a project's card.

    `card`: name, aliases (list), country (ISO 3166), coordinator, lifecycle, summary, language,
    source_url. The slug stays: it is in people's links.
    """
    require(policy.can_edit_project(viewer, project))
    held = db.session.scalars(
        select(Project).where(Project.id == project.id).with_for_update(),
        execution_options={"populate_existing": True},
    ).one()
    if held.version != version:
        raise Stale(
            held.version,
            {"name": held.name, "coordinator": held.coordinator, "summary": held.summary},
        )
    for field, value in card.items():
        setattr(held, field, value)
    held.version += 1
    activity.record(viewer.person_id, "project.edited", held, version=held.version)
    return held


def add_member(
    actor_id: int | None, project_id: int, person: Person, role: ProjectRole = ProjectRole.MEMBER
) -> ProjectMember:
    """`person` belongs to the project from now on; twice is once.

    Joining by an invitation leads here: whoever invited was asked then (`accounts.policy`).
    Raises Refused for people who are not on the projects' side.
    """
    if not is_of_projects(person.side):
        raise Refused(_("Only people on the projects' side can belong to a project."))
    current = _membership(project_id, person.id)
    if current is not None:
        return current
    member = ProjectMember(
        project_id=project_id, person_id=person.id, side=Side.MEMBER, role=ProjectRole(role)
    )
    db.session.add(member)
    activity.record(
        actor_id,
        "project.member_joined",
        member,
        project=project_id,
        person=person.id,
        role=str(member.role),
    )
    return member


def own_slug(kind: Any, base: str) -> str:
    """A slug nothing of that kind has; the regions are held so that nobody takes it meanwhile."""
    db.session.execute(select(Region.id).order_by(Region.id).with_for_update(key_share=True))
    start = kind.slug.startswith(base[:56])
    return free_slug(base, db.session.scalars(select(kind.slug).where(start)))


def listen() -> None:
    """Joining by an invitation into a project makes a member, once the project's word is given."""
    activity.listen("person.joined")(_joined)
    activity.listen("person.joining_confirmed")(_confirmed)


def end_membership(viewer: Looker, project: ProjectCard, person_id: int) -> ProjectMember | None:
    """The person belongs to the project no more; None when they did not.

    Raises WrongState for the last coordinator of a project that others belong to.
    """
    require(policy.can_end_membership(viewer, project, person_id))
    _hold(project)
    member = _membership(project.id, person_id)
    if member is None:
        return None
    _keep_coordinated(member)
    member.until, member.side = clock.now(), None
    activity.record(
        viewer.person_id, "project.member_left", member, project=project.id, person=person_id
    )
    return member


def set_role(
    viewer: Looker, project: ProjectCard, person_id: int, role: ProjectRole
) -> ProjectMember:
    """Make a member coordinator, or the other way round. Raises WrongState as `end_membership`."""
    require(policy.can_manage_members(viewer, project))
    _hold(project)
    member = _membership(project.id, person_id)
    if member is None:
        raise Refused(_("This person does not belong to the project."))
    if member.role == role:
        return member
    _keep_coordinated(member)
    member.role = role
    activity.record(
        viewer.person_id,
        "project.role_changed",
        member,
        project=project.id,
        person=person_id,
        role=str(role),
    )
    return member


def keep_profile(
    viewer: Looker,
    *,
    version: int,
    topics: Iterable[str],
    languages: Iterable[str],
    countries: Iterable[str],
    about: str,
    language: str,
    available: bool,
    audits: bool,
    capacity: int = 2,
    audited: Iterable[str] = (),
) -> ExpertProfile:
    """Write the viewer's own profile, for the first time (version 0) or again.

    `capacity`: how many asks they can take at once. `audited`: slugs of the projects they audit
    or may audit; naming one means that they carry out audits.
    """
    require(policy.can_keep_profile(viewer))
    assert viewer.person_id is not None
    db.session.execute(select(Person.id).where(Person.id == viewer.person_id).with_for_update())
    profile = db.session.scalars(
        select(ExpertProfile).where(ExpertProfile.person_id == viewer.person_id),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if profile is None:
        profile = ExpertProfile(person_id=viewer.person_id, version=0)
        db.session.add(profile)
    if profile.version != version:
        raise Stale(profile.version, {"about": profile.about})
    profile.topics, profile.languages = list(topics), list(languages)
    profile.countries = list(countries)
    profile.about, profile.language = about, language
    audited = tuple(audited)
    profile.available, profile.audits = available, audits or bool(audited)
    profile.capacity = capacity
    _set_audited(viewer.person_id, audited)
    profile.version = version + 1
    activity.record(viewer.person_id, "expert.profile_kept", profile, version=profile.version)
    return profile


def _set_audited(person_id: int, slugs: Iterable[str]) -> None:
    wanted = set(db.session.scalars(select(Project.id).where(Project.slug.in_(tuple(slugs)))))
    of_person = AuditedProject.person_id == person_id
    named = set(db.session.scalars(select(AuditedProject.project_id).where(of_person)))
    gone = AuditedProject.project_id.in_(named - wanted)
    db.session.execute(delete(AuditedProject).where(of_person, gone))
    for project_id in sorted(wanted - named):
        db.session.add(AuditedProject(person_id=person_id, project_id=project_id))


def _joined(event: Event, person: Person) -> None:
    if event.particulars["confirmed"]:
        _belongs(event.particulars["invited_by"], event.particulars, person)


def _confirmed(event: Event, person: Person) -> None:
    _belongs(event.actor_id, event.particulars, person)


def _belongs(actor_id: int | None, particulars: Mapping[str, Any], person: Person) -> None:
    project_id, role = particulars["project"], particulars["role"]
    if project_id is not None:
        add_member(actor_id, project_id, person, ProjectRole(role or ProjectRole.MEMBER))


def _hold(project: ProjectCard) -> None:
    """Nobody else leaves it or changes roles in it meanwhile: who is left is counted."""
    db.session.execute(
        select(Project.id).where(Project.id == project.id).with_for_update(key_share=True)
    )


def _membership(project_id: int, person_id: int) -> ProjectMember | None:
    return db.session.scalars(
        select(ProjectMember)
        .where(
            ProjectMember.project_id == project_id,
            ProjectMember.person_id == person_id,
            ProjectMember.until.is_(None),
        )
        .with_for_update(),
        execution_options={"populate_existing": True},
    ).one_or_none()


def _keep_coordinated(member: ProjectMember) -> None:
    """A project that people belong to keeps somebody who coordinates it."""
    if member.role != ProjectRole.COORDINATOR:
        return
    others = select(func.count()).where(
        ProjectMember.project_id == member.project_id,
        ProjectMember.until.is_(None),
        ProjectMember.id != member.id,
    )
    coordinating = others.where(ProjectMember.role == ProjectRole.COORDINATOR)
    if db.session.scalar(others) and not db.session.scalar(coordinating):
        raise WrongState(
            _("The project needs somebody who coordinates it. Please name another person first.")
        )
