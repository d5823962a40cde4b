"""Which spaces each role sees: the matrix of DOMAIN section 3, from the database up."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from forum.db import db
from forum.spaces import Viewer, viewer_of
from forum.spaces.models import SpaceMember
from forum.web.identity import Identity
from tests.people import Cast

SEES = {
    "observer": {"public"},
    "operator": {"public"},
    "expert": {"public", "network"},
    "outsider": {"public", "network"},
    "member": {"public", "network", "coalition"},
    "delegate": {"public", "network", "coalition"},
    "facilitator": {"public", "network", "coalition"},
    "loose_facilitator": {"public", "network"},
    "staff": {"public", "network", "staff"},
}


def viewer_named(cast: Cast, name: str) -> Viewer:
    """The viewer that person of the cast is."""
    person = cast.people[name]
    return viewer_of(
        Identity(
            person_id=person.id,
            public_id=person.public_id,
            name=person.name,
            side=str(person.side),
            is_operator=person.is_operator,
            locale="en",
            timezone="UTC",
            session_epoch=0,
        )
    )


@pytest.mark.both_databases
@pytest.mark.parametrize("name", SEES)
def test_each_role_sees_its_spaces_and_no_other(app: Flask, cast: Cast, name: str) -> None:
    assert {str(kind) for kind in viewer_named(cast, name).spaces.values()} == SEES[name]


def test_somebody_signed_out_sees_what_is_public(app: Flask) -> None:
    assert {str(kind) for kind in viewer_of(None).spaces.values()} == {"public"}


def test_the_viewer_costs_one_statement(
    app: Flask, cast: Cast, statements: Callable[[], Any]
) -> None:
    with statements() as seen:
        viewer = viewer_named(cast, "coordinator")
    assert len(seen) == 1
    assert viewer.projects == {cast.projects["ceiba"].id: "coordinator"}


@pytest.mark.both_databases
@pytest.mark.parametrize("name", ["staff", "observer", "expert", "member"])
def test_the_database_lets_only_facilitators_into_a_coalition_as_persons(
    app: Flask, cast: Cast, name: str
) -> None:
    person = cast.people[name]
    for side in (str(person.side), "facilitator"):
        db.session.add(
            SpaceMember(space_id=cast.coalition.space_id, person_id=person.id, side=side)
        )
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()
