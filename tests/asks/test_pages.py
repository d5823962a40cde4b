"""What the pages show, keep and refuse."""

import pytest
from sqlalchemy import select

from forum.activity.models import Event
from forum.asks import actions
from forum.db import db
from forum.directory.models import AuditedProject
from tests.browserless import path_of
from tests.factories import asks as make
from tests.factories import discussions as threads
from tests.people import viewer

FIELDS = {"text": "Alguien que conozca el fuego.", "language": "es", "topics": ["fire"]}


def test_from_the_thread_to_the_ask_to_the_thanks(app, cast, sign_in):
    make.profile(cast.expert, topics=["fire"], countries=["GT"])
    thread = threads.thread(cast.member, topics=["fire"])
    project, expert = sign_in(cast.member), sign_in(cast.expert)
    assert f"/threads/{thread.public_id}/asks" in project.get(f"/threads/{thread.public_id}").text
    form = project.get(f"/threads/{thread.public_id}/asks").text
    assert "knows Fire; writes in Spanish; knows Guatemala; can take 2 more" in form
    ask = path_of(project.send(f"/threads/{thread.public_id}/asks", FIELDS))
    assert "Looking for an expert" in expert.get(f"/threads/{thread.public_id}").text
    listed = expert.get("/asks").text
    assert "you know Fire; you write in Spanish; you know Guatemala" in listed
    assert ask in listed
    assert path_of(expert.send(f"{ask}/offers", note="Puedo el lunes.")) == ask
    page = project.get(ask).text
    assert "Puedo el lunes." in page
    decision = page.partition('action="/offers/')[2].partition('"')[0]
    project.send(f"/offers/{decision}", accept="1")
    project.send(f"{ask}/outcome", verdict="partly", word="Faltó tiempo.")
    for client in (project, expert):
        assert "it helped in part" in client.get(ask).text
        assert "Faltó tiempo." in client.get(ask).text
    assert "Helped in 1 ask" in project.get(f"/experts/{_profile(cast)}").text


def _profile(cast):
    return make.profile(cast.expert).public_id


def test_what_is_wrong_is_said_and_the_text_kept(app, cast, sign_in):
    thread = threads.thread(cast.member, topics=["fire"])
    client = sign_in(cast.member)
    where = f"/threads/{thread.public_id}/asks"
    for wrong in (
        {"needed_by": "mañana"},
        {"needed_by": "1999-01-01"},
        {"topics": ["no-such"]},
        {"language": "xx"},
    ):
        sent = client.send(where, FIELDS | wrong)
        assert sent.status_code == 422, wrong
        assert "Alguien que conozca el fuego." in sent.text
    assert client.send(where, FIELDS | {"text": ""}).status_code == 422


def test_an_ask_beyond_what_one_can_take_is_told_and_the_note_kept(app, cast, sign_in):
    make.profile(cast.expert, capacity=0)
    ask = make.ask(cast.member, threads.thread(cast.member, topics=["fire"]))
    sent = sign_in(cast.expert).send(f"{ask.url}/offers", note="Quiero ayudar.")
    assert sent.status_code == 422
    assert "as many asks as your profile says" in sent.text
    assert "Quiero ayudar." in sent.text


def test_the_thread_tells_an_auditor_why_they_do_not_write(app, cast, sign_in):
    thread = threads.thread(cast.member, topics=["fire"])
    ask = make.ask(cast.member, thread)
    ceiba = cast.projects["ceiba"].id
    db.session.add(AuditedProject(person_id=cast.expert.id, project_id=ceiba))
    client = sign_in(cast.expert)
    page = client.get(f"/threads/{thread.public_id}").text
    assert "here you only read" in page
    assert "You audit this project" in client.get(ask.url).text
    assert ask.url not in client.get("/asks").text
    make.profile(cast.expert, topics=["fire"])
    assert "Experts who fit" in sign_in(cast.member).get(ask.url).text
    assert _profile(cast) not in sign_in(cast.member).get(ask.url).text


