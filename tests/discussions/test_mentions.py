"""Calling somebody or a project by name: linked and told only where they may read it."""

import pytest
from sqlalchemy import select

from forum.accounts.models import Person
from forum.activity.models import Event
from forum.db import db
from forum.discussions import actions
from forum.discussions.models import Mention, Post
from forum.lib import markup
from tests.browserless import path_of
from tests.factories import discussions as make
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


@pytest.fixture
def ana(cast):
    """A neighbour with a name that carries an accent."""
    person = db.session.get(Person, cast.neighbour.id)
    person.name = "Ana Pérez"
    db.session.commit()
    return person


def html_of(post):
    return db.session.get(Post, post.id).html


def told():
    """Whom the mentions recorded so far are meant for."""
    events = db.session.scalars(
        select(Event).where(Event.verb == "post.mentioned").order_by(Event.id)
    )
    return [event.particulars["person"] for event in events]


def test_a_name_becomes_a_link_and_its_person_is_told(cast, ana, sign_in):
    thread = make.thread(cast.member)
    post = make.post(cast.facilitator, thread, body="Lo sabe @Ana Pérez, creo.")
    assert f'<a href="/people/{ana.public_id}"' in html_of(post)
    assert ">@Ana Pérez</a>, creo." in html_of(post)
    assert told() == [ana.id]
    db.session.commit()
    assert post.public_id in sign_in(cast.neighbour).get("/notifications").text


def test_in_a_form_names_are_offered_and_a_mention_is_written(cast, ana, sign_in):
    thread = make.thread(cast.neighbour)
    db.session.commit()
    me = sign_in(cast.member)
    form = me.get(f"/threads/{thread.public_id}/posts/new").text
    assert "<option>Ana Pérez</option>" in form
    sent = me.send(f"/threads/{thread.public_id}/posts", body="Gracias, @Ana Pérez.", language="es")
    assert sent.status_code == 303
    assert told() == [ana.id]


def test_a_project_is_linked_and_its_people_are_told(cast):
    thread = make.thread(cast.facilitator)
    name = cast.projects["ceiba"].name
    post = make.post(cast.facilitator, thread, body=f"¿Y @{name}?")
    assert '<a href="/projects/ceiba"' in html_of(post)
    assert cast.member.id in told()
    assert cast.neighbour.id not in told()
    assert db.session.scalars(select(Mention.project_id)).all() == [cast.projects["ceiba"].id]


def test_who_cannot_read_the_thread_is_neither_linked_nor_told(cast):
    outsider = db.session.get(Person, cast.outsider.id)
    outsider.name = "Zoila Fuera"
    db.session.flush()
    thread = make.thread(cast.member, space=cast.spaces["coalition"])
    post = make.post(cast.member, thread, body=f"@Zoila Fuera y @{cast.staff.name} no leen esto.")
    assert "<a " not in html_of(post)
    assert told() == []
    assert db.session.scalars(select(Mention)).all() == []


def test_a_guest_of_the_thread_can_be_called(cast):
    thread = make.thread(cast.member, space=cast.spaces["coalition"])
    guest = db.session.get(Person, cast.guest.id)
    actions.invite_guest(viewer(cast.facilitator), thread, guest)
    make.post(cast.member, thread, body=f"@{guest.name}, ¿qué dice usted?")
    assert told() == [guest.id]


def test_an_unknown_name_and_one_that_two_have_stay_text(cast, ana):
    db.session.get(Person, cast.expert.id).name = "Ana Pérez"
    db.session.flush()
    thread = make.thread(cast.member)
    post = make.post(cast.member, thread, body="@Ana Pérez y @Nadie Conocida.")
    assert "<a " not in html_of(post)
    assert told() == []


def test_the_longer_of_two_names_is_meant(cast, ana):
    db.session.get(Person, cast.expert.id).name = "Ana"
    db.session.flush()
    thread = make.thread(cast.member)
    make.post(cast.member, thread, body="@Ana Pérez, y también @Ana.")
    assert sorted(told()) == sorted([ana.id, cast.expert.id])


def test_code_links_and_addresses_call_nobody(cast, ana):
    thread = make.thread(cast.member)
    make.post(cast.member, thread, body="`@Ana Pérez` [@Ana Pérez](/x) yo@Ana Pérez")
    assert told() == []


