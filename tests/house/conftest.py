"""The world the house tests walk: built once a worker, fresh for each test that asks."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from forum.db import db
from tests import people
from tests.browserless import Client
from tests.conftest import Stage, fill, stage_on_sqlite
from tests.house.world import World, make_world


@pytest.fixture(scope="session")
def world_stage(workshop: Path) -> Iterator[tuple[Stage, World]]:
    """The stage with the world on it."""
    made: list[World] = []

    def fill_it(app: Flask) -> None:
        fill(app)
        with app.app_context():
            made.append(make_world(db.session, people.load_cast(db.session)))
            db.session.commit()
            db.session.expunge_all()
            db.engine.dispose()

    stage = stage_on_sqlite(workshop, "world", fill_it)
    stage.renew()
    yield stage, made[0]
    with stage.app.app_context():
        db.engine.dispose()


@pytest.fixture
def stage(world_stage: tuple[Stage, World]) -> Stage:
    """In these tests the stage holds the world."""
    found, world = world_stage
    found.renew()
    found.cast = world.cast
    return found


@pytest.fixture
def world(world_stage: tuple[Stage, World]) -> World:
    """What is where in it."""
    return world_stage[1]


@pytest.fixture
def client_of(app: Flask, world: World, sign_in: Callable[..., Client]) -> Callable[[str], Client]:
    """`client_of(role)`: a client of somebody in that role."""

    def of(role: str) -> Client:
        if role == "visitor":
            return app.test_client()
        return sign_in(getattr(world.cast, role))

    return of
