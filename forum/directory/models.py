"""Regions, projects, who belongs to them, experts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from forum.db import BIG, PublicId, Record, enum_column
from forum.lib import clock


class Lifecycle(StrEnum):
    """Where a project is on the certifier's way (DOMAIN section 4)."""

    PIN_PREPARATION = "pin_preparation"
    PIPELINE = "pipeline"
    PDD_REVIEW = "pdd_review"
    IN_VALIDATION = "in_validation"
    CERTIFIED = "certified"
    IN_VERIFICATION = "in_verification"
    INACTIVE = "inactive"


class ProjectRole(StrEnum):
    """What someone is in their project."""

    COORDINATOR = "coordinator"
    MEMBER = "member"


class Region(Record):
    """A region whose projects exchange, such as Latin America."""

    __tablename__ = "region"

    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))


class Project(Record):
    """A project's card. What it says of a real organisation carries its source."""

    __tablename__ = "project"

    public_id: Mapped[PublicId]
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    aliases: Mapped[list[str]] = mapped_column(JSON, default=list)
    country: Mapped[str] = mapped_column(String(2))  # ISO 3166-1 alpha-2
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"), index=True)
    coordinator: Mapped[str] = mapped_column(String(200), default="")  # the organisation
    lifecycle: Mapped[Lifecycle | None] = mapped_column(enum_column(Lifecycle, "project_lifecycle"))
    summary: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(16), default="es")  # of the summary
    source_url: Mapped[str] = mapped_column(String(300), default="")
    is_demo: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)


class ProjectMember(Record):
    """Someone belongs to a project. `side` is kept while they do: see SpaceMember."""

    __tablename__ = "project_member"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "side"], ["person.id", "person.side"]),
        CheckConstraint("side = 'member'", name="members_only"),
        CheckConstraint("(until IS NULL) = (side IS NOT NULL)", name="side_while_current"),
        Index(
            "uq_project_member_current",
            "project_id",
            "person_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    side: Mapped[str | None] = mapped_column(String(32))
    role: Mapped[ProjectRole] = mapped_column(enum_column(ProjectRole, "project_member_role"))
    from_: Mapped[datetime] = mapped_column(default=clock.now)
    until: Mapped[datetime | None]


class ExpertProfile(Record):
    """What an expert knows and where; auditors declare it."""

    __tablename__ = "expert_profile"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "side"], ["person.id", "person.side"]),
        CheckConstraint("side = 'expert'", name="experts_only"),
        CheckConstraint("capacity >= 0", name="capacity_counts"),
    )

    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(BIG, unique=True)
    side: Mapped[str] = mapped_column(String(32), default="expert")
    topics: Mapped[list[str]] = mapped_column(JSON, default=list)  # slugs
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)  # BCP 47
    countries: Mapped[list[str]] = mapped_column(JSON, default=list)  # ISO 3166
    about: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(16), default="es")  # of `about`
    available: Mapped[bool] = mapped_column(default=True)
    audits: Mapped[bool] = mapped_column(default=False)  # VVB or Independent Expert
    capacity: Mapped[int] = mapped_column(default=2)  # asks at once; 0: not now
    version: Mapped[int] = mapped_column(default=1)


class AuditedProject(Record):
    """An expert audits that project, or may: they keep out of what it talks about."""

    __tablename__ = "audited_project"
    __table_args__ = (UniqueConstraint("person_id", "project_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
