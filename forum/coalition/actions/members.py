"""Founding a coalition, admitting projects, naming who speaks for them: all in the ledger."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from forum import activity
from forum.accounts.models import Person
from forum.accounts.queries import in_use
from forum.accounts.sides import Side
from forum.activity.models import Event
from forum.coalition.actions.moves import hold_coalition
from forum.coalition.models import Coalition, CoalitionMembership, Delegate
from forum.coalition.policy import members as policy
from forum.coalition.queries import members as queries
from forum.coalition.rows import CoalitionRow
from forum.coalition.tally import Rules
from forum.db import db
from forum.directory.models import Project, ProjectMember, Region
from forum.lib import clock
from forum.lib.permission import Refused, require
from forum.spaces import Viewer
from forum.spaces.actions import (
    let_facilitator_in,
    let_project_in,
    let_project_out,
    open_coalition_space,
)
from forum.spaces.models import Space
from forum.web.locale import gettext as _

LONGEST_TERM = timedelta(days=3_653)  # ten years: a later day is a slip of the pen


def listen() -> None:
    """Whoever leaves a project speaks for it no more."""
    activity.listen("project.member_left")(_left_project)


def found_coalition(
    *,
    region: str,
    name: str,
    timezone: str,
    facilitator: Person,
    number_prefix: str,
    slug: str = "",
    rules: Rules | None = None,
) -> Coalition:
    """Found the coalition of a region (a slug) with its facilitator. By a command on the server.

    Raises Refused for a region that there is not or that has one, a zone or a prefix that does
    not fit, and for anyone but a facilitator.
    """
    found = db.session.scalars(select(Region).where(Region.slug == region)).one_or_none()
    if found is None:
        raise Refused(_("There is no such region."), "region")
    if facilitator.side != Side.FACILITATOR:
        raise Refused(_("Only a facilitator facilitates a coalition."), "facilitator")
    if str(clock.zone(timezone)) != timezone:
        raise Refused(_("There is no such time zone."), "timezone")
    taken = (Coalition.region_id == found.id) | (Coalition.number_prefix == number_prefix)
    if db.session.scalars(select(Coalition.id).where(taken)).first() is not None:
        raise Refused(_("There is a coalition of that region, or with that prefix, already."))
    space = open_coalition_space(found.id)
    coalition = Coalition(
        slug=slug or found.slug,
        name=name,
        region_id=found.id,
        space_id=space.id,
        timezone=timezone,
        rules=(rules or Rules()).as_json(),
        number_prefix=number_prefix,
    )
    db.session.add(coalition)
    activity.record(None, "coalition.founded", coalition, space_id=space.id)
    let_facilitator_in(None, space, facilitator)
    return coalition


def admit_project(
    viewer: Viewer, coalition: CoalitionRow, project_slug: str
) -> CoalitionMembership:
    """A project of the region joins, on the word of a delegate or facilitator. Twice is once.

    Raises Forbidden, and Refused for a project of elsewhere.
    """
    held = hold_coalition(coalition.id)
    require(policy.can_admit(viewer, coalition, queries.speaks_for(viewer, coalition.id)))
    return _admit(viewer.person_id, held, project_slug)


def admit_first(coalition: CoalitionRow, project_slug: str, *, word_of: Person) -> None:
    """The very first project joins by a command on the server, which tells on whose word.

    Raises Refused where a member is there already, and for a project of elsewhere.
    """
    held = hold_coalition(coalition.id)
    there = select(CoalitionMembership.id).where(
        CoalitionMembership.coalition_id == held.id, CoalitionMembership.left_at.is_(None)
    )
    if db.session.scalars(there).first() is not None:
        raise Refused(
            _(
                "Members are there: one of their delegates or a facilitator confirms on the "
                "coalition’s page."
            )
        )
    _admit(None, held, project_slug, word_of=word_of.id)


def _admit(
    by: int | None, held: Coalition, project_slug: str, **particulars: int
) -> CoalitionMembership:
    project = db.session.scalars(
        select(Project).where(Project.slug == project_slug, Project.region_id == held.region_id)
    ).one_or_none()
    if project is None:
        raise Refused(_("There is no such project in this region."), "project")
    current = _membership(held.id, project.id)
    if current is not None:
        return current
    member = CoalitionMembership(coalition_id=held.id, project_id=project.id, confirmed_by_id=by)
    db.session.add(member)
    activity.record(
        by,
        "coalition.project_admitted",
        member,
        space_id=held.space_id,
        project=project.id,
        **particulars,
    )
    let_project_in(by, db.session.get_one(Space, held.space_id), project.id)
    return member


def take_project_out(viewer: Viewer, coalition: CoalitionRow, project_id: int) -> None:
    """A project leaves the coalition: its people see it no more, nobody speaks for it there.

    Seats of votes that are open stay: they are the denominator. Raises Forbidden.
    """
    hold_coalition(coalition.id)
    require(policy.can_take_out(viewer, coalition, project_id))
    member = _membership(coalition.id, project_id)
    if member is None:
        return
    member.left_at = clock.now()
    for delegate in _delegates(coalition.id, project_id):
        _end(viewer.person_id, delegate, coalition.space_id, succeeded=True)  # by nobody's seat
    activity.record(
        viewer.person_id,
        "coalition.project_left",
        member,
        space_id=coalition.space_id,
        project=project_id,
    )
    let_project_out(viewer.person_id, db.session.get_one(Space, coalition.space_id), project_id)


def name_delegate(
    viewer: Viewer,
    coalition: CoalitionRow,
    project_id: int,
    *,
    person: str,
    alternate: bool = False,
    last_day: date | None = None,
) -> Delegate | None:
    """Name the person (a public id) who speaks for the project; empty leaves the office vacant.

    They speak until the end of `last_day` in the coalition's zone, None for no end: then the
    office is vacant. Whoever held it before speaks no more; the alternate who becomes delegate
    leaves that office. The same person again for the same term changes nothing. Raises Forbidden,
    and Refused for a project that is no member, a person who does not belong to it or a day that
    is over or too far away.
    """
    member = _membership(coalition.id, project_id)
    require(policy.can_name_delegates(viewer, coalition, project_id))
    if member is None:
        raise Refused(_("This project is not a member of the coalition."), "project")
    chosen = _of_project(person, project_id) if person else None
    held = _delegates(coalition.id, project_id)
    office = next((one for one in held if one.alternate is alternate), None)
    ends_at = _end_of_term(last_day, coalition.timezone) if last_day else None
    if office and chosen and (office.person_id, office.term_ends_at) == (chosen.id, ends_at):
        return office
    for one in held:
        if one is office or (chosen and one.person_id == chosen.id):
            _end(viewer.person_id, one, coalition.space_id, succeeded=chosen is not None)
    if chosen is None:
        return None
    db.session.flush()  # the office is free before it is taken
    delegate = Delegate(
        coalition_id=coalition.id,
        project_id=project_id,
        person_id=chosen.id,
        side=Side.MEMBER,
        alternate=alternate,
        named_by_id=viewer.person_id,
        term_ends_at=ends_at,
    )
    db.session.add(delegate)
    activity.record(
        viewer.person_id,
        "delegate.named",
        delegate,
        space_id=coalition.space_id,
        project=project_id,
        person=chosen.id,
        alternate=alternate,
        **({"last_day": last_day.isoformat()} if last_day else {}),
    )
    return delegate


def _end_of_term(last_day: date, timezone: str) -> datetime:
    """Raises Refused for a day that is over, or so far away that it is a slip of the pen."""
    today = clock.today(timezone)
    if not today <= last_day <= today + LONGEST_TERM:
        raise Refused(_("Please choose a last day from today on, within ten years."), "last_day")
    return clock.end_of_day(last_day, timezone)


def _left_project(event: Event, member: ProjectMember) -> None:
    spaces = select(Coalition.space_id).where(Coalition.id == Delegate.coalition_id)
    offices = db.session.execute(
        select(Delegate, spaces.scalar_subquery())
        .where(
            Delegate.project_id == member.project_id,
            Delegate.person_id == member.person_id,
            Delegate.until.is_(None),
        )
        .with_for_update(of=Delegate)
    )
    for delegate, space_id in offices.all():
        _end(event.actor_id, delegate, space_id)


def _end(
    actor_id: int | None, delegate: Delegate, space_id: int, *, succeeded: bool = False
) -> None:
    delegate.until, delegate.side = clock.now(), None
    activity.record(
        actor_id,
        "delegate.ended",
        delegate,
        space_id=space_id,
        project=delegate.project_id,
        person=delegate.person_id,
        alternate=delegate.alternate,
        succeeded=succeeded,
    )


def _membership(coalition_id: int, project_id: int) -> CoalitionMembership | None:
    """The project's membership of today, held until this transaction ends."""
    return db.session.scalars(
        select(CoalitionMembership)
        .where(
            CoalitionMembership.coalition_id == coalition_id,
            CoalitionMembership.project_id == project_id,
            CoalitionMembership.left_at.is_(None),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def _delegates(coalition_id: int, project_id: int) -> list[Delegate]:
    return list(
        db.session.scalars(
            select(Delegate)
            .where(
                Delegate.coalition_id == coalition_id,
                Delegate.project_id == project_id,
                Delegate.until.is_(None),
            )
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def _of_project(public_id: str, project_id: int) -> Person:
    found = db.session.scalars(
        select(Person)
        .join(ProjectMember, ProjectMember.person_id == Person.id)
        .where(
            Person.public_id == public_id,
            in_use(),
            ProjectMember.project_id == project_id,
            ProjectMember.until.is_(None),
        )
        .with_for_update(of=ProjectMember, read=True)
    ).one_or_none()
    if found is None:
        raise Refused(_("Please choose somebody who belongs to the project."), "person")
    return found
