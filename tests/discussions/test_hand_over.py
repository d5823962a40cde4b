"""A stage that closed hands on what it left open."""

import pytest
from sqlalchemy import select

from forum.activity.models import Event
from forum.db import db
from forum.discussions import actions, queries
from forum.exchanges.queries.stages import stage_or_404
from forum.lib import clock
from forum.lib.permission import Forbidden
from tests.browserless import path_of
from tests.factories import discussions as make
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

HERE = "/exchanges/americas/stages/1/hand-over"


@pytest.fixture
def left(cast):
    """A stage with something open, something solved and something answered; then it closed."""
    first = make.stage(1)
    make.stage(2)
    threads = {
        "open": make.thread(cast.member, title="Sin resolver", stage=first),
        "solved": make.thread(cast.member, title="Resuelto", stage=first),
        "asked": make.thread(cast.member, title="Sin respuesta", kind="question", stage=first),
        "told": make.thread(cast.member, title="Con respuesta", kind="question", stage=first),
        "talk": make.thread(cast.member, title="Charla", kind="discussion", stage=first),
    }
    solution = make.post(cast.neighbour, threads["solved"], kind="solution")
    actions.mark_solution(viewer(cast.member), solution, threads["solved"])
    make.post(cast.neighbour, threads["told"])
    first.closes_at = clock.now()
    db.session.commit()
    return threads


def test_closing_leads_to_what_is_left_open(cast, sign_in):
    make.thread(cast.member, stage=make.stage(1))
    db.session.commit()
    sent = sign_in(cast.facilitator).send("/exchanges/americas/stages/1/closing", reason="Ya.")
    assert path_of(sent) == HERE
    page = sign_in(cast.facilitator).get(HERE)
    assert page.status_code == 200
    assert "Costos de operación" in page.text


def test_it_lists_what_is_not_solved_and_not_answered(cast, sign_in, left):
    page = sign_in(cast.facilitator).get(HERE).text
    assert "Sin resolver" in page
    assert "Sin respuesta" in page
    for title in ("Resuelto", "Con respuesta", "Charla"):
        assert title not in page


def test_what_is_ticked_goes_on_and_says_where_from(cast, sign_in, left):
    one = left["open"].public_id
    sent = sign_in(cast.facilitator).send(HERE, {"carry": [one], f"to-{one}": "2"})
    assert sent.status_code == 303
    assert make.again(left["open"]).stage_number == 2
    assert make.again(left["asked"]).stage_number == 1
    assert "Carried on from stage 1" in sign_in(cast.member).get(f"/threads/{one}").text
    verbs = db.session.scalars(select(Event.verb).order_by(Event.id)).all()
    assert verbs[-2:] == ["thread.moved", "stage.handed_over"]
    client = sign_in(cast.facilitator)
    again = client.send(HERE, {"carry": [one], f"to-{one}": "2"})
    assert again.status_code == 303  # twice is harmless
    assert "Nothing was carried on." in client.get(HERE).text
    assert db.session.scalars(select(Event.verb).order_by(Event.id)).all() == verbs
    assert make.again(left["open"]).stage_number == 2
    assert queries.count_drift() == []


def test_what_was_solved_meanwhile_stays(cast, left):
    ahead = queries.stages_ahead(stage_or_404("americas", 1))[0]
    chosen = {left[name].public_id: ahead for name in ("solved", "told", "talk", "open")}
    carried = actions.carry_on(viewer(cast.facilitator), stage_or_404("americas", 1), chosen)
    assert [one.title for one in carried] == ["Sin resolver"]


@pytest.mark.parametrize("number", ["1", "7", "", "x"])
def test_a_stage_that_takes_nothing_is_refused(cast, sign_in, left, number):
    one = left["open"].public_id
    sent = sign_in(cast.facilitator).send(HERE, {"carry": [one], f"to-{one}": number})
    assert sent.status_code == 422
    assert make.again(left["open"]).stage_number == 1


def test_only_who_facilitates_hands_over_and_only_a_closed_stage(cast, sign_in, left):
    for name in ("member", "staff", "delegate", "observer"):
        assert sign_in(getattr(cast, name)).get(HERE).status_code == 403
        assert sign_in(getattr(cast, name)).send(HERE).status_code == 403
    assert sign_in(cast.facilitator).get(HERE.replace("1", "2")).status_code == 409
    with pytest.raises(Forbidden):
        actions.carry_on(viewer(cast.member), stage_or_404("americas", 1), {})
    assert HERE in sign_in(cast.facilitator).get("/exchanges/americas/stages/1").text
    assert HERE not in sign_in(cast.member).get("/exchanges/americas/stages/1").text


def test_a_facilitator_of_no_coalition_carries_nothing_of_it(cast, sign_in):
    first = make.stage(1)
    make.stage(2)
    secret = make.thread(
        cast.member, title="De la coalición", stage=first, space=cast.spaces["coalition"]
    )
    first.closes_at = clock.now()
    db.session.commit()
    loose = sign_in(cast.loose_facilitator)
    assert "De la coalición" not in loose.get(HERE).text
    one = secret.public_id
    assert loose.send(HERE, {"carry": [one], f"to-{one}": "2"}).status_code == 303
    assert make.again(secret).stage_number == 1


def test_the_stage_that_comes_next_is_chosen_first(cast, sign_in):
    make.stage(1)
    closed = make.stage(2)
    make.stage(3)
    make.thread(cast.member, stage=closed)
    closed.closes_at = clock.now()
    db.session.commit()
    page = sign_in(cast.facilitator).get("/exchanges/americas/stages/2/hand-over").text
    assert '<option value="1">' in page
    assert '<option value="3" selected>' in page


def test_where_a_stage_is_closed_stands_what_it_leaves_open(cast, sign_in):
    stage = make.stage(1)
    make.thread(cast.member, stage=stage)
    make.thread(cast.member, title="Con respuesta", kind="discussion", stage=stage)
    db.session.commit()
    page = sign_in(cast.facilitator).get("/exchanges/americas/stages/1/closing").text
    assert "1 challenge or question is still open in it: Costos de operación." in page
    assert "Con respuesta" not in page
