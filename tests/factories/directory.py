"""Projects and profiles to test with."""

from typing import Any

from sqlalchemy.orm import Session

from forum.accounts.models import Person
from forum.directory.models import ExpertProfile, Project, Region


def a_project(session: Session, region: Region, **overrides: Any) -> Project:
    """A project in that region."""
    values = {
        "slug": "loma-verde",
        "name": "Loma Verde",
        "country": "PE",
        "region_id": region.id,
        "summary": "Familias que reforestan.",
        "is_demo": True,
    }
    made = Project(**(values | overrides))
    session.add(made)
    session.flush()
    return made


def a_profile(session: Session, person: Person, **overrides: Any) -> ExpertProfile:
    """A profile of that expert."""
    values = {
        "person_id": person.id,
        "topics": ["fire"],
        "languages": ["es"],
        "countries": ["HN"],
        "about": "Contesto sobre fuego.",
    }
    made = ExpertProfile(**(values | overrides))
    session.add(made)
    session.flush()
    return made