def test_a_private_thread_shows_experts_its_ask_alone(app, cast, sign_in):
    thread = threads.thread(
        cast.member, title="palabra-escondida", body="zx", space=cast.spaces["coalition"]
    )
    ask = make.ask(cast.member, thread, text="Una mirada de fuera.", to_experts=True)
    client = sign_in(cast.expert)
    for page in ("/asks", ask.url, "/", f"/experts/{_profile(cast)}"):
        text = client.get(page).text
        for hidden in ("palabra-escondida", thread.public_id, "Ceiba", "Guatemala", "oalition"):
            assert hidden not in text.partition("<main")[2].partition("</main")[0], (page, hidden)
    assert "From a private conversation" in client.get(ask.url).text
    actions.close(viewer(cast.member), ask)
    db.session.commit()
    assert client.get(ask.url).status_code == 404


def test_asked_by_name_home_says_so_until_it_is_answered(app, cast, sign_in):
    ask = make.ask(cast.member, threads.thread(cast.member, topics=["fire"]))
    sign_in(cast.member).send(f"{ask.url}/invitations", person=cast.expert.public_id)
    client = sign_in(cast.expert)
    assert "1 ask waits for your word" in client.get("/").text
    page = client.get(ask.url).text
    answer = page.partition('action="/offers/')[2].partition('"')[0]
    assert path_of(client.send(f"/offers/{answer}", accept="0", note="No puedo.")) == "/asks"
    assert "waits for your word" not in client.get("/").text
    assert "No puedo." in sign_in(cast.member).get(ask.url).text


@pytest.fixture
def asked(app, cast):
    """Where the expert who is asked by name answers."""
    ask = make.ask(cast.member, threads.thread(cast.member, topics=["fire"]))
    invited = actions.invite(viewer(cast.member), ask, cast.expert)
    db.session.commit()
    return f"/offers/{invited.public_id}/answer"


def answers():
    return db.session.scalars(
        select(Event.verb).where(Event.verb.in_(("ask.offered", "ask.accepted", "ask.declined")))
    ).all()


@pytest.mark.parametrize("accept", ["1", "0"])
def test_who_presses_an_answer_twice_is_answered_twice_the_same(asked, cast, sign_in, accept):
    client = sign_in(cast.expert)
    first = client.send(asked, accept=accept, note="Ya lo dije.")
    told = answers()
    again = client.send(asked, accept=accept, note="Ya lo dije.")
    assert (again.status_code, again.location) == (first.status_code, first.location)
    assert answers() == told


def test_who_says_something_else_afterwards_is_told_and_keeps_the_words(asked, cast, sign_in):
    client = sign_in(cast.expert)
    client.send(asked, accept="1", note="Con gusto.")
    other = client.send(asked, accept="0", note="Mejor no, me equivoqué.")
    assert other.status_code == 409
    assert "You have already answered this." in other.text
    assert "Mejor no, me equivoqué." in other.text
    client.send(asked.replace("answer", "withdrawal"))
    late = client.send(asked, accept="1", note="Con gusto.")
    assert late.status_code == 409, "it was taken back since: a yes is no repeat any more"


@pytest.mark.both_databases
def test_two_presses_at_once_are_answered_the_same(asked, cast, app, race):
    def press(_i):
        own = app.test_client().become(cast.expert)
        answer = own.send(asked, accept="1", note="Con gusto.")
        return answer.status_code, answer.location

    pressed = race(4, press)
    assert set(pressed) == {(303, pressed[0][1])}, pressed
    assert len(answers()) == 2  # offered, and so accepted, once


