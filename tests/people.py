"""The cast: somebody in every role of the forum, in a region with a coalition of six projects.

Everything here is fictional. Ids differ from run to run; tests name people, never numbers.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from forum.accounts.models import Person, SignedIn
from forum.accounts.sides import Side
from forum.coalition import tally
from forum.coalition.models import Coalition, CoalitionMembership, Delegate
from forum.db import db
from forum.directory.models import (
    ExpertProfile,
    Lifecycle,
    Project,
    ProjectMember,
    ProjectRole,
    Region,
)
from forum.lib import clock
from forum.lib.tokens import digest
from forum.spaces.kinds import SpaceKind
from forum.spaces.models import Space, SpaceMember
from forum.spaces.viewer import Viewer, viewer_of
from forum.web.identity import Identity

PASSWORD = "a-long-enough-password"
_CHEAP_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
LONG_AGO, FAR_AHEAD = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)

PROJECTS = {  # slug -> (name, country); the six of the coalition, then one outside
    "ceiba": ("Proyecto Ceiba", "GT"),
    "encinos": ("Cooperativa Los Encinos", "MX"),
    "yerba-alta": ("Yerba Alta", "EC"),
    "rio-claro": ("Río Claro", "NI"),
    "sierra-nueva": ("Sierra Nueva", "HN"),
    "tierra-mansa": ("Tierra Mansa", "BO"),
    "monte-lejano": ("Monte Lejano", "CO"),
}
OUTSIDE = "monte-lejano"
COALITION_SLUGS = tuple(slug for slug in PROJECTS if slug != OUTSIDE)

ROLES = (  # every role of PRODUCT section 2, with the two that must be kept apart from it
    "visitor",
    "observer",
    "expert",
    "guest",
    "outsider",
    "member",
    "coordinator",
    "delegate",
    "delegate_encinos",
    "facilitator",
    "staff",
    "operator",
)


@dataclass
class Cast:
    """Handles on what the template database holds. Read them; to change, get your own row."""

    people: dict[str, Person] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    delegates: dict[str, Person] = field(default_factory=dict)  # by project slug
    spaces: dict[str, Space] = field(default_factory=dict)  # by kind
    region: Region = None
    coalition: Coalition = None

    def __getattr__(self, name: str) -> Person:
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(f"nobody in the cast is called {name}") from None

    def project_of(self, person: Person) -> Project:
        """The project the person belongs to, as the cast was made."""
        return self.projects[_PROJECT_OF[str(person.email)]]


# name -> (side, project slug, role there, what is special)
_PEOPLE: dict[str, tuple[Side, str | None, ProjectRole | None]] = {
    "observer": (Side.OBSERVER, None, None),
    "expert": (Side.EXPERT, None, None),
    "guest": (Side.EXPERT, None, None),  # an expert: the world invites them to one thread
    "outsider": (Side.MEMBER, OUTSIDE, ProjectRole.MEMBER),
    "outside_coordinator": (Side.MEMBER, OUTSIDE, ProjectRole.COORDINATOR),
    "member": (Side.MEMBER, "ceiba", ProjectRole.MEMBER),
    "coordinator": (Side.MEMBER, "ceiba", ProjectRole.COORDINATOR),
    "neighbour": (Side.MEMBER, "encinos", ProjectRole.MEMBER),  # of another coalition project
    "delegate": (Side.MEMBER, "ceiba", ProjectRole.MEMBER),
    "alternate": (Side.MEMBER, "ceiba", ProjectRole.MEMBER),
    "facilitator": (Side.FACILITATOR, None, None),
    "staff": (Side.STAFF, None, None),
    "colleague": (Side.STAFF, None, None),  # a second one of the staff
    "operator": (Side.OBSERVER, None, None),
    "suspended": (Side.MEMBER, "ceiba", ProjectRole.MEMBER),
    "loose_facilitator": (Side.FACILITATOR, None, None),  # in no coalition's space
}
for _slug in COALITION_SLUGS[1:]:
    _PEOPLE[f"delegate_{_slug}"] = (Side.MEMBER, _slug, ProjectRole.MEMBER)
_PROJECT_OF = {f"{name}@people.example": slug for name, (_s, slug, _r) in _PEOPLE.items() if slug}


def person(session: Session, name: str, side: Side, **more: Any) -> Person:
    """Store a person called `name`, with the cast's password."""
    values = {
        "email": f"{name}@people.example",
        "name": name.replace("_", " ").replace("-", " ").title(),
        "side": side,
        "locale": "en",
        "timezone": "America/Guatemala",
        "password_hash": _CHEAP_HASH,
    }
    made = Person(**(values | more))
    session.add(made)
    session.flush()
    return made


