"""Home says what waits for one, and nothing that is not for one's eyes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from forum.accounts.models import Person
from forum.coalition.lifecycle import ProposalStatus
from forum.db import db
from forum.directory.models import ExpertProfile
from forum.discussions.actions.care import invite_guest
from forum.discussions.models import Topic
from forum.lib import clock
from tests.factories import coalition_votes as votes
from tests.factories import discussions as talk
from tests.people import Cast, viewer

SECRET = "Costos que nadie cubre"


def a_challenge(author: Any, **more: Any) -> Any:
    """A challenge on a topic, raised in an open stage."""
    if db.session.query(Topic).filter_by(slug="fire").first() is None:
        db.session.add(Topic(slug="fire", group="land-plans-safeguards", labels={"en": "Fire"}))
        db.session.flush()
    return talk.thread(author, **({"kind": "challenge", "topics": ("fire",)} | more))


def test_a_delegate_is_reminded_of_a_ballot_until_it_is_cast(
    app: Flask, cast: Cast, sign_in: Callable[..., Any]
) -> None:
    proposal = votes.in_discussion(cast, title=SECRET)
    votes.open_vote(cast, proposal)
    assert SECRET in sign_in(cast.delegates["encinos"]).get("/").text
    assert SECRET in sign_in(cast.alternate).get("/").text
    votes.cast_by(cast.delegates["encinos"], proposal)
    assert SECRET not in sign_in(cast.delegates["encinos"]).get("/").text


@pytest.mark.parametrize("name", ["staff", "operator", "expert", "outsider", "observer"])
def test_nobody_outside_hears_of_a_vote(
    app: Flask, cast: Cast, sign_in: Callable[..., Any], name: str
) -> None:
    votes.open_vote(cast, votes.in_discussion(cast, title=SECRET))
    assert SECRET not in sign_in(cast.people[name]).get("/").text


def test_a_vote_that_closed_waits_for_nobody(
    app: Flask, cast: Cast, sign_in: Callable[..., Any], clock_at: Callable[..., Any]
) -> None:
    votes.open_vote(cast, votes.in_discussion(cast, title=SECRET), days=15)
    db.session.commit()
    clock_at(clock.now() + timedelta(days=15))
    assert SECRET not in sign_in(cast.delegates["encinos"]).get("/").text


def test_a_vote_that_closed_adopted_waits_to_be_submitted_before_it_is_sealed(
    app: Flask, cast: Cast, sign_in: Callable[..., Any], clock_at: Callable[..., Any]
) -> None:
    adopted = votes.in_discussion(cast, title=SECRET)
    votes.open_vote(cast, adopted, days=15)
    votes.all_cast(cast, adopted, "aaaa..")
    votes.open_vote(cast, votes.in_discussion(cast, title="Algo que nadie quiso"), days=15)
    db.session.commit()
    assert "To be submitted" not in sign_in(cast.facilitator).get("/").text
    clock_at(clock.now() + timedelta(days=15))
    for person in (cast.delegate, cast.alternate, cast.facilitator):
        page = sign_in(person).get("/").text
        assert page.count("To be submitted") == 1
        assert SECRET in page
    assert "To be submitted" not in sign_in(cast.delegates["encinos"]).get("/").text


def test_a_guest_finds_the_way_to_their_thread_and_to_no_other(
    app: Flask, cast: Cast, sign_in: Callable[..., Any]
) -> None:
    room: dict[str, Any] = {"stage": None, "space_id": cast.spaces["coalition"].id}
    mine = talk.thread(cast.member, title="Lo que se le pregunta", **room)
    talk.thread(cast.member, title=SECRET, **room)
    guest = db.session.get_one(Person, cast.guest.id)
    invite_guest(viewer(cast.facilitator), talk.again(mine, cast.facilitator), guest)
    page = sign_in(cast.guest).get("/").text
    assert f"/threads/{mine.public_id}" in page
    assert "Where you are a guest" in page
    assert SECRET not in page
    for person in (cast.expert, cast.member):
        assert "Where you are a guest" not in sign_in(person).get("/").text


def test_staff_see_what_they_owe_an_answer(
    app: Flask, cast: Cast, sign_in: Callable[..., Any]
) -> None:
    votes.submitted(cast, title=SECRET)
    page = sign_in(cast.staff).get("/").text
    assert SECRET in page
    assert "To be acknowledged" in page


def test_an_answer_that_is_late_is_called_overdue(
    app: Flask, cast: Cast, sign_in: Callable[..., Any]
) -> None:
    long_ago = clock.now() - timedelta(days=70)
    votes.submitted(
        cast,
        title=SECRET,
        submitted_at=long_ago,
        status=ProposalStatus.ACKNOWLEDGED,
        acknowledged_at=long_ago,
    )
    assert "Overdue" in sign_in(cast.staff).get("/").text


def test_an_expert_meets_challenges_on_their_topics(
    app: Flask, cast: Cast, sign_in: Callable[..., Any]
) -> None:
    a_challenge(cast.outsider, title="Fuego en la sabana")
    waiting = "Nobody has offered a solution yet."
    assert waiting not in sign_in(cast.expert).get("/").text
    profile = db.session.query(ExpertProfile).filter_by(person_id=cast.expert.id).one()
    profile.topics = ["land-plans-safeguards"]
    assert waiting in sign_in(cast.expert).get("/").text


def test_a_member_meets_challenges_on_topics_their_project_wrote_about(
    app: Flask, cast: Cast, sign_in: Callable[..., Any]
) -> None:
    a_challenge(cast.outsider, title="Fuego en la sabana")
    waiting = "Nobody has offered a solution yet."
    assert waiting not in sign_in(cast.member).get("/").text
    a_challenge(cast.coordinator, title="Nuestros cortafuegos", kind="experience")
    assert waiting in sign_in(cast.member).get("/").text


def test_one_is_not_reminded_of_ones_own_projects_challenges(
    app: Flask, cast: Cast, sign_in: Callable[..., Any]
) -> None:
    a_challenge(cast.coordinator)
    assert "Nobody has offered a solution yet." not in sign_in(cast.member).get("/").text


def test_a_visitor_reads_what_it_is_for_and_what_is_public(
    app: Flask, cast: Cast, client: Any
) -> None:
    a_challenge(cast.member, title="Para la red")
    a_challenge(cast.member, title="Para todo el mundo", space_id=cast.spaces["public"].id)
    page = client.get("/").text
    assert "What one project solved" in page
    assert "Para todo el mundo" in page
    assert "Para la red" not in page


@pytest.mark.parametrize("name", ["delegate", "staff", "expert", "guest", "facilitator"])
def test_home_costs_at_most_eight_statements(
    app: Flask,
    cast: Cast,
    sign_in: Callable[..., Any],
    statements: Callable[..., Any],
    name: str,
) -> None:
    for _ in range(12):
        a_challenge(cast.outsider)
    votes.open_vote(cast)
    votes.submitted(cast)
    room: dict[str, Any] = {"stage": None, "space_id": cast.spaces["coalition"].id}
    asked = talk.again(talk.thread(cast.member, **room), cast.facilitator)
    invite_guest(viewer(cast.facilitator), asked, db.session.get_one(Person, cast.guest.id))
    person = sign_in(cast.people[name])
    person.get("/")
    with statements() as seen:
        assert person.get("/").status_code == 200
    assert len(seen) <= 8, "\n".join(seen)


def test_home_asks_nobody_to_do_what_they_may_not(
    app: Flask, cast: Cast, sign_in: Callable[..., Any]
) -> None:
    votes.in_discussion(cast, title=SECRET, author_id=cast.member.id)
    ready = "It was discussed long enough: it can be put to the vote."
    assert ready not in sign_in(cast.member).get("/").text
    assert ready in sign_in(cast.delegate).get("/").text
    assert ready in sign_in(cast.facilitator).get("/").text


def test_what_one_began_to_write_is_found_again_from_home(app, cast, sign_in) -> None:
    thread = a_challenge(cast.delegate)
    client = sign_in(cast.member)
    assert 'href="/drafts"' not in main_of(client.get("/").text)
    client.post(f"/threads/{thread.public_id}/posts/draft", data={"body": "Hemos probado"})
    home = main_of(client.get("/").text)
    assert "A text that you began" in home
    assert 'href="/drafts"' in home
    assert 'href="/drafts"' not in main_of(sign_in(cast.neighbour).get("/").text)


def main_of(page: str) -> str:
    return page[page.index("<main") : page.index("</main>")]
