"""A suspension is lifted before its end, by whoever may suspend, and it stands in the record."""

import pytest
from sqlalchemy import select

from forum.accounts.models import Person
from forum.db import db
from forum.discussions import actions as discussions
from forum.discussions import queries as threads
from forum.lib.permission import Forbidden, WrongState
from forum.moderation import actions
from forum.moderation.kinds import ForAuthor
from forum.moderation.models import Lifting
from forum.moderation.queries import suspensions
from tests.factories import moderation as moderate
from tests.people import PASSWORD, viewer

pytestmark = pytest.mark.both_databases


@pytest.fixture
def suspended(post, cast):
    moderate.report(cast.delegate, post)
    moderate.decide(cast.facilitator, post, for_author=ForAuthor.SUSPENDED, days=7)
    return db.session.get(Person, cast.neighbour.id)


def lifting(person):
    return f"/moderation/suspensions/{person.public_id}/lifting"


def test_who_facilitates_lifts_it_and_the_person_is_back(suspended, post, cast, sign_in, client):
    inside = sign_in(cast.facilitator)
    queue = inside.get("/moderation").text
    assert "Suspensions that run" in queue
    assert lifting(suspended) in queue
    assert "Once it is lifted" in inside.get(lifting(suspended)).text
    assert inside.send(lifting(suspended), reason="Fue un error mío.").status_code == 303
    person = db.session.get(Person, suspended.id)
    assert (person.suspended_at, person.suspended_until, person.suspended_reason) == (
        None,
        None,
        "",
    )
    assert "Suspensions that run" not in inside.get("/moderation").text
    decided = inside.get(f"/moderation/posts/{post.public_id}/decision").text
    assert "lifted the suspension: Fue un error mío." in decided
    back = client.send("/sign-in", email=cast.neighbour.email, password=PASSWORD)
    assert back.status_code == 303


def test_the_record_says_so_without_name_or_reason(suspended, cast, sign_in):
    me = viewer(cast.facilitator)
    one = suspensions.running_or_404(me, suspended.public_id)
    actions.lift(me, one, reason="Fue un error mío.")
    page = sign_in(cast.member).get("/moderation/record").text
    assert "was lifted before its end" in page
    assert page.count("Its author was suspended") == 1
    assert "Fue un error mío." not in page
    assert cast.neighbour.name not in page


def test_nothing_is_lifted_without_a_reason(suspended, cast, sign_in):
    sent = sign_in(cast.facilitator).send(lifting(suspended), reason="")
    assert sent.status_code == 422
    assert db.session.get(Person, suspended.id).is_suspended()


@pytest.mark.parametrize("name", ["member", "delegate", "staff", "operator", "expert", "observer"])
def test_nobody_else_lifts_it(suspended, cast, sign_in, name):
    one = suspensions.running_or_404(viewer(cast.facilitator), suspended.public_id)
    client = sign_in(cast.people[name])
    assert client.get(lifting(suspended)).status_code == 403
    assert client.send(lifting(suspended), reason="Porque sí.").status_code == 403
    with pytest.raises(Forbidden):
        actions.lift(viewer(cast.people[name]), one, reason="Porque sí.")
    assert db.session.get(Person, suspended.id).is_suspended()


def test_one_for_a_post_of_the_coalition_is_not_there_for_who_does_not_read_it(
    secret, cast, sign_in
):
    moderate.report(cast.delegate, secret)
    moderate.decide(cast.facilitator, secret, for_author=ForAuthor.SUSPENDED, days=7)
    outside = sign_in(cast.loose_facilitator)
    assert "Suspensions that run" not in outside.get("/moderation").text
    person = db.session.get(Person, cast.neighbour.id)
    assert outside.get(lifting(person)).status_code == 404
    assert outside.send(lifting(person), reason="Porque sí.").status_code == 404


def test_once_lifted_it_is_not_lifted_again(suspended, cast):
    me = viewer(cast.facilitator)
    one = suspensions.running_or_404(me, suspended.public_id)
    actions.lift(me, one, reason="Fue un error mío.")
    with pytest.raises(WrongState):
        actions.lift(me, one, reason="Otra vez.")
    assert len(list(db.session.scalars(select(Lifting)))) == 1


def test_one_that_the_clock_ended_does_not_run(suspended, cast, clock_at):
    clock_at("2099-05-01T12:00")
    assert suspensions.running(viewer(cast.facilitator)) == []


def test_when_the_post_is_back_the_page_offers_to_lift_it(suspended, post, cast, sign_in):
    inside = sign_in(cast.facilitator)
    address = f"/moderation/posts/{post.public_id}/decision"
    assert "The post stands" not in inside.get(address).text
    me = viewer(cast.facilitator)
    discussions.restore(me, threads.post_now(me, post.id))
    page = inside.get(address).text
    assert "The post stands" in page
    assert lifting(suspended) in page
    assert "the post was restored" in inside.get("/moderation").text


def test_who_restores_it_by_a_decision_is_led_to_the_offer(post, cast, sign_in):
    moderate.report(cast.delegate, post)
    moderate.report(cast.member, post)
    moderate.decide(cast.facilitator, post, for_author=ForAuthor.SUSPENDED, days=7, upto=1)
    inside = sign_in(cast.facilitator)
    address = f"/moderation/posts/{post.public_id}/decision"
    sent = inside.send(
        address,
        upto="100",
        for_post="restored",
        for_author="nothing",
        reason="other",
        explanation="Fue un error mío.",
    )
    assert sent.status_code == 303
    assert sent.location.endswith(address)
    assert lifting(cast.neighbour) in inside.get(address).text
