"""A coalition, its member projects, and who speaks for each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, bindparam, cast, or_, select
from sqlalchemy.orm import aliased
from werkzeug.exceptions import NotFound

from forum.accounts.models import Person
from forum.accounts.queries import in_use
from forum.coalition.models import Coalition, CoalitionMembership, Delegate
from forum.coalition.rows import CoalitionRow, MemberName
from forum.coalition.tally import Rules
from forum.db import ME, NOW, db, rows_of
from forum.directory.models import Project, ProjectMember
from forum.lib import clock
from forum.spaces import Viewer
from forum.spaces.models import SpaceMember
from forum.spaces.queries import seen_by


@dataclass(frozen=True)
class Speaker:
    """Somebody of the coalition: who casts a project's ballot, stands in, or facilitates."""

    person_id: int
    public_id: str
    name: str
    since: datetime | None = None
    last_day: date | None = None  # of their term, in the coalition's zone; None where it has no end


@dataclass(frozen=True, kw_only=True)
class MemberProject:
    """A project of the coalition. Who speaks for it is told inside the coalition only."""

    project_id: int
    slug: str
    name: str
    country: str
    is_demo: bool
    joined_at: datetime
    delegate: Speaker | None  # None too where the term is over
    alternate: Speaker | None
    delegate_before: Speaker | None = None  # whose term is over, with nobody named since
    alternate_before: Speaker | None = None

    @property
    def is_vacant(self) -> bool:
        """Whether nobody could cast its ballot now."""
        return self.delegate is None and self.alternate is None

    def is_spoken_for_by(self, person_id: int | None) -> bool:
        """Whether that person is its delegate or alternate."""
        speakers = (self.delegate, self.alternate)
        return person_id is not None and person_id in {one.person_id for one in speakers if one}


@dataclass(frozen=True, kw_only=True)
class FormerMember:
    """A project that was a member for some time. One that came back stands here too."""

    slug: str
    name: str
    country: str
    joined_at: datetime
    left_at: datetime


def coalition_or_404(slug: str) -> CoalitionRow:
    """The coalition of that slug. Raises NotFound."""
    found = rows_of(_BY_SLUG, {"slug": slug})
    if not found:
        raise NotFound
    return coalition_in(found[0])


def own_coalition_or_404(viewer: Viewer) -> str:
    """The slug of the coalition whose room the viewer sees. Raises NotFound where there is none."""
    mine = select(Coalition.slug).where(seen_by(viewer, Coalition.space_id))
    slug = db.session.scalars(mine.order_by(Coalition.id).limit(1)).one_or_none()
    if slug is None:
        raise NotFound
    return slug


def speaks_for(viewer: Viewer, coalition_id: int) -> frozenset[int]:
    """The member projects of today whose current delegate or alternate the viewer is."""
    values = {"me": viewer.me, "now": clock.now(), "coalition": coalition_id}
    return frozenset(row.project_id for row in rows_of(_SPOKEN_FOR, values))


def speaks_today(now: Any = None) -> ColumnElement[bool]:
    """The condition that a Delegate speaks now: the one place that says who does.

    They hold the office, its term is not over, their account is in use, and the project is a
    member still. A select that is kept gives the parameter of the moment (`NOW`).
    """
    member = select(CoalitionMembership.id).where(
        CoalitionMembership.coalition_id == Delegate.coalition_id,
        CoalitionMembership.project_id == Delegate.project_id,
        CoalitionMembership.left_at.is_(None),
    )
    person = select(Person.id).where(Person.id == Delegate.person_id, in_use(now))
    return and_(
        Delegate.until.is_(None),
        or_(
            Delegate.term_ends_at.is_(None),
            Delegate.term_ends_at > (clock.now() if now is None else now),
        ),
        member.correlate(Delegate).exists(),
        person.correlate(Delegate).exists(),
    )


def is_speaker_of(coalition_id: Any, project_id: Any, now: Any = None) -> ColumnElement[bool]:
    """Joins Delegate: whoever speaks for that project of that coalition, by id or column, now."""
    return and_(
        Delegate.coalition_id == coalition_id,
        Delegate.project_id == project_id,
        speaks_today(now),
    )


def speaks_in(viewer: Viewer, space_id: int) -> bool:
    """Whether the viewer speaks for a member of the coalition whose space that is."""
    return bool(rows_of(_SPEAKS_IN, {"me": viewer.me, "now": clock.now(), "space": space_id}))


def members_of(viewer: Viewer, coalition: CoalitionRow) -> list[MemberProject]:
    """The member projects of today, by name; the coalition's people see who speaks for each."""
    delegate, alternate = aliased(Delegate), aliased(Delegate)
    main, second = aliased(Person), aliased(Person)
    rows: Any = db.session.execute(
        select(
            Project.id,
            Project.slug,
            Project.name,
            Project.country,
            Project.is_demo,
            CoalitionMembership.joined_at,
            main.id,
            main.public_id,
            main.name,
            delegate.from_,
            delegate.term_ends_at,
            second.id,
            second.public_id,
            second.name,
            alternate.from_,
            alternate.term_ends_at,
        )
        .join(CoalitionMembership, CoalitionMembership.project_id == Project.id)
        .outerjoin(delegate, _holds(delegate, alternate=False))
        .outerjoin(main, main.id == delegate.person_id)
        .outerjoin(alternate, _holds(alternate, alternate=True))
        .outerjoin(second, second.id == alternate.person_id)
        .where(_members_today(coalition.id))
        .order_by(Project.name, Project.id)
    )
    inside, now, zone = viewer.sees(coalition.space_id), clock.now(), coalition.timezone
    found = []
    for row in rows:
        one, other = row[6:11], row[11:16]
        found.append(
            MemberProject(
                project_id=row[0],
                slug=row[1],
                name=row[2],
                country=row[3],
                is_demo=row[4],
                joined_at=row[5],
                delegate=_speaker(one, zone, now) if inside else None,
                alternate=_speaker(other, zone, now) if inside else None,
                delegate_before=_speaker(one, zone, now, over=True) if inside else None,
                alternate_before=_speaker(other, zone, now, over=True) if inside else None,
            )
        )
    return found


