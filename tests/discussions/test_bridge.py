"""From challenges to a session's agenda, from its outcomes to threads."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.activity.models import Event
from forum.db import db
from forum.discussions import actions
from forum.discussions.models import OutcomeThread, Thread
from forum.exchanges.models import ExchangeSession, Outcome
from forum.lib import clock
from tests.factories import discussions as make
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

WORDS = {
    "title": "Seguimos con los costos",
    "kind": "discussion",
    "body": "> Los costos no se cubren.\n\n¿Qué hacemos?",
    "language": "es",
    "visibility": "network",
    "stage": "1",
}


def a_session(*, days, outcome=None):
    """A session so many days from now, with an outcome if one is given."""
    held = ExchangeSession(
        stage_id=make.some_stage().id,
        title="Sesión",
        starts_at=clock.now() + timedelta(days=days),
        timezone="America/Guatemala",
        agenda="Bienvenida",
    )
    db.session.add(held)
    db.session.flush()
    if outcome:
        db.session.add(
            Outcome(session_id=held.id, number=1, text=outcome, html=f"<p>{outcome}</p>")
        )
    db.session.commit()
    return held


def test_an_agenda_is_drafted_by_how_many_face_it_and_nothing_is_stored(cast, sign_in, row_counts):
    few = make.thread(cast.member, title="Lo enfrenta uno", space=cast.spaces["public"])
    many = make.thread(cast.member, title="Lo enfrentan dos", space=cast.spaces["public"])
    actions.face(viewer(cast.neighbour), many, cast.projects["encinos"].id)
    session = a_session(days=3)
    before = row_counts()
    for person in (cast.facilitator, cast.staff):
        client = sign_in(person)
        link = f"/sessions/{session.public_id}/edit?draft=1"
        assert link in client.get(f"/sessions/{session.public_id}").text
        page = client.get(link).text
        assert page.index("Bienvenida") < page.index("Lo enfrentan dos")
        assert page.index("Lo enfrentan dos") < page.index("Lo enfrenta uno")
        assert f"/threads/{few.public_id}" in page
    assert sign_in(cast.member).get(link).status_code == 403
    assert row_counts() == before


def test_the_draft_says_in_public_only_what_everyone_may_read(cast, sign_in):
    make.stage()
    network = make.thread(cast.member, title="De la red", topics=["operating-costs"])
    secret = make.thread(cast.member, title="De la coalición", space=cast.spaces["coalition"])
    session = a_session(days=3)
    page = sign_in(cast.facilitator).get(f"/sessions/{session.public_id}/edit?draft=1").text
    assert network.public_id in page
    assert "Operating costs" in page
    for words in ("De la red", "De la coalición", secret.public_id):
        assert words not in page


def test_an_outcome_turns_into_a_thread_linked_both_ways(cast, sign_in):
    session = a_session(days=-1, outcome="Los costos no se cubren.")
    here = f"/sessions/{session.public_id}"
    member = sign_in(cast.member)
    assert f"{here}/outcomes/1/thread" in member.get(here).text
    form = member.get(f"{here}/outcomes/1/thread").text
    assert "&gt; Los costos no se cubren." in form
    assert member.send(f"{here}/outcomes/1/thread", WORDS).status_code == 303
    thread = db.session.scalars(select(Thread)).one()
    assert f"{here}#outcome-1" in member.get(f"/threads/{thread.public_id}").text
    assert "Seguimos con los costos" in member.get(here).text
    assert db.session.scalars(select(Event.verb).order_by(Event.id)).all()[-1] == (
        "outcome.discussed"
    )


def test_the_session_tells_of_a_thread_only_who_reads_it(cast, sign_in):
    session = a_session(days=-1, outcome="Algo.")
    here = f"/sessions/{session.public_id}"
    sent = sign_in(cast.member).send(
        f"{here}/outcomes/1/thread", {**WORDS, "visibility": "coalition"}
    )
    assert sent.status_code == 303
    thread = db.session.scalars(select(Thread)).one()
    for name, shown in (
        ("delegate", True),
        ("facilitator", True),
        ("staff", False),
        ("outsider", False),
        ("observer", False),
    ):
        page = sign_in(getattr(cast, name)).get(here).text
        assert (thread.public_id in page) is shown, name
    assert "outcomes/1/thread" not in sign_in(cast.observer).get(here).text


def test_it_is_refused_when_no_stage_is_open_or_one_may_not_write(cast, sign_in, row_counts):
    session = a_session(days=-1, outcome="Algo.")
    db.session.commit()
    before = row_counts()
    address = f"/sessions/{session.public_id}/outcomes/1/thread"
    assert sign_in(cast.observer).send(address, WORDS).status_code == 403
    assert sign_in(cast.member).send(address, {**WORDS, "stage": "9"}).status_code == 422
    make.some_stage().closes_at = clock.now()
    db.session.commit()
    assert sign_in(cast.member).send(address, WORDS).status_code in (403, 409)
    assert (
        sign_in(cast.member).get(f"/sessions/{session.public_id}/outcomes/2/thread").status_code
        == 404
    )
    assert row_counts() == before


def test_pressed_twice_it_is_one_thread_and_a_merge_keeps_the_link(cast, sign_in):
    session = a_session(days=-1, outcome="Algo.")
    member = sign_in(cast.member)
    for _ in range(2):
        member.send(f"/sessions/{session.public_id}/outcomes/1/thread", {**WORDS, "key": "same"})
    joined = db.session.scalars(select(OutcomeThread)).one()
    into = make.thread(cast.member, kind="discussion")
    actions.merge(
        viewer(cast.facilitator), make.again(db.session.get(Thread, joined.thread_id)), into
    )
    db.session.commit()
    assert db.session.scalars(select(OutcomeThread.thread_id)).one() == into.id
    assert into.public_id in member.get(f"/sessions/{session.public_id}").text