def test_whoever_helps_and_what_helped_in_part_are_told_as_such(app, cast, sign_in):
    make.profile(cast.expert, topics=["fire"])
    thread = threads.thread(cast.member, topics=["fire"])
    ask = make.ask(cast.member, thread)
    offer = make.offer(cast.expert, ask)
    project = sign_in(cast.member)
    places = (ask.url, "/asks", f"/threads/{thread.public_id}")
    for page in places:
        assert "An expert offers" in project.get(page).text
    project.send(f"/offers/{offer.public_id}/decision", accept="1")
    for page in places:
        assert "Somebody helps" in project.get(page).text, page
        assert "An expert offers" not in project.get(page).text, page
    project.send(f"{ask.url}/outcome", verdict="partly")
    for page in places:
        assert "It helped in part" in project.get(page).text, page


def test_every_ask_is_named_by_who_asks_and_for_what(app, cast, sign_in):
    words = "Quisiéramos que alguien lo lea con calma. " * 6
    thread = threads.thread(cast.member, topics=["fire"])
    ask = make.ask(cast.member, thread, text=words, topics=["fire"])
    client = sign_in(cast.expert)
    assert "<h1>Proyecto Ceiba asks for help: Fire</h1>" in client.get(ask.url).text
    listed = client.get("/asks").text
    assert f'<a href="{ask.url}">Proyecto Ceiba asks for help: Fire</a></h3>' in listed
    assert "Quisiéramos" in listed


def test_who_facilitates_is_told_in_whose_name_they_act(app, cast, sign_in):
    make.profile(cast.expert, topics=["fire"])
    ask = make.ask(cast.member, threads.thread(cast.member, topics=["fire"]))
    told = "is in their name"
    assert told in sign_in(cast.facilitator).get(ask.url).text
    assert told not in sign_in(cast.member).get(ask.url).text
    assert told not in sign_in(cast.expert).get(ask.url).text
    page = sign_in(cast.member).get(ask.url).text
    name = cast.expert.name
    assert f'Ask them for help<span class="sr"> to {name}</span>' in page


def test_an_answer_without_a_button_is_no_refusal(app, cast, sign_in):
    ask = make.ask(cast.member, threads.thread(cast.member, topics=["fire"]))
    asked = actions.invite(viewer(cast.member), ask, cast.guest)
    offered = make.offer(cast.expert, make.now(cast.expert, ask))
    db.session.commit()
    project, expert = sign_in(cast.member), sign_in(cast.guest)
    sent = expert.send(f"/offers/{asked.public_id}/answer", note="Quizás.")
    assert sent.status_code == 422
    assert "Quizás." in sent.text
    assert project.send(f"/offers/{offered.public_id}/decision", {}).status_code == 422
    for person, one in ((cast.guest, asked), (cast.expert, offered)):
        assert make.now(person, ask).own != "declined", one


def test_home_says_that_an_offer_waits_until_it_is_answered(app, cast, sign_in):
    ask = make.ask(cast.member, threads.thread(cast.member))
    offered = make.offer(cast.expert, ask)
    db.session.commit()
    waits = "1 offer of help waits for your answer"
    for person in (cast.member, cast.coordinator):  # whoever of the project looks first
        assert waits in sign_in(person).get("/").text
    for person in (cast.delegates["encinos"], cast.facilitator, cast.expert):
        assert "waits for your answer" not in sign_in(person).get("/").text
    actions.decide(viewer(cast.member), make.seen(cast.member, offered), accept=True)
    db.session.commit()
    assert waits not in sign_in(cast.member).get("/").text


def test_it_is_said_when_nobody_knows_the_matter(app, cast, sign_in):
    thread = threads.thread(cast.member, topics=["fire"], language="es")
    page = f"/threads/{thread.public_id}/asks"
    make.profile(cast.expert, topics=["water"], languages=["es"])
    client = sign_in(cast.member)
    assert "Nobody here has said that they know these topics" in client.get(page).text
    make.profile(cast.expert, topics=["fire"], languages=["es"])
    known = client.get(page).text
    assert cast.expert.name in known
    assert "Nobody here has said" not in known
