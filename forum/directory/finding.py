"""Finding experts: the directory's filter, and who could be asked."""

import json
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Text, and_, case, cast, func, select, tuple_
from werkzeug.exceptions import NotFound

from forum.accounts.models import Person
from forum.accounts.queries import in_use
from forum.db import db
from forum.directory.models import AuditedProject, ExpertProfile
from forum.directory.queries import EXPERT_COLUMNS, ExpertRow
from forum.directory.slots import Looker

PAGE = 20  # experts: three thumbs' lengths on a phone
_NOT_NOW = case((and_(ExpertProfile.available, ExpertProfile.capacity > 0), 0), else_=1)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What an expert is looked for by; empty asks nothing."""

    topic: str = ""
    language: str = ""
    country: str = ""
    available: bool = False  # able to take an ask, by their own word


@dataclass(frozen=True)
class ExpertsPage:
    """Experts from a place in their list on. `after` is the cursor of the next page."""

    rows: list[ExpertRow]
    count: int  # of all that were found
    after: str | None


def experts(
    viewer: Looker, wanted: Wanted | None = None, *, after: str = "", limit: int = PAGE
) -> ExpertsPage:
    """The experts that fit, those available first. Raises NotFound for who may not see them.

    `after` is the public id of the last one seen; one that there is not begins anew.
    """
    if not viewer.sees_people:
        raise NotFound
    found = [in_use(), *_fitting(wanted or Wanted())]
    of_profile = ExpertProfile.person_id == Person.id
    count = db.session.scalar(
        select(func.count()).join_from(ExpertProfile, Person, of_profile).where(*found)
    )
    place = (
        db.session.execute(
            select(_NOT_NOW, Person.name, ExpertProfile.id)
            .join_from(ExpertProfile, Person, of_profile)
            .where(ExpertProfile.public_id == after)
        ).one_or_none()
        if after
        else None
    )
    query = select(*EXPERT_COLUMNS).join_from(ExpertProfile, Person, of_profile).where(*found)
    if place is not None:
        query = query.where(tuple_(_NOT_NOW, Person.name, ExpertProfile.id) > tuple_(*place))
    query = query.order_by(_NOT_NOW, Person.name, ExpertProfile.id).limit(limit + 1)
    rows = [ExpertRow(*row) for row in db.session.execute(query)]
    more = rows[limit - 1].public_id if len(rows) > limit else None
    return ExpertsPage(rows[:limit], count or 0, more)


def experts_to_ask(project_id: int | None) -> list[ExpertRow]:
    """Every expert who takes asks, without those who audit that project."""
    auditors = select(AuditedProject.person_id).where(AuditedProject.project_id == project_id)
    query = (
        select(*EXPERT_COLUMNS)
        .join(Person, Person.id == ExpertProfile.person_id)
        .where(in_use(), _NOT_NOW == 0, Person.id.not_in(auditors))
        .order_by(Person.name, ExpertProfile.id)
    )
    return [ExpertRow(*row) for row in db.session.execute(query)]


def what_experts_know() -> dict[str, set[str]]:
    """Topics, languages and countries that any expert names: what can be asked for."""
    rows = db.session.execute(
        select(ExpertProfile.topics, ExpertProfile.languages, ExpertProfile.countries)
        .join(Person, Person.id == ExpertProfile.person_id)
        .where(in_use())
    ).all()
    return {
        name: {one for row in rows for one in row[place]}
        for place, name in enumerate(("topic", "language", "country"))
    }


def _fitting(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Lists are kept as JSON: a code in quotes stands in its text only as itself."""
    asked = (
        (ExpertProfile.topics, wanted.topic),
        (ExpertProfile.languages, wanted.language),
        (ExpertProfile.countries, wanted.country),
    )
    found = [
        cast(column, Text).contains(json.dumps(value), autoescape=True)
        for column, value in asked
        if value
    ]
    return [*found, _NOT_NOW == 0] if wanted.available else found
