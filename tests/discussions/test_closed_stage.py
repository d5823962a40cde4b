"""A stage that has closed is no dead end: what was raised there is solved elsewhere."""

import pytest

from forum.db import db
from forum.discussions import actions, queries
from forum.discussions.actions import CaseParts
from forum.lib import clock
from forum.lib.permission import Forbidden, WrongState
from tests.factories import discussions as make
from tests.people import viewer

CASE = {
    "title": "Cortafuegos vivos",
    "problem": "El fuego entraba por la loma.",
    "did": "Sembramos piñuela.",
    "country": "MX",
    "visibility": "network",
    "language": "es",
}


@pytest.fixture
def three(app):
    """Three stages, of which the second is about to close."""
    return [make.stage(number) for number in (1, 2, 3)]


@pytest.fixture
def challenge(cast, three):
    """A challenge in a stage that has closed."""
    raised = make.thread(cast.member, title="Se quema la loma", stage=three[1])
    three[1].closes_at = clock.now()
    db.session.commit()
    return make.again(raised)


def go_on(page):
    """What a page says about where to go on."""
    return page.partition('id="go-on"')[2].partition("</section>")[0]


def test_a_challenge_leads_to_the_next_open_stage_where_its_solution_is_told(
    cast, sign_in, challenge
):
    client = sign_in(cast.neighbour)
    told = go_on(client.get(f"/threads/{challenge.public_id}").text)
    address = f"/exchanges/americas/stages/3/cases/new?solves={challenge.public_id}"
    assert f'href="{address}"' in told
    assert client.get(address).status_code == 200
    sent = client.send("/exchanges/americas/stages/3/cases", CASE | {"solves": challenge.public_id})
    assert sent.status_code == 303
    assert make.again(challenge).solution_count == 1
    assert "Cortafuegos vivos" in client.get(f"/threads/{challenge.public_id}").text


def test_without_a_later_stage_the_last_open_one_before_it_is_named(cast, sign_in, three):
    thread = make.thread(cast.member, kind="question", stage=three[2])
    three[2].closes_at = clock.now()
    db.session.commit()
    told = go_on(sign_in(cast.neighbour).get(f"/threads/{thread.public_id}").text)
    assert 'href="/exchanges/americas/stages/2/threads/new"' in told


def test_who_does_not_write_is_led_nowhere(cast, sign_in, client, three):
    thread = make.thread(cast.member, stage=three[0], space=cast.spaces["public"])
    three[0].closes_at = clock.now()
    db.session.commit()
    for reader in (client, sign_in(cast.observer)):
        page = reader.get(f"/threads/{thread.public_id}")
        assert page.status_code == 200
        assert not go_on(page.text)


def test_an_open_or_a_locked_thread_leads_nowhere_else(cast, sign_in, three, challenge):
    open_one = make.thread(cast.member, stage=three[2])
    actions.lock(viewer(cast.facilitator), challenge, reason="Todo está dicho.")
    db.session.commit()
    client = sign_in(cast.neighbour)
    for thread in (open_one, challenge):
        assert not go_on(client.get(f"/threads/{thread.public_id}").text)


def test_a_guest_of_the_thread_alone_is_led_nowhere(cast, sign_in, three):
    private = make.thread(cast.delegate, stage=three[0], space=cast.spaces["coalition"])
    actions.invite_guest(viewer(cast.delegate), private, cast.expert)
    three[0].closes_at = clock.now()
    db.session.commit()
    page = sign_in(cast.expert).get(f"/threads/{private.public_id}").text
    assert "This stage closed on" in page
    assert not go_on(page)


def test_what_solved_it_and_who_faces_it_is_still_said(cast, three, challenge):
    actions.face(viewer(cast.neighbour), challenge, cast.projects["encinos"].id)
    made = actions.start_case(
        viewer(cast.neighbour),
        CaseParts(problem="Fuego.", did="Piñuela."),
        title="Cortafuegos",
        language="es",
        stage=three[2],
        space_id=challenge.space_id,
        solves=challenge,
    )
    first = queries.post_rows(queries.thread_row(made.id)).posts[0]
    post = queries.post_now(viewer(cast.member), first.id)
    actions.mark_solution(viewer(cast.member), post, make.again(challenge))
    now = make.again(challenge)
    assert (now.faced_count, now.solution_count, now.status) == (2, 1, "solved")


def test_a_locked_challenge_takes_neither(cast, three, challenge):
    actions.lock(viewer(cast.facilitator), challenge, reason="Se trata en otra parte.")
    locked = make.again(challenge)
    with pytest.raises(WrongState, match="locked"):
        actions.face(viewer(cast.neighbour), locked, cast.projects["encinos"].id)
    with pytest.raises(WrongState, match="locked"):
        actions.start_case(
            viewer(cast.neighbour),
            CaseParts(problem="Fuego.", did="Piñuela."),
            title="Cortafuegos",
            language="es",
            stage=three[2],
            space_id=challenge.space_id,
            solves=locked,
        )


def test_a_closed_stage_still_takes_no_words(cast, challenge):
    with pytest.raises(WrongState, match="closed"):
        make.post(cast.neighbour, challenge, kind="solution")
    with pytest.raises((Forbidden, WrongState)):
        make.post(cast.member, challenge)


def test_whoever_may_not_say_it_sees_no_button_that_they_face_it(cast, sign_in, challenge):
    client = sign_in(cast.neighbour)
    address = f"/threads/{challenge.public_id}"
    assert f'action="{address}/faced-by"' in client.get(address).text
    actions.lock(viewer(cast.facilitator), challenge, reason="Todo está dicho.")
    db.session.commit()
    assert "/faced-by" not in client.get(address).text


def test_a_closed_stage_names_the_one_that_is_open(cast, sign_in, challenge):
    client = sign_in(cast.facilitator)
    page = client.get("/exchanges/americas/stages/2").text
    assert 'href="/exchanges/americas/stages/3"' in page
    assert "Stage 3 is open now" in page
    assert "is open now" not in client.get("/exchanges/americas/stages/3").text


@pytest.mark.parametrize(
    ("page", "back"),
    [
        ("/exchanges/americas/stages/2/cases/new", "/exchanges/americas/stages/2"),
        ("/exchanges/americas/stages/2/cases/new?solves={id}", "/threads/{id}"),
        ("/threads/{id}/posts/new", "/threads/{id}"),
        ("/threads/{id}/posts/for-somebody", "/threads/{id}"),
    ],
)
def test_what_a_closed_stage_refuses_leads_back_to_what_it_was_about(
    cast, sign_in, challenge, page, back
):
    where = {"id": challenge.public_id}
    answer = sign_in(cast.neighbour).get(page.format(**where))
    assert answer.status_code == 409
    assert f'<a class="button primary" href="{back.format(**where)}"' in answer.text


def test_home_asks_for_solutions_only_while_one_can_be_told(cast, sign_in, three, challenge):
    asks = "Nobody has offered a solution yet"
    assert asks in sign_in(cast.facilitator).get("/").text
    for stage in three:
        stage.closes_at = clock.now()
    db.session.commit()
    assert asks not in sign_in(cast.facilitator).get("/").text
