"""An exchange as a whole: for everybody, each sees their own part of it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from forum.coalition.lifecycle import ProposalStatus
from forum.db import db
from forum.exchanges.models import Exchange, Stage
from tests.factories import coalition_votes as votes
from tests.factories import discussions as talk
from tests.factories import exchanges as held
from tests.people import Cast

SECRET = "Costos que nadie cubre"


@pytest.fixture
def page(app: Flask, cast: Cast) -> str:
    """The address of an exchange with a session, an outcome and a challenge."""
    stage = db.session.get_one(Stage, talk.some_stage().id)
    session = held.a_session(db.session, stage, title="Primera sesión")
    held.an_outcome(db.session, session, html="<p>Una coalición.</p>")
    return f"/exchanges/{db.session.get_one(Exchange, stage.exchange_id).slug}"


def test_everybody_reads_stages_sessions_and_outcomes(page: str, client: Any) -> None:
    text = client.get(page).text
    assert "Primera sesión" in text
    assert "Una coalición." in text


def test_an_open_challenge_is_shown_to_the_network_only(
    page: str, cast: Cast, client: Any, sign_in: Callable[..., Any]
) -> None:
    talk.thread(cast.member, kind="challenge", title=SECRET, stage=talk.some_stage())
    assert SECRET in sign_in(cast.staff).get(page).text
    for outside in (client, sign_in(cast.observer), sign_in(cast.operator)):
        assert SECRET not in outside.get(page).text


def test_a_proposal_is_shown_by_where_it_stands(
    page: str, cast: Cast, client: Any, sign_in: Callable[..., Any]
) -> None:
    votes.in_discussion(cast, title=SECRET)
    assert SECRET in sign_in(cast.member).get(page).text
    for outside in (client, sign_in(cast.staff), sign_in(cast.outsider)):
        assert SECRET not in outside.get(page).text


def test_a_draft_is_its_authors_alone(page: str, cast: Cast, sign_in: Callable[..., Any]) -> None:
    votes.in_discussion(cast, title=SECRET, status=ProposalStatus.DRAFT, discussion_at=None)
    shown = sign_in(cast.delegate).get(page).text
    assert SECRET in shown
    assert "Only you" in row_of(SECRET, shown)
    assert SECRET not in sign_in(cast.facilitator).get(page).text


def test_each_proposal_says_who_sees_it(page: str, cast: Cast, sign_in: Callable[..., Any]) -> None:
    votes.in_discussion(cast, title=SECRET)
    votes.submitted(cast, title="Una guía para todos")
    shown = sign_in(cast.delegate).get(page).text
    assert "Only for the coalition" in row_of(SECRET, shown)
    assert "Network" in row_of("Una guía para todos", shown)


def row_of(title: str, page: str) -> str:
    """The row of a list that holds that title."""
    return next(row for row in re.split(r"<li class=\W?row", page) if title in row)


def test_no_exchange_is_not_found(app: Flask, client: Any) -> None:
    assert client.get("/exchanges/nowhere").status_code == 404


def test_the_page_costs_at_most_eight_statements(
    page: str, cast: Cast, sign_in: Callable[..., Any], statements: Callable[..., Any]
) -> None:
    for _ in range(6):
        talk.thread(cast.member, kind="challenge", stage=talk.some_stage())
    votes.open_vote(cast)
    member = sign_in(cast.member)
    member.get(page)
    with statements() as seen:
        assert member.get(page).status_code == 200
    assert len(seen) <= 8, "\n".join(seen)


def test_a_second_exchange_is_found_from_every_page(
    page: str, cast: Cast, client: Any, sign_in: Callable[..., Any]
) -> None:
    first = db.session.query(Exchange).one()
    assert f'href="{page}"' in whole(client.get("/terms").text)
    listed = client.get("/exchanges")
    assert (listed.status_code, first.title in listed.text) == (200, True)
    sign_in(cast.facilitator).send(
        "/exchanges/new",
        region=cast.region.slug,
        title="Segundo intercambio",
        purpose="Para seguir.",
        language="es",
        stages="Una etapa",
        opens_at="2026-01-10",
    )
    navigation = client.get("/terms").text
    assert 'href="/exchanges"' in whole(navigation)
    listed = client.get("/exchanges").text
    assert first.title in listed
    assert "Segundo intercambio" in listed


def test_who_creates_an_exchange_knows_that_everyone_reads_it_at_once(
    app: Flask, cast: Cast, sign_in: Callable[..., Any]
) -> None:
    form = sign_in(cast.facilitator).get("/exchanges/new").text
    assert "Everyone can read it from the moment you create it" in form


def whole(page: str) -> str:
    """The page with every address in quotes."""
    return re.sub(r'href=([^\s">]+)', r'href="\1"', page)
