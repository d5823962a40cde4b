"""What changed among the people of a coalition, for its own people: sides, roles, delegates."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_, select
from sqlalchemy.orm import aliased

from forum.accounts.models import Person
from forum.accounts.sides import Side
from forum.activity.models import Event
from forum.coalition.models import CoalitionMembership
from forum.coalition.rows import CoalitionRow
from forum.db import db
from forum.directory.models import Project
from forum.spaces import Viewer

LEDGER_LINES = 12  # the newest changes: enough for a quarter of a year
# changes of side and standing concern every coalition: whoever changes side may have read here
_OF_PEOPLE = ("person.side_changed", "person.made_operator")
_BEGINS = "person.joined"  # told of who facilitates from the first day: no side changes then
_OF_PROJECTS = ("project.role_changed", "project.member_joined", "project.member_left")
_OF_COALITION = (
    "coalition.founded",
    "coalition.project_admitted",
    "coalition.project_left",
    "delegate.named",
    "delegate.ended",
    "space.facilitator_in",
)


@dataclass(frozen=True, kw_only=True)
class LedgerLine:
    """Something that changed among the people of the coalition."""

    at: datetime
    verb: str
    actor_name: str | None  # None: by a command on the server
    person_name: str | None
    project_name: str | None
    before: str
    after: str
    alternate: bool
    word_of: str | None  # who stood for what a command did


def ledger_of(viewer: Viewer, coalition: CoalitionRow) -> list[LedgerLine]:
    """The newest changes of sides, roles, members and delegates; for the coalition's people."""
    if not viewer.sees(coalition.space_id):
        return []
    actor, voucher = aliased(Person), aliased(Person)
    person_id = case(
        (Event.object_type == "Person", Event.object_id),
        else_=Event.particulars["person"].as_integer(),
    )
    project_id = Event.particulars["project"].as_integer()
    actor_id = case(
        (Event.verb == _BEGINS, Event.particulars["invited_by"].as_integer()),
        else_=Event.actor_id,
    )
    rows = db.session.execute(
        select(Event, actor.name, Person.name, Project.name, voucher.name)
        .outerjoin(actor, actor.id == actor_id)
        .outerjoin(Person, Person.id == person_id)
        .outerjoin(Project, Project.id == project_id)
        .outerjoin(voucher, voucher.id == Event.particulars["word_of"].as_integer())
        .where(_concerns(coalition, project_id))
        .order_by(Event.id.desc())
        .limit(LEDGER_LINES)
    )
    return [
        LedgerLine(
            at=event.created_at,
            verb=event.verb,
            actor_name=actor_name,
            person_name=person_name,
            project_name=project_name,
            before=str(event.particulars.get("before", "")),
            after=str(event.particulars.get("after", event.particulars.get("role", ""))),
            alternate=bool(event.particulars.get("alternate", False)),
            word_of=word_of,
        )
        for event, actor_name, person_name, project_name, word_of in rows
    ]


def _concerns(coalition: CoalitionRow, project_id: Any) -> ColumnElement[bool]:
    """Changes of side anywhere; of roles in the member projects; of the coalition itself."""
    members = select(CoalitionMembership.project_id).where(
        CoalitionMembership.coalition_id == coalition.id
    )
    begins_facilitating = and_(
        Event.verb == _BEGINS, Event.particulars["side"].as_string() == Side.FACILITATOR
    )
    return or_(
        Event.verb.in_(_OF_PEOPLE),
        begins_facilitating,
        and_(Event.verb.in_(_OF_PROJECTS), project_id.in_(members)),
        and_(Event.verb.in_(_OF_COALITION), Event.space_id == coalition.space_id),
    )
