"""Spaces and who is in them. Coalition membership, in a higher room, writes here."""

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from forum.db import BIG, Record, enum_column
from forum.spaces.kinds import SpaceKind

_SINGLE = text("kind <> 'coalition'")


class Space(Record):
    """What everything visible names. One public, one network, one staff, one a coalition."""

    __tablename__ = "space"
    __table_args__ = (
        CheckConstraint("(kind = 'coalition') = (region_id IS NOT NULL)", name="region_of_kind"),
        Index(
            "uq_space_single_kind",
            "kind",
            unique=True,
            sqlite_where=_SINGLE,
            postgresql_where=_SINGLE,
        ),
        UniqueConstraint("region_id"),
    )

    kind: Mapped[SpaceKind] = mapped_column(enum_column(SpaceKind, "space_kind"))
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id"))


class SpaceMember(Record):
    """A project, or a person who facilitates, in a coalition's space.

    `side` copies the person's and points at (person.id, person.side): the database refuses a
    member of the certifier's staff here, and refuses to let one of these become staff.
    """

    __tablename__ = "space_member"
    __table_args__ = (
        ForeignKeyConstraint(["person_id", "side"], ["person.id", "person.side"]),
        CheckConstraint("side = 'facilitator'", name="facilitators_only"),
        CheckConstraint("(project_id IS NULL) <> (person_id IS NULL)", name="project_or_person"),
        CheckConstraint("(person_id IS NULL) = (side IS NULL)", name="side_of_person"),
        UniqueConstraint("space_id", "project_id"),
        UniqueConstraint("space_id", "person_id"),
    )

    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    person_id: Mapped[int | None] = mapped_column(BIG, index=True)
    side: Mapped[str | None] = mapped_column(String(32))
