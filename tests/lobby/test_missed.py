"""What somebody missed: only what they may see, since they last said they had seen it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.accounts.models import Person
from forum.db import db
from forum.discussions import actions
from forum.discussions.actions import Parts
from forum.discussions.kinds import ThreadKind
from forum.lib import clock
from forum.lobby.actions import mark_seen
from forum.lobby.models import VisitMark
from tests.factories import coalition_votes as votes
from tests.factories import discussions as talk
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


@pytest.fixture(autouse=True)
def read_in_english(app, cast):
    db.session.get(Person, cast.neighbour.id).locale = "en"
    db.session.commit()


def test_home_leads_there_and_it_shows_each_kind(cast, sign_in):
    thread = talk.thread(cast.member, title="Costos de operar")
    talk.post(cast.neighbour, thread, kind="solution", body="Se reparten los costos.")
    actions.summarise(
        viewer(cast.facilitator), thread, Parts("Qué", "Cómo", ""), language="es", version=0
    )
    votes.open_vote(cast, votes.in_discussion(cast, title="Una propuesta en votación"))
    db.session.commit()
    delegate = sign_in(cast.delegates["encinos"])
    assert "/missed" in delegate.get("/").text
    page = delegate.get("/missed").text
    for words in ("Costos de operar", "Se reparten", "Qué", "Una propuesta en votación"):
        assert words in page


def test_what_was_seen_is_not_shown_again(cast, sign_in, clock_at):
    talk.thread(cast.member, title="La vieja")
    db.session.commit()
    reader = sign_in(cast.neighbour)
    until = clock.now()
    assert reader.send("/missed/seen", until=until.isoformat()).status_code == 303
    page = reader.get("/missed").text
    assert "La vieja" not in page
    assert "You have missed nothing" in page
    assert "/missed" not in reader.get("/").text
    clock_at(until + timedelta(hours=1))
    talk.thread(cast.member, title="La nueva")
    db.session.commit()
    page = reader.get("/missed").text
    assert "La nueva" in page
    assert "La vieja" not in page


def test_looking_does_not_move_the_mark(cast, sign_in, row_counts):
    talk.thread(cast.member, title="La nueva")
    db.session.commit()
    before = row_counts()
    reader = sign_in(cast.neighbour)
    for _ in range(2):
        assert "La nueva" in reader.get("/missed").text
    assert row_counts() == before


def test_the_mark_never_goes_back_nor_ahead(cast):
    me, now = viewer(cast.member), clock.now()
    mark_seen(me, now + timedelta(days=9))
    mark_seen(me, now - timedelta(days=9))
    kept = db.session.scalars(select(VisitMark)).one()
    assert now <= kept.seen_at <= clock.now()


@pytest.mark.parametrize(
    "until", ["", "yesterday", "2026-01-01T00:00", "0001-01-01T00:00:00+14:00", "9" * 300]
)
def test_an_unreadable_moment_means_now(cast, sign_in, until):
    assert sign_in(cast.member).send("/missed/seen", until=until).status_code == 303
    assert db.session.scalars(select(VisitMark)).one()


@pytest.mark.parametrize("name", ["outsider", "staff", "expert", "observer", "operator"])
def test_nothing_of_the_coalition_is_told_outside_it(cast, sign_in, name):
    space = cast.spaces["coalition"]
    thread = talk.thread(cast.member, title="Estrategia", space=space)
    talk.post(cast.member, thread, kind="solution", body="Callarlo.")
    actions.summarise(
        viewer(cast.facilitator), thread, Parts("Secreto", "x", ""), language="es", version=0
    )
    votes.open_vote(cast, votes.in_discussion(cast, title="Propuesta callada"))
    db.session.commit()
    page = sign_in(getattr(cast, name)).get("/missed").text
    for words in ("Estrategia", "Callarlo", "Secreto", "callada"):
        assert words not in page


def test_there_are_few_of_each_kind_and_the_number_of_the_rest(cast, sign_in, statements):
    for number in range(9):
        thread = talk.thread(cast.member, title=f"Conversación {number}")
        talk.post(cast.member, thread, kind="solution", body=f"Solución {number}")
    db.session.commit()
    reader = sign_in(cast.neighbour)
    reader.get("/terms")
    with statements() as seen:
        page = reader.get("/missed")
    assert page.text.count("And 3 more.") == 2
    assert len(seen) <= 8


def test_what_was_closed_moved_merged_and_split_is_told(cast, sign_in):
    me = viewer(cast.facilitator)
    first, second = talk.stage(1), talk.stage(2, title="La segunda")
    one, into = (talk.thread(cast.member, title=t, stage=first) for t in ("Suelos", "Bosques"))
    answer = talk.post(cast.neighbour, into, body="Otra cosa.")
    actions.split(me, answer, title="Una rama", kind=ThreadKind.DISCUSSION)
    actions.merge(me, one, talk.again(into))
    actions.move(me, talk.again(into), second)
    second.closes_at, second.closed_reason = clock.now(), "Terminó."
    secret = talk.thread(cast.member, title="Lo callado", space=cast.spaces["coalition"])
    actions.merge(
        me, talk.thread(cast.member, title="Dentro", space=cast.spaces["coalition"]), secret
    )
    db.session.commit()
    page = sign_in(cast.neighbour).get("/missed").text
    for words in (
        "Stage 2: La segunda",
        "It was closed.",
        "It was moved to stage 2.",
        "“Suelos” was merged into it.",
        "It was a branch of “Bosques”.",
    ):
        assert words in page
    outside = sign_in(cast.outsider).get("/missed").text
    assert "Suelos" in outside
    assert "Lo callado" not in outside
    assert "Dentro" not in outside
