"""Arguments for and against a proposal, and questions: marked in its thread, counted beside it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.coalition.models import Proposal
from forum.coalition.queries.arguments import arguments_in
from forum.db import db
from forum.discussions.actions import edit, remove
from forum.discussions.kinds import Argument
from forum.discussions.models import Post, PostRevision, Thread
from forum.discussions.queries import post_or_404
from forum.lib import clock
from tests.factories import coalition as make
from tests.factories import discussions as make_threads
from tests.people import viewer

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def proposal(cast):
    made = make.discussed(cast)
    db.session.commit()
    return made


def thread_of(proposal):
    return db.session.get_one(Thread, proposal.thread_id)


def says(client, thread, argument, body="Así lo vemos en la cooperativa."):
    return client.send(
        f"/threads/{thread.public_id}/posts", body=body, language="es", argument=argument
    )


@pytest.mark.both_databases
def test_an_answer_in_its_thread_says_how_it_stands(cast, proposal, sign_in):
    client, thread = sign_in(cast.delegates["encinos"]), thread_of(proposal)
    assert "An argument against it" in client.get(f"/threads/{thread.public_id}/posts/new").text
    for argument in ("for", "against", "against", "question", ""):
        says(client, thread, argument, body=f"Decimos: {argument or 'nada'}.")
    seen = make.row(db.session.get_one(Proposal, proposal.id), cast.member)
    counts, every = arguments_in(seen)
    assert counts == {Argument.FOR: 1, Argument.AGAINST: 2, Argument.QUESTION: 1}
    assert len(every) == 4
    _counts, against = arguments_in(seen, Argument.AGAINST)
    assert {one.beginning for one in against} == {"Decimos: against."}
    assert "Against" in client.get(f"/threads/{thread.public_id}").text


def test_they_are_counted_on_the_proposals_page_and_read_by_kind(cast, proposal, sign_in):
    client, thread = sign_in(cast.delegates["encinos"]), thread_of(proposal)
    says(client, thread, "for", body="Ahorra tiempo a todos.")
    says(client, thread, "against", body="Cuesta mucho.")
    page = client.get(f"/proposals/{proposal.public_id}").text
    assert f"/proposals/{proposal.public_id}/arguments?argument=against" in page
    assert "Against: 1" in page
    picked = client.get(f"/proposals/{proposal.public_id}/arguments?argument=against").text
    assert "Cuesta mucho." in picked
    assert "Ahorra tiempo" not in picked
    assert client.get(f"/proposals/{proposal.public_id}/arguments?argument=zzz").status_code == 200


def test_what_was_removed_counts_no_more(cast, proposal, sign_in):
    says(sign_in(cast.member), thread_of(proposal), "for")
    post = db.session.scalars(select(Post).where(Post.argument.is_not(None))).one()
    who = viewer(cast.member)
    remove(who, post_or_404(post.public_id, who), reason="")
    db.session.commit()
    counts, every = arguments_in(make.row(proposal, cast.member))
    assert counts[Argument.FOR] == 0
    assert every == []


def test_other_threads_do_not_ask_and_do_not_take_it(cast, proposal, sign_in):
    other = make_threads.thread(cast.member)
    db.session.commit()
    client = sign_in(cast.member)
    assert "argument" not in client.get(f"/threads/{other.public_id}/posts/new").text
    says(client, other, "for")
    assert db.session.scalars(select(Post).where(Post.argument.is_not(None))).all() == []


def test_an_unknown_argument_is_refused_with_the_text(cast, proposal, sign_in):
    refused = says(sign_in(cast.member), thread_of(proposal), "maybe", body="Así lo vemos.")
    assert refused.status_code == 422
    assert "Así lo vemos." in refused.text


def edited(client, post, **more):
    fields = {"body": post.body, "language": "es", "version": post.version, **more}
    return client.send(f"/posts/{post.public_id}/edit", fields)


@pytest.mark.both_databases
def test_a_mark_is_changed_with_its_post_and_what_it_was_is_kept(cast, proposal, sign_in, clock_at):
    client = sign_in(cast.member)
    says(client, thread_of(proposal), "for")
    post = db.session.scalars(select(Post).where(Post.argument.is_not(None))).one()
    page = client.get(f"/posts/{post.public_id}/edit").text
    assert re.search(r'<option selected value="for">', page)
    clock_at(clock.now() + timedelta(hours=1))
    assert edited(client, post, argument="against").status_code == 303
    again = db.session.get_one(Post, post.id)
    assert (again.argument, again.version) == (Argument.AGAINST, post.version)
    assert again.edited_at is not None
    counts, _every = arguments_in(make.row(proposal, cast.member))
    assert (counts[Argument.FOR], counts[Argument.AGAINST]) == (0, 1)
    before = client.get(f"/posts/{post.public_id}/revisions").text
    assert before.index("For") < before.index("Against")
    edited(client, again, argument="")
    assert db.session.get_one(Post, post.id).argument is None
    kept = db.session.scalars(select(PostRevision.argument).order_by(PostRevision.version))
    assert list(kept) == [Argument.FOR, Argument.AGAINST]


def test_an_edit_that_does_not_tell_the_mark_leaves_it(cast, proposal):
    thread = make_threads.again(thread_of(proposal), cast.member)
    post = make_threads.post(cast.member, thread, argument=Argument.QUESTION)
    me = viewer(cast.member)
    words = {"body": "Otra cosa, mucho más larga que antes.", "html": "<p>Otra.</p>"}
    edit(me, post_or_404(post.public_id, me), version=post.version, language="es", **words)
    assert db.session.get_one(Post, post.id).argument is Argument.QUESTION


def test_where_nobody_asks_an_edit_marks_nothing(cast, proposal, sign_in):
    other = make_threads.thread(cast.member)
    post = make_threads.post(cast.member, other)
    client = sign_in(cast.member)
    assert "argument" not in client.get(f"/posts/{post.public_id}/edit").text
    edited(client, post, argument="for", body="Otra cosa.")
    assert db.session.get_one(Post, post.id).argument is None


def test_only_its_author_changes_a_mark(cast, proposal, sign_in):
    says(sign_in(cast.member), thread_of(proposal), "for")
    post = db.session.scalars(select(Post).where(Post.argument.is_not(None))).one()
    for person in (cast.delegate, cast.facilitator):
        assert edited(sign_in(person), post, argument="against").status_code == 403
    assert db.session.get_one(Post, post.id).argument is Argument.FOR


def test_staff_find_no_arguments(cast, proposal, sign_in):
    says(sign_in(cast.member), thread_of(proposal), "for")
    held = db.session.get_one(Proposal, proposal.id)
    address = f"/proposals/{held.public_id}/arguments"
    assert sign_in(cast.staff).get(address).status_code == 404
