"""The one who looks: side, projects and spaces, loaded once a request in one statement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from flask import g
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    String,
    bindparam,
    cast,
    literal,
    or_,
    select,
    union_all,
)

from forum.accounts.sessions import Next, told_of
from forum.db import made_of, rows_of
from forum.directory.models import AuditedProject, ProjectMember
from forum.spaces import slots
from forum.spaces.kinds import (
    AUDITING_SIDES,
    COALITION_SIDES,
    OPEN_TO_SIDE,
    SIGNED_OUT,
    SpaceKind,
)
from forum.spaces.models import Space, SpaceMember
from forum.web import identity
from forum.web.held import held
from forum.web.identity import Identity

NOBODY = -1  # no person has this inner id


@dataclass(frozen=True)
class Viewer:
    """Who looks. `projects` maps the inner ids of the viewer's projects to their role there."""

    person: Identity | None = None
    projects: Mapping[int, str] = field(default_factory=dict)
    spaces: Mapping[int, SpaceKind] = field(default_factory=dict)  # the ids they may see
    facts: Mapping[str, int] = field(default_factory=dict)  # what higher rooms know of them
    audited: frozenset[int] = frozenset()  # the inner ids of projects they audit, as experts

    @property
    def person_id(self) -> int | None:
        """The inner id of the person, None signed out."""
        return self.person.person_id if self.person else None

    @property
    def me(self) -> int:
        """The same for a select that is kept: signed out one that nobody has."""
        return self.person.person_id if self.person else NOBODY

    @property
    def side(self) -> str:
        """The person's side, empty signed out."""
        return self.person.side if self.person else ""

    @property
    def signed_in(self) -> bool:
        """Whether there is a person at all."""
        return self.person is not None

    @property
    def is_operator(self) -> bool:
        """Whether they administer the host; it lets them see nothing."""
        return self.person is not None and self.person.is_operator

    @property
    def sees_people(self) -> bool:
        """Whether people and experts are visible to them: to whoever sees the network."""
        return self.sees_kind(SpaceKind.NETWORK)

    @cached_property
    def space_ids(self) -> tuple[int, ...]:
        """The ids of the spaces they may see, sorted."""
        return tuple(sorted(self.spaces))

    def sees(self, space_id: int) -> bool:
        """Whether things in that space are visible to them."""
        return space_id in self.spaces

    def sees_kind(self, kind: SpaceKind) -> bool:
        """Whether any space of that kind is visible to them."""
        return kind in self.spaces.values()

    def in_project(self, project_id: int | None) -> bool:
        """Whether they belong to that project now."""
        return project_id is not None and project_id in self.projects

    def audits(self, project_id: int | None) -> bool:
        """Whether they audit that project, by their own word."""
        return project_id is not None and project_id in self.audited


def current_viewer() -> Viewer:
    """The viewer of this request, loaded at first use."""
    found: Viewer | None = held().get("viewer")
    if found is None:
        person = identity.current()
        known = told_of(person) if person else None
        found = g.viewer = Viewer(person, *known) if known else viewer_of(person)
    return found


def viewer_of(person: Identity | None) -> Viewer:
    """Load what `person` belongs to and may see, in one statement."""
    if person is None:
        return Viewer(spaces={row.id: row.kind for row in rows_of(_OPEN_TO_ALL)})
    known = asked_of(person.person_id, person.side)
    return Viewer(person, *made_of(known.make, known.select, known.values))


def asked_of(person_id: int, side: str) -> Next:
    """The statement by which a person's projects, spaces and facts are known."""
    about = {name: fact.about() for name, fact in slots.facts().items()}
    asked = {name: values for name, values in about.items() if values is not None}
    bound: dict[str, Any] = {"me": person_id}
    for values in asked.values():
        bound |= values
    return Next(_everything_of(side, *asked), bound, _known)


_Known = tuple[
    Mapping[int, str], Mapping[int, SpaceKind], Mapping[str, int], frozenset[int]
]  # kept for whoever has the same, so changed by nobody


def _known(rows: list[Any]) -> _Known:
    """Projects, spaces, facts and what they audit, as a Viewer has them."""
    projects: dict[int, str] = {}
    spaces: dict[int, SpaceKind] = {}
    facts: dict[str, int] = {}
    audited: set[int] = set()
    for what, number, word in rows:
        if what == "project":
            projects[number] = word
        elif what == "space":
            spaces[number] = SpaceKind(word)
        elif what == "audit":
            audited.add(number)
        else:
            facts[word] = number
    return projects, spaces, facts, frozenset(audited)


@cache  # few shapes: building the statement costs more than running it
def _everything_of(side: str, *names: str) -> CompoundSelect[str, int, str]:
    me: Any = bindparam("me")
    belongs = (ProjectMember.person_id == me) & ProjectMember.until.is_(None)
    mine: ColumnElement[bool] = Space.kind.in_(OPEN_TO_SIDE[side])
    if side in COALITION_SIDES:
        let_in = select(SpaceMember.id).where(
            SpaceMember.space_id == Space.id,
            or_(
                SpaceMember.person_id == me,
                SpaceMember.project_id.in_(select(ProjectMember.project_id).where(belongs)),
            ),
        )
        mine = or_(mine, (Space.kind == SpaceKind.COALITION) & let_in.exists())
    spaces = select(Space.id).where(mine)
    audits = select(literal("audit"), AuditedProject.project_id, literal("")).where(
        AuditedProject.person_id == me
    )
    return union_all(
        select(
            literal("project"), ProjectMember.project_id, cast(ProjectMember.role, String)
        ).where(belongs),
        select(literal("space"), Space.id, cast(Space.kind, String)).where(mine),
        *([audits] if side in AUDITING_SIDES else []),
        *(
            select(
                literal("fact"),
                slots.facts()[name].ask(side, me, spaces).scalar_subquery(),
                literal(name),
            )
            for name in names
        ),
    )


# asked with every page of somebody signed out, so put together once
_OPEN_TO_ALL = select(Space.id, Space.kind).where(Space.kind.in_(SIGNED_OUT))