def make_cast(session: Session) -> None:
    """Fill an empty database with the cast. The caller commits."""
    spaces = {kind: Space(kind=kind) for kind in (SpaceKind.PUBLIC, SpaceKind.NETWORK)}
    spaces[SpaceKind.STAFF] = Space(kind=SpaceKind.STAFF)
    region = Region(slug="latin-america", name="Latin America")
    session.add_all([*spaces.values(), region])
    session.flush()
    projects = {
        slug: Project(
            slug=slug,
            name=name,
            country=country,
            region_id=region.id,
            coordinator=f"Organización {name}",
            lifecycle=Lifecycle.CERTIFIED,
            summary=f"{name} trabaja con familias campesinas.",
            is_demo=True,
        )
        for slug, (name, country) in PROJECTS.items()
    }
    session.add_all(projects.values())
    session.flush()
    people = {
        name: person(
            session,
            name,
            side,
            is_operator=name == "operator",
            suspended_at=clock.now() if name == "suspended" else None,
            locale="es" if name == "neighbour" else "en",
        )
        for name, (side, _slug, _role) in _PEOPLE.items()
    }
    for somebody in people.values():
        session_of(somebody)
    for name, (_side, slug, role) in _PEOPLE.items():
        if slug and role:
            session.add(
                ProjectMember(
                    project_id=projects[slug].id,
                    person_id=people[name].id,
                    side="member",
                    role=role,
                )
            )
    for name in ("expert", "guest"):
        session.add(
            ExpertProfile(person_id=people[name].id, topics=["pin"], languages=["es"], about="")
        )
    _make_coalition(session, region, projects, people)
    session.flush()


def _make_coalition(
    session: Session, region: Region, projects: dict[str, Project], people: dict[str, Person]
) -> None:
    space = Space(kind=SpaceKind.COALITION, region_id=region.id)
    session.add(space)
    session.flush()
    facilitator = people["facilitator"]
    session.add(SpaceMember(space_id=space.id, person_id=facilitator.id, side="facilitator"))
    coalition = Coalition(
        slug="latin-america",
        name="Latin America coalition",
        region_id=region.id,
        space_id=space.id,
        timezone="America/Guatemala",
        rules=tally.Rules().as_json(),
        number_prefix="LAC",
    )
    session.add(coalition)
    session.flush()
    for slug in COALITION_SLUGS:
        project = projects[slug]
        session.add_all(
            [
                SpaceMember(space_id=space.id, project_id=project.id),
                CoalitionMembership(
                    coalition_id=coalition.id,
                    project_id=project.id,
                    confirmed_by_id=facilitator.id,
                ),
            ]
        )
        for who, alternate in _speakers(slug, people):
            session.add(
                Delegate(
                    coalition_id=coalition.id,
                    project_id=project.id,
                    person_id=who.id,
                    side="member",
                    alternate=alternate,
                    named_by_id=facilitator.id,
                )
            )


def _speakers(slug: str, people: dict[str, Person]) -> list[tuple[Person, bool]]:
    if slug == "ceiba":
        return [(people["delegate"], False), (people["alternate"], True)]
    return [(people[f"delegate_{slug}"], False)]


def session_of(person: Person) -> dict[str, Any]:
    """What the cookie of somebody signed in holds, as if they had signed in long ago."""
    token = f"session of {person.public_id}, {person.session_epoch}"
    row = {"person_id": person.id, "token_hash": digest(token), "epoch": person.session_epoch}
    if not db.session.scalar(select(SignedIn.id).filter_by(token_hash=row["token_hash"])):
        db.session.add(SignedIn(**row, created_at=LONG_AGO, ends_at=FAR_AHEAD))
        db.session.flush()
    return {"_user_id": token, "_fresh": True}


def viewer(somebody: Person | None) -> Viewer:
    """The viewer that person is, for calling actions and queries without a request."""
    if somebody is None:
        return viewer_of(None)
    row = db.session.get(Person, somebody.id)
    assert row is not None
    return viewer_of(
        Identity(
            person_id=row.id,
            public_id=row.public_id,
            name=row.name,
            side=str(row.side),
            is_operator=row.is_operator,
            locale=row.locale,
            timezone=row.timezone,
            session_epoch=row.session_epoch,
        )
    )


def load_cast(session: Session) -> Cast:
    """Handles on the cast, detached, from a database that holds it."""
    found = Cast()
    everybody = {p.email: p for p in session.scalars(select(Person))}
    found.people = {name: everybody[f"{name}@people.example"] for name in _PEOPLE}
    found.projects = {p.slug: p for p in session.scalars(select(Project).order_by(Project.id))}
    found.delegates = {"ceiba": found.people["delegate"]}
    found.delegates |= {slug: found.people[f"delegate_{slug}"] for slug in COALITION_SLUGS[1:]}
    found.spaces = {str(s.kind): s for s in session.scalars(select(Space))}
    found.region = session.scalars(select(Region)).one()
    found.coalition = session.scalars(select(Coalition)).one()
    session.expunge_all()
    return found
