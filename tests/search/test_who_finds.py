"""Who finds what: never a title, a snippet or a number of what one may not read."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.accounts.models import Person
from forum.coalition.actions import discussion
from forum.db import db
from forum.directory import actions as directory
from forum.directory.queries import project_or_404
from forum.discussions import actions
from forum.discussions.models import Post, Thread
from forum.discussions.queries import post_now
from forum.lib import clock
from forum.search import actions as index
from forum.search import asking
from forum.search import queries as searching
from forum.search.checking import drift
from forum.search.models import Source
from tests.factories import asks, coalition
from tests.factories import discussions as make
from tests.people import viewer
from tests.search.shelf import fill, found

pytestmark = pytest.mark.both_databases

PUBLIC = {"fire", "visit"}


@pytest.fixture
def names(app, cast):
    return fill(cast)


def test_each_finds_what_their_spaces_hold(names, cast):
    everywhere = "brigada OR"  # "or" is a word like any other
    assert found(names, None, everywhere) == []
    for who, quorum, staff, network in (
        (None, False, False, False),
        (cast.observer, False, False, False),
        (cast.operator, False, False, False),
        (cast.expert, False, False, True),
        (cast.outsider, False, False, True),
        (cast.staff, False, True, True),
        (cast.member, True, False, True),
        (cast.facilitator, True, False, True),
        (cast.loose_facilitator, False, False, True),
    ):
        assert found(names, who, "brigada") == ["fire"], who
        assert bool(found(names, who, "quórum")) == quorum, who
        assert ("staff" in found(names, who, "certification")) == staff, who
        assert ("slow" in found(names, who, "certificación")) == network, who
        assert bool(found(names, who, "guía")) == quorum, who


def test_people_are_found_by_whoever_sees_people(names, cast):
    assert not found(names, None, "guest", kind="expert")
    assert not found(names, cast.observer, "guest")
    assert len(found(names, cast.member, "guest", kind="expert")) == 1


def test_a_suspended_expert_is_not_found(names, cast):
    db.session.get_one(Person, cast.guest.id).suspended_at = clock.now()
    db.session.flush()
    assert not found(names, cast.member, "guest", kind="expert")


@pytest.mark.parametrize("until", [None, timedelta(days=1)])
def test_a_suspended_expert_is_not_counted(names, cast, until):
    """Also where there are more hits than a page shows."""
    for expert in (cast.guest, cast.expert):
        asks.profile(expert, about="Sé de zapote.")
    index.reindex_batch(Source.EXPERT, 0, None)
    thread = make.thread(cast.member, title="Zapote", body="El zapote da sombra.")
    for _more in range(searching.PAGE):
        make.post(cast.neighbour, thread, body="Y el zapote da fruta.")
    closed = db.session.get_one(Person, cast.guest.id)
    closed.suspended_at, closed.suspended_until = clock.now(), until and clock.now() + until
    db.session.flush()
    assert counted(cast.member, "zapote") == searching.PAGE + 2
    assert counted(cast.observer, "zapote") == 0
    closed.suspended_at = closed.suspended_until = None
    db.session.flush()
    assert counted(cast.member, "zapote") == searching.PAGE + 3


def counted(who, words):
    me = viewer(who)
    asked = asking.read(words, searching.glossary(searching.desk(me).glossary_version))
    return searching.candidates(me, searching.Question(asked=asked), []).count


def test_a_narrowed_thread_is_gone_for_others_at_once(names, cast):
    thread = make.thread(cast.member, title="Zapote", body="El zapote da sombra.")
    make.post(cast.neighbour, thread, body="Y el zapote da fruta.")
    assert len(found(names, cast.outsider, "zapote")) == 2
    me = viewer(cast.facilitator)
    now = make.again(thread, cast.facilitator)
    actions.change_visibility(
        me, now, space_id=cast.spaces["coalition"].id, reason="Trata de nosotros."
    )
    assert found(names, cast.outsider, "zapote") == []
    assert len(found(names, cast.member, "zapote")) == 2
    assert drift() == []


def test_even_where_the_index_lags_the_rows_decide(names, cast):
    thread = make.thread(cast.member, title="Zapote", body="El zapote da sombra.")
    assert found(names, cast.outsider, "zapote")
    db.session.get_one(Thread, thread.id).space_id = cast.spaces["coalition"].id
    db.session.flush()  # nobody told the index
    assert found(names, cast.outsider, "zapote") == []


def test_who_leaves_a_project_finds_its_coalition_no_more(names, cast):
    assert found(names, cast.member, "quórum") == ["quorum"]
    project = project_or_404("ceiba")
    directory.end_membership(viewer(cast.coordinator), project, cast.member.id)
    db.session.flush()
    assert found(names, cast.member, "quórum") == []


def test_a_guest_finds_their_one_thread_while_it_lasts(names, cast):
    thread = make.thread(
        cast.member, space=cast.spaces["coalition"], title="Zapote", body="El zapote."
    )
    make.thread(cast.member, space=cast.spaces["coalition"], title="Mamey", body="El mamey.")
    assert found(names, cast.guest, "zapote") == []
    guest = db.session.get_one(Person, cast.guest.id)
    actions.invite_guest(viewer(cast.delegate), make.again(thread), guest)
    assert len(found(names, cast.guest, "zapote")) == 1
    assert found(names, cast.guest, "mamey") == []
    assert found(names, cast.expert, "zapote") == []
    actions.end_guest(viewer(cast.delegate), make.again(thread), guest)
    assert found(names, cast.guest, "zapote") == []


def test_a_draft_is_found_by_its_authors_alone(names, cast):
    made = coalition.draft(cast, text=coalition.text(title="Zapote"))
    assert len(found(names, cast.delegate, "zapote")) == 1
    for who in (cast.alternate, cast.coordinator, cast.facilitator, cast.staff, None):
        assert found(names, who, "zapote") == []
    discussion.share(viewer(cast.delegate), coalition.row(made, cast.delegate))
    assert found(names, cast.alternate, "zapote", kind="proposal")
    assert found(names, cast.staff, "zapote") == []


def test_a_submitted_proposal_is_found_by_its_readers_and_its_thread_is_not(names, cast):
    coalition.submitted(cast, text=coalition.text(title="Zapote"))
    assert len(found(names, cast.staff, "zapote")) == 1
    assert len(found(names, cast.member, "zapote")) == 2  # and the drafting thread
    assert found(names, None, "zapote") == []
    assert drift() == []


def test_what_was_removed_is_not_found_until_it_is_back(names, cast):
    thread = make.thread(cast.member, title="Zapote", body="El zapote da sombra.")
    reply = make.post(cast.member, thread, body="Y el mamey también.")
    me = viewer(cast.member)
    actions.remove(me, reply, reason="")
    assert found(names, cast.member, "mamey") == []
    actions.restore(me, post_now(me, reply.id))
    assert len(found(names, cast.member, "mamey")) == 1
    first = post_now(me, _first(thread.id))
    actions.remove(me, first, reason="")
    assert found(names, cast.member, "zapote") == found(names, cast.member, "mamey") == []
    assert drift() == []


def test_the_page_tells_nothing_of_what_one_may_not_read(names, cast, sign_in, client):
    for who in (client, sign_in(cast.staff), sign_in(cast.outsider)):
        page = who.get("/search", query_string={"q": "convocatoria"}).text
        main = page[page.index("<main") : page.index("</main>")]
        assert "Quórum" not in main
        assert "escaños" not in main
        assert not re.search(r"\d+ results?", main)
    assert "<mark>convocatoria</mark>" in sign_in(cast.member).get("/search?q=convocatoria").text


def _first(thread_id):
    return db.session.scalars(
        select(Post.id).where(Post.thread_id == thread_id, Post.number == 1)
    ).one()