def test_called_twice_in_a_post_or_again_after_a_change_it_is_told_once(cast, ana):
    thread = make.thread(cast.member)
    post = make.post(cast.member, thread, body="@Ana Pérez @Ana Pérez")
    changed = "@Ana Pérez, mire: cambió todo lo que aquí se había dicho antes."
    actions.edit(
        viewer(cast.member),
        post,
        version=1,
        body=changed,
        html=markup.render(changed),
        language="es",
    )
    assert told() == [ana.id]
    assert "<a href=" in html_of(post)


def test_taken_out_of_the_text_it_is_forgotten_and_oneself_is_not_told(cast, ana):
    thread = make.thread(cast.member)
    post = make.post(cast.neighbour, thread, body="Yo, @Ana Pérez.")
    assert told() == []
    assert len(db.session.scalars(select(Mention)).all()) == 1
    words = "Yo."
    me = viewer(cast.neighbour)
    actions.edit(me, post, version=1, body=words, html=markup.render(words), language="es")
    assert not db.session.scalars(select(Mention)).all()


def test_in_public_no_address_of_a_person_is_written(cast, ana, client):
    thread = make.thread(cast.member, space=cast.spaces["public"], body="Pregunten a @Ana Pérez.")
    db.session.commit()
    page = client.get(f"/threads/{thread.public_id}").text
    assert "@Ana Pérez" in page
    assert ana.public_id not in page
    assert told() == [ana.id], "she reads it, and is told"


def test_opened_to_everyone_later_the_link_leads_visitors_nowhere(cast, ana, client, sign_in):
    thread = make.thread(cast.member, body="Pregunten a @Ana Pérez.")
    db.session.commit()
    sent = sign_in(cast.member).send(f"/threads/{thread.public_id}/visibility", visibility="public")
    assert path_of(sent)
    assert client.get(f"/threads/{thread.public_id}").status_code == 200
    assert client.get(f"/people/{ana.public_id}").status_code == 404


def test_a_text_full_of_calls_is_bounded(cast, ana):
    thread = make.thread(cast.member)
    post = make.post(cast.member, thread, body="@nadie " * 200 + "@Ana Pérez")
    assert told() == []
    assert html_of(post).count("@nadie") == 200


def test_the_preview_shows_a_name_as_it_will_be(cast, ana, sign_in):
    thread = make.thread(cast.member)
    db.session.commit()
    client = sign_in(cast.member)
    link = f'<a href="/people/{ana.public_id}"'
    sent = {"body": "Lo sabe @Ana Pérez.", "language": "es", "preview": "1"}
    reply = client.send(f"/threads/{thread.public_id}/posts", sent)
    assert link in reply.text
    assert "write @ and their full name" in reply.text
    first = {**sent, "title": "Un título", "kind": "challenge", "visibility": "network"}
    begun = client.send("/exchanges/americas/stages/1/threads", first)
    assert link in begun.text
    inside = client.send(
        "/exchanges/americas/stages/1/threads", first | {"body": "@Personne Inconnue"}
    )
    assert "@Personne Inconnue</p>" in inside.text
    assert told() == []


def test_a_name_that_is_nobodys_is_said_in_the_preview_and_after(cast, ana, sign_in):
    thread = make.thread(cast.member)
    db.session.commit()
    client = sign_in(cast.member)
    said = "has this name: @Anna Pérez."
    body = "Pregunten a @Anna Pérez, y a @Ana Pérez también."
    where = f"/threads/{thread.public_id}/posts"
    shown = client.send(where, body=body, language="es", preview="1")
    assert said in shown.text
    sent = client.send(where, body=body, language="es")
    assert said in client.get(client.get(sent.location).location).text
    assert told() == [ana.id]
    in_place = client.send(where, body=body + " Gracias.", language="es", htmx=True)
    assert said in in_place.text
    begun = {"title": "Un título", "kind": "challenge", "visibility": "network"}
    first = client.send("/exchanges/americas/stages/1/threads", begun | {"body": body})
    assert said in client.get(first.location).text
    plain = client.send(where, body="A ana@ejemplo.org y a @Ana Pérez.", language="es")
    assert "has this name" not in client.get(client.get(plain.location).location).text


def test_names_are_offered_of_projects_that_read_the_thread_and_of_no_others(cast, sign_in):
    wide = make.thread(cast.member)
    narrow = make.thread(cast.member, space=cast.spaces["coalition"])
    outside = cast.project_of(cast.outsider).name
    db.session.commit()
    me = sign_in(cast.member)
    offered = me.get(f"/threads/{wide.public_id}/posts/new").text
    assert f"<option>{outside}</option>" in offered
    assert (
        f"<option>{outside}</option>" not in me.get(f"/threads/{narrow.public_id}/posts/new").text
    )