def former_members(coalition: CoalitionRow) -> list[FormerMember]:
    """The projects that left it, the last one first: who was a member is nobody's secret."""
    rows = db.session.execute(
        select(
            Project.slug,
            Project.name,
            Project.country,
            CoalitionMembership.joined_at,
            CoalitionMembership.left_at,
        )
        .join(CoalitionMembership, CoalitionMembership.project_id == Project.id)
        .where(
            CoalitionMembership.coalition_id == coalition.id,
            CoalitionMembership.left_at.is_not(None),
        )
        .order_by(CoalitionMembership.left_at.desc(), CoalitionMembership.id.desc())
    ).mappings()
    return [FormerMember(**row) for row in rows]


def facilitators_of(viewer: Viewer, coalition: CoalitionRow) -> list[Speaker]:
    """Who facilitates the coalition, for its own people; nobody for others."""
    if not viewer.sees(coalition.space_id):
        return []
    rows = db.session.execute(
        select(Person.id, Person.public_id, Person.name)
        .join(SpaceMember, SpaceMember.person_id == Person.id)
        .where(SpaceMember.space_id == coalition.space_id, in_use())
        .order_by(Person.name, Person.id)
    )
    return [Speaker(*row) for row in rows]


def people_of(project_id: int) -> list[Speaker]:
    """Who can speak for the project: everybody who belongs to it now, with an account in use."""
    rows = db.session.execute(
        select(Person.id, Person.public_id, Person.name)
        .join(ProjectMember, ProjectMember.person_id == Person.id)
        .where(
            ProjectMember.project_id == project_id,
            ProjectMember.until.is_(None),
            in_use(),
        )
        .order_by(Person.name, Person.id)
    )
    return [Speaker(*row) for row in rows]


def projects_outside(coalition: CoalitionRow) -> list[tuple[str, str]]:
    """Slug and name of the region's projects that are no members, by name."""
    inside = select(CoalitionMembership.project_id).where(_members_today(coalition.id))
    rows = db.session.execute(
        select(Project.slug, Project.name)
        .where(Project.region_id == coalition.region_id, Project.id.not_in(inside))
        .order_by(Project.name, Project.id)
    )
    return [(slug, name) for slug, name in rows]


def members_among(coalition_id: int, project_ids: Iterable[int]) -> list[MemberName]:
    """Those of the projects that are members today, by name."""
    rows = db.session.execute(
        select(Project.id, Project.slug, Project.name)
        .join(CoalitionMembership, CoalitionMembership.project_id == Project.id)
        .where(_members_today(coalition_id), Project.id.in_(list(project_ids)))
        .order_by(Project.name)
    )
    return [MemberName(*row) for row in rows]


def last_day_of(ends_at: datetime | None, timezone: str) -> date | None:
    """The day that ends at that moment."""
    if ends_at is None:
        return None
    return (ends_at - timedelta(microseconds=1)).astimezone(clock.zone(timezone)).date()


def _members_today(coalition_id: int) -> ColumnElement[bool]:
    return and_(
        CoalitionMembership.coalition_id == coalition_id, CoalitionMembership.left_at.is_(None)
    )


def _holds(delegate: Any, *, alternate: bool) -> ColumnElement[bool]:
    return and_(
        delegate.coalition_id == CoalitionMembership.coalition_id,
        delegate.project_id == CoalitionMembership.project_id,
        delegate.alternate.is_(alternate),
        delegate.until.is_(None),
    )


def _speaker(office: Any, timezone: str, now: datetime, *, over: bool = False) -> Speaker | None:
    """Who holds that office and speaks, or (`over`) whose term in it is over."""
    person_id, public_id, name, since, ends_at = office
    if person_id is None or (ends_at is not None and ends_at <= now) is not over:
        return None
    return Speaker(person_id, public_id, name, since, last_day_of(ends_at, timezone))


def coalition_in(row: Any) -> CoalitionRow:
    """The coalition of a row that has the columns of `COALITION` among others."""
    return CoalitionRow(
        id=row.coalition_id,
        slug=row.coalition_slug,
        name=row.coalition_name,
        region_id=row.coalition_region_id,
        space_id=row.coalition_space_id,
        timezone=row.coalition_timezone,
        rules=Rules.written(row.coalition_rules),
        number_prefix=row.coalition_number_prefix,
    )


COALITION: tuple[Any, ...] = (
    Coalition.id.label("coalition_id"),
    Coalition.slug.label("coalition_slug"),
    Coalition.name.label("coalition_name"),
    Coalition.region_id.label("coalition_region_id"),
    Coalition.space_id.label("coalition_space_id"),
    Coalition.timezone.label("coalition_timezone"),
    cast(Coalition.rules, Text).label("coalition_rules"),
    Coalition.number_prefix.label("coalition_number_prefix"),
)
_BY_SLUG = select(*COALITION).where(Coalition.slug == bindparam("slug"))
_MINE = select(Delegate.project_id).where(Delegate.person_id == ME, speaks_today(NOW))
_SPOKEN_FOR = _MINE.where(Delegate.coalition_id == bindparam("coalition"))
_SPEAKS_IN = (
    _MINE.join(Coalition, Coalition.id == Delegate.coalition_id)
    .where(Coalition.space_id == bindparam("space"))
    .limit(1)
)
