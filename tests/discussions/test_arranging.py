"""Pinning, moving, merging, splitting: nothing is lost, every address still leads there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from forum.activity.models import Event
from forum.db import db
from forum.discussions import actions, queries, tree
from forum.discussions.actions import replanting
from forum.discussions.kinds import ThreadKind
from forum.discussions.models import Arrangement, Post, ReadMark, Thread, ThreadGuest
from forum.lib import clock, markup
from forum.lib.permission import Forbidden, Refused, WrongState
from tests.browserless import path_of
from tests.factories import discussions as make
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]


def verbs():
    return list(db.session.scalars(select(Event.verb).order_by(Event.id)))


def whole(thread):
    """Every post of a thread as (number, path, body), in the tree's order; the tree is sound."""
    rows = list(
        db.session.scalars(select(Post).where(Post.thread_id == thread.id).order_by(Post.path))
    )
    by_path = {row.path: row for row in rows}
    for row in rows:
        assert row.path.endswith(tree.piece(row.number))
        assert row.depth == tree.depth_of(row.path)
        above = by_path.get(row.path[: -tree.PIECE])
        assert row.parent_id == (above.id if above else None)
        assert above is not None or row.depth == 0
    return [(row.number, row.depth, row.body) for row in rows]


def marks(thread):
    found = db.session.scalars(select(ReadMark).where(ReadMark.thread_id == thread.id))
    return {mark.person_id: mark.number for mark in found}


def counted_right():
    db.session.flush()
    assert queries.count_drift() == []


# --- pinning


def test_a_pinned_thread_is_first_in_its_stage(cast, sign_in):
    old = make.thread(cast.member, title="La vieja")
    new = make.thread(cast.member, title="La nueva")
    facilitator = sign_in(cast.facilitator)
    page = facilitator.get(f"/threads/{old.public_id}").text
    assert f"/threads/{old.public_id}/pin" in page
    assert facilitator.send(f"/threads/{old.public_id}/pin").status_code == 303
    stage = sign_in(cast.member).get("/exchanges/americas/stages/1").text
    assert stage.index("La vieja") < stage.index("La nueva")
    assert stage.count("La vieja") == 1
    facilitator.send(f"/threads/{old.public_id}/pin/withdrawal")
    stage = sign_in(cast.member).get("/exchanges/americas/stages/1").text
    assert stage.index("La nueva") < stage.index("La vieja")
    assert verbs()[-2:] == ["thread.pinned", "thread.unpinned"]
    assert new.id


def test_a_stage_takes_three_pins(cast):
    threads = [make.thread(cast.member) for _ in range(4)]
    me = viewer(cast.facilitator)
    for one in threads[:3]:
        actions.pin(me, one)
        actions.pin(me, one)  # twice is harmless
    with pytest.raises(WrongState):
        actions.pin(me, threads[3])
    actions.unpin(me, threads[0])
    actions.pin(me, threads[3])
    assert verbs().count("thread.pinned") == 4


def test_two_who_pin_at_once_stay_within_three(cast, race):
    threads = [make.thread(cast.member) for _ in range(6)]

    def pin(i):
        actions.pin(viewer(cast.facilitator), threads[i])
        db.session.commit()

    race(6, pin)
    pinned = db.session.scalars(select(Thread.id).where(Thread.pinned_at.is_not(None))).all()
    assert len(pinned) == 3


@pytest.mark.parametrize("name", ["member", "staff", "expert", "observer", "delegate"])
def test_only_who_facilitates_arranges(cast, name):
    thread, other = make.thread(cast.member), make.thread(cast.member)
    post, stage = make.post(cast.member, thread), make.stage(2)
    me = viewer(getattr(cast, name))
    for act in (
        lambda: actions.pin(me, thread),
        lambda: actions.unpin(me, thread),
        lambda: actions.move(me, thread, stage),
        lambda: actions.merge(me, thread, other),
        lambda: actions.split(me, post, title="x", kind=ThreadKind.DISCUSSION),
    ):
        with pytest.raises((Forbidden, NotFound)):
            act()
    assert verbs() == ["thread.started", "thread.started", "post.written"]


# --- moving


def test_a_thread_is_moved_to_another_stage_and_says_so(cast, sign_in):
    thread = make.thread(cast.member)
    make.stage(2)
    facilitator = sign_in(cast.facilitator)
    address = f"/threads/{thread.public_id}/stage"
    assert address in facilitator.get(f"/threads/{thread.public_id}").text
    assert "Etapa 2" in facilitator.get(address).text
    assert facilitator.send(address, stage="2").status_code == 303
    assert make.again(thread).stage_number == 2
    page = sign_in(cast.member).get(f"/threads/{thread.public_id}").text
    assert "Moved from stage 1" in page
    assert cast.facilitator.name in page
    assert verbs()[-1] == "thread.moved"
    assert facilitator.send(address, stage="2").status_code == 303  # it is there already
    assert "in stage 2 already" in facilitator.get(f"/threads/{thread.public_id}").text
    assert verbs().count("thread.moved") == 1


def test_a_thread_is_not_moved_into_a_closed_stage(cast, sign_in):
    thread = make.thread(cast.member)
    closed = make.stage(2, closes_at=clock.now())
    with pytest.raises(WrongState):
        actions.move(viewer(cast.facilitator), thread, closed)
    db.session.commit()
    sent = sign_in(cast.facilitator).send(f"/threads/{thread.public_id}/stage", stage="2")
    assert sent.status_code == 422
    assert make.again(thread).stage_number == 1


# --- merging


def two_threads(cast):
    """Two challenges with answers, in both trees something below something."""
    into = make.thread(cast.member, title="Costos", body="Costos.", topics=["operating-costs"])
    make.post(cast.neighbour, into, body="Uno.")
    thread = make.thread(cast.neighbour, title="Gastos", body="Gastos.", topics=["fire"])
    first = make.post(cast.member, thread, body="Primera.")
    make.post(cast.neighbour, thread, body="Bajo la primera.", parent=first)
    make.post(cast.expert, thread, body="Segunda.", kind="solution")
    return make.again(thread), make.again(into)


def test_merged_posts_hang_from_the_others_first_in_their_order(cast):
    thread, into = two_threads(cast)
    actions.merge(viewer(cast.facilitator), thread, into)
    assert whole(into) == [
        (1, 0, "Costos."),
        (2, 0, "Uno."),
        (3, 0, "Gastos."),
        (4, 1, "Primera."),
        (5, 2, "Bajo la primera."),
        (6, 1, "Segunda."),
    ]
    now = make.again(into)
    assert (now.post_count, now.last_number, now.solution_count) == (6, 6, 1)
    assert set(now.topics) == {"operating-costs", "fire"}
    assert now.faced_count == 2
    assert verbs()[-1] == "thread.merged"
    counted_right()


def test_threads_that_are_alike_are_offered_to_be_pressed(cast, sign_in):
    thread = make.thread(cast.member, title="La certificación tarda", topics=["fire"])
    like = make.thread(cast.neighbour, title="Cuánto tardó certificarnos")
    about_it = make.thread(cast.neighbour, title="Otra cosa", topics=["fire", "operating-costs"])
    question = make.thread(cast.neighbour, kind="question", title="¿Cuánto tarda certificarse?")
    inside = make.thread(
        cast.neighbour, title="Tarda la certificación", space=cast.spaces["coalition"]
    )
    db.session.commit()
    client, address = sign_in(cast.facilitator), f"/threads/{thread.public_id}/merge"
    page = client.get(address).text
    assert f'value="{like.public_id}"' in page
    for other in (about_it, question, inside, thread):  # one topic alone; not to be merged
        assert f'value="{other.public_id}"' not in page
    empty = client.send(address, into="", thread="")
    assert empty.status_code == 422
    assert "Please say into which thread this one goes." in empty.text
    assert client.send(address, into=inside.public_id, thread="").status_code == 422
    sent = client.send(address, into=like.public_id, thread="")
    assert path_of(sent) == f"/threads/{like.public_id}"
    assert make.again(like).post_count == 2


def test_after_a_merge_every_old_address_leads_to_the_posts(cast, sign_in):
    thread, into = two_threads(cast)
    posts = {
        row.body: row.public_id
        for row in db.session.scalars(select(Post).where(Post.thread_id == thread.id))
    }
    facilitator = sign_in(cast.facilitator)
    address = f"/threads/{thread.public_id}/merge"
    assert address in facilitator.get(f"/threads/{thread.public_id}").text
    assert facilitator.get(address).status_code == 200
    sent = facilitator.send(address, thread=f"http://localhost/threads/{into.public_id}")
    assert path_of(sent) == f"/threads/{into.public_id}"
    member = sign_in(cast.member)
    old = member.get(f"/threads/{thread.public_id}")
    assert old.status_code in (301, 303)
    assert path_of(old) == f"/posts/{posts['Gastos.']}"  # whatever #p it was copied with
    assert path_of(member.get(f"/posts/{posts['Gastos.']}")).startswith(
        f"/threads/{into.public_id}"
    )
    page = member.get(f"/threads/{into.public_id}").text
    assert page.index("Uno.") < page.index("Gastos") < page.index("Primera.")
    assert "merged" in page
    listed = member.get("/exchanges/americas/stages/1").text
    assert thread.public_id not in listed
    assert into.public_id in listed
    answer = member.send(f"/threads/{thread.public_id}/posts", body="Tarde.", language="es")
    assert answer.status_code == 303
    assert whole(into)[-1] == (7, 0, "Tarde.")
    counted_right()


def test_who_had_read_both_has_read_the_merged_one(cast):
    thread, into = two_threads(cast)
    me, half, new = viewer(cast.delegate), viewer(cast.colleague), viewer(cast.alternate)
    actions.mark_read(me, thread, 4)
    actions.mark_read(me, into, 2)
    actions.mark_read(half, thread, 2)
    actions.mark_read(half, into, 2)
    actions.mark_read(new, thread, 4)
    actions.merge(viewer(cast.facilitator), thread, into)
    read = marks(into)
    assert read[cast.delegate.id] == 6
    assert read[cast.colleague.id] == 4
    assert cast.alternate.id not in read  # they had never read the other one
    assert marks(thread) == {}


def test_merged_twice_the_first_address_leads_to_the_last(cast, sign_in):
    first, second, third = (make.thread(cast.member, title=f"T{n}") for n in range(3))
    me = viewer(cast.facilitator)
    actions.merge(me, first, second)
    actions.merge(me, make.again(second), third)
    db.session.commit()
    old = sign_in(cast.member).get(f"/threads/{first.public_id}")
    assert path_of(old) == f"/threads/{third.public_id}"
    assert [depth for _n, depth, _b in whole(third)] == [0, 0, 1]
    counted_right()


def test_a_merge_pressed_twice_changes_nothing_more_and_says_so(cast, sign_in):
    old, into, third = (make.thread(cast.member, title=f"T{n}") for n in range(3))
    make.stage(2)
    db.session.commit()
    facilitator = sign_in(cast.facilitator)
    here = f"/threads/{old.public_id}"
    facilitator.send(f"{here}/merge", thread=into.public_id)
    done = verbs()
    for address, fields in (
        ("/merge", {"thread": into.public_id}),
        ("/merge", {"thread": third.public_id}),  # a form left open
        ("/stage", {"stage": "2"}),
        ("/pin", {}),
        ("/pin/withdrawal", {}),
    ):
        sent = facilitator.send(here + address, fields)
        assert path_of(sent) == f"/threads/{into.public_id}"
        assert "merged into this one before" in facilitator.get(path_of(sent)).text
    assert verbs() == done
    assert make.again(into).stage_number == 1


def test_what_is_deep_becomes_a_sibling_when_it_goes_deeper(cast):
    into, thread = make.thread(cast.member), make.thread(cast.member)
    parent = None
    for number in range(tree.DEEPEST + 3):
        parent = make.post(cast.member, thread, body=f"P{number}", parent=parent)
    before = [body for _n, _d, body in whole(thread)]
    actions.merge(viewer(cast.facilitator), make.again(thread), into)
    after = whole(into)
    assert sorted(body for _n, _d, body in after[1:]) == sorted(before)
    assert max(depth for _n, depth, _b in after) == tree.DEEPEST
    counted_right()


def test_only_threads_with_the_same_readers_are_merged(cast):
    thread = make.thread(cast.member)
    wider = make.thread(cast.member, space=cast.spaces["public"])
    private = make.thread(cast.member, space=cast.spaces["coalition"])
    me = viewer(cast.facilitator)
    for source, target in ((thread, wider), (private, thread), (thread, private), (thread, thread)):
        with pytest.raises(Forbidden):
            actions.merge(me, source, target)


def test_a_guest_of_the_other_thread_does_not_read_this_one_by_a_merge(cast):
    space = cast.spaces["coalition"]
    thread, into = (make.thread(cast.member, space=space) for _ in range(2))
    me = viewer(cast.facilitator)
    actions.invite_guest(me, into, cast.expert)
    with pytest.raises(Refused):
        actions.merge(me, thread, into)
    actions.merge(me, into, thread)  # the guest loses it, nobody gains
    assert (
        list(db.session.scalars(select(ThreadGuest.until).where(ThreadGuest.until.is_(None)))) == []
    )
    with pytest.raises(NotFound):
        queries.thread_or_404(into.public_id, viewer(cast.expert))


def test_a_challenge_is_not_merged_into_something_else(cast):
    challenge, talk = make.thread(cast.member), make.thread(cast.member, kind="discussion")
    with pytest.raises(Forbidden):
        actions.merge(viewer(cast.facilitator), challenge, talk)
    actions.merge(viewer(cast.facilitator), talk, challenge)
    counted_right()


@pytest.mark.parametrize("address", ["", "nowhere", "/threads/zzzzzzzzzzzz", "http://[bad"])
def test_merging_into_nowhere_gives_the_form_back(cast, sign_in, address):
    thread = make.thread(cast.member)
    db.session.commit()
    sent = sign_in(cast.facilitator).send(f"/threads/{thread.public_id}/merge", thread=address)
    assert sent.status_code == 422
    assert make.again(thread).removed_at is None


# --- splitting


def with_a_branch(cast):
    """A thread of six: the third post has two answers, one below the other."""
    thread = make.thread(cast.member, body="Costos.")
    make.post(cast.neighbour, thread, body="Uno.")
    root = make.post(cast.neighbour, thread, body="Otra cosa.")
    below = make.post(cast.member, thread, body="Sobre otra cosa.", parent=root)
    make.post(cast.expert, thread, body="Más abajo.", parent=below)
    make.post(cast.member, thread, body="Final.")
    return make.again(thread), queries.post_now(viewer(cast.facilitator), root.id)


def test_a_branch_becomes_a_thread_and_a_line_stays(cast, sign_in):
    thread, root = with_a_branch(cast)
    facilitator = sign_in(cast.facilitator)
    address = f"/posts/{root.public_id}/branch"
    assert address in facilitator.get(f"/threads/{thread.public_id}").text
    assert facilitator.get(address).status_code == 200
    sent = facilitator.send(address, title="Otra cosa aparte", kind="question")
    made = db.session.scalars(select(Thread).order_by(Thread.id.desc())).first()
    assert path_of(sent) == f"/threads/{made.public_id}"
    assert whole(made) == [
        (1, 0, "Otra cosa."),
        (2, 1, "Sobre otra cosa."),
        (3, 2, "Más abajo."),
    ]
    assert [body for _n, _d, body in whole(thread)] == ["Costos.", "Uno.", "Final."]
    row = make.again(made)
    assert (row.title, row.kind, row.author_id) == (
        "Otra cosa aparte",
        "question",
        cast.neighbour.id,
    )
    member = sign_in(cast.member)
    assert path_of(member.get(f"/posts/{root.public_id}")).startswith(f"/threads/{made.public_id}")
    page = member.get(f"/threads/{thread.public_id}").text
    assert page.index("Uno.") < page.index("Otra cosa aparte") < page.index("Final.")
    assert thread.title in member.get(f"/threads/{made.public_id}").text
    assert verbs()[-1] == "thread.split"
    counted_right()


def test_after_a_split_an_answer_to_the_old_place_goes_with_the_branch(cast, sign_in):
    thread, root = with_a_branch(cast)
    made = actions.split(viewer(cast.facilitator), root, title="Aparte", kind=ThreadKind.DISCUSSION)
    db.session.commit()
    sent = sign_in(cast.member).send(
        f"/threads/{thread.public_id}/posts",
        body="Tarde.",
        language="es",
        parent=root.public_id,
    )
    assert sent.status_code == 303
    assert whole(made)[-1] == (4, 0, "Tarde.")
    counted_right()


def test_what_was_read_stays_read_on_both_sides_of_a_split(cast):
    thread = make.thread(cast.member)
    make.post(cast.member, thread)
    root = make.post(cast.member, thread)
    make.post(cast.member, thread, parent=root)
    thread = make.again(thread)
    actions.mark_read(viewer(cast.delegate), thread, 4)
    actions.mark_read(viewer(cast.expert), thread, 3)
    made = actions.split(viewer(cast.facilitator), root, title="x", kind=ThreadKind.DISCUSSION)
    assert marks(made)[cast.delegate.id] == 2
    assert marks(made)[cast.expert.id] == 1
    assert marks(thread)[cast.delegate.id] == 2 == make.again(thread).last_number
    counted_right()


def test_a_solution_split_off_stays_offered_and_marked(cast):
    challenge = make.thread(cast.member)
    solution = make.post(cast.neighbour, challenge, kind="solution")
    actions.mark_solution(viewer(cast.member), solution, challenge)
    me = viewer(cast.facilitator)
    with pytest.raises(Refused):
        actions.split(me, solution, title="Así", kind=ThreadKind.QUESTION)
    made = actions.split(me, solution, title="Así", kind=ThreadKind.SOLUTION)
    now = make.again(challenge)
    assert (now.solution_count, now.status) == (1, "solved")
    offered = queries.solutions_of(viewer(cast.member), now)
    assert [one.thread_public_id for one in offered] == [made.public_id]
    assert [one.id for one in queries.challenges_of(me, make.again(made))] == [challenge.id]
    counted_right()


def test_a_branch_of_the_coalition_keeps_its_guests_and_its_readers(cast):
    thread = make.thread(cast.member, space=cast.spaces["coalition"])
    me = viewer(cast.facilitator)
    actions.invite_guest(me, thread, cast.expert)
    post = make.post(cast.expert, thread)
    made = actions.split(me, post, title="x", kind=ThreadKind.CHALLENGE)
    assert made.space_id == thread.space_id
    assert queries.thread_now(viewer(cast.expert), made.id).as_guest
    assert db.session.scalars(select(ThreadGuest).where(ThreadGuest.thread_id == made.id)).one()
    counted_right()


def test_the_line_of_a_split_is_not_shown_to_who_cannot_read_the_other(cast, sign_in):
    thread, root = with_a_branch(cast)
    me = viewer(cast.facilitator)
    made = actions.split(me, root, title="Aparte secreto", kind=ThreadKind.DISCUSSION)
    actions.change_visibility(
        me, make.again(made), space_id=cast.spaces["coalition"].id, reason="Delicado."
    )
    db.session.commit()
    for name, shown in (("member", True), ("outsider", False), ("staff", False)):
        page = sign_in(getattr(cast, name)).get(f"/threads/{thread.public_id}").text
        assert ("Aparte secreto" in page) is shown, name
        assert (made.public_id in page) is shown, name


def test_the_beginning_a_removed_post_and_a_drafting_thread_are_not_split_off(cast):
    thread = make.thread(cast.member)
    first = queries.post_rows(thread).posts[0]
    post = make.post(cast.member, thread)
    me = viewer(cast.facilitator)
    with pytest.raises(Forbidden):
        actions.split(me, queries.post_now(me, first.id), title="x", kind=ThreadKind.DISCUSSION)
    actions.remove(me, post, reason="Nombre.")
    with pytest.raises(WrongState):
        actions.split(me, post, title="x", kind=ThreadKind.DISCUSSION)
    outside = actions.start_thread(
        viewer(cast.member),
        stage=None,
        space_id=cast.spaces["coalition"].id,
        title="Borrador",
        kind=ThreadKind.DISCUSSION,
        body="x",
        html=markup.render("x"),
        language="es",
    )
    row = queries.thread_row(outside.id)
    for act in (
        lambda: actions.pin(me, row),
        lambda: actions.move(me, row, make.some_stage()),
        lambda: actions.merge(me, row, thread),
    ):
        with pytest.raises(Forbidden):
            act()


def test_a_branch_split_off_and_merged_back_is_all_there(cast):
    thread, root = with_a_branch(cast)
    me = viewer(cast.facilitator)
    before = sorted(body for _n, _d, body in whole(thread))
    made = actions.split(me, root, title="Aparte", kind=ThreadKind.CHALLENGE)
    actions.merge(me, make.again(made), make.again(thread))
    assert sorted(body for _n, _d, body in whole(thread)) == before
    assert db.session.scalars(select(Arrangement)).all()
    counted_right()


# --- at the same moment


def test_an_answer_that_arrives_during_a_merge_is_in_one_of_the_two(cast, race):
    thread, into = two_threads(cast)

    def act(i):
        if i == 0:
            actions.merge(viewer(cast.facilitator), thread, into)
        else:
            actions.reply(
                viewer(cast.member), thread, body=f"R{i}", html=f"<p>R{i}</p>", language="es"
            )
        db.session.commit()

    assert race(6, act) == [None] * 6
    assert whole(thread) == []
    assert {f"R{i}" for i in range(1, 6)} <= {body for _n, _d, body in whole(into)}
    counted_right()


def test_an_answer_that_arrives_during_a_split_stays_with_its_branch(cast, race):
    thread, root = with_a_branch(cast)

    def act(i):
        if i == 0:
            actions.split(viewer(cast.facilitator), root, title="x", kind=ThreadKind.DISCUSSION)
        else:
            actions.reply(
                viewer(cast.member),
                thread,
                body=f"R{i}",
                html=f"<p>R{i}</p>",
                language="es",
                parent=root,
            )
        db.session.commit()

    assert race(6, act) == [None] * 6
    made = db.session.scalars(select(Thread).order_by(Thread.id.desc())).first()
    assert {f"R{i}" for i in range(1, 6)} <= {body for _n, _d, body in whole(made)}
    assert [body for _n, _d, body in whole(thread)] == ["Costos.", "Uno.", "Final."]
    counted_right()


# --- the tree by itself


@st.composite
def trees(draw):
    """A thread's posts as (number, path), each answering an earlier one or the thread."""
    made = [(1, tree.path_of(1))]
    paths = {1: made[0][1]}
    for number in range(2, draw(st.integers(2, 40))):
        parent = draw(st.sampled_from([0, *range(2, number)]))
        paths[number] = tree.path_of(number, paths.get(parent, ""))
        made.append((number, paths[number]))
    return made


@given(trees(), st.integers(0, 50))
def test_a_replanted_thread_is_one_branch_in_the_same_order(posts, after):
    placed = replanting.places(posts, after=after, below_first=True)
    assert sorted(one.number for one in placed.values()) == list(
        range(after + 1, after + 1 + len(posts))
    )
    paths = {one.path for one in placed.values()}
    root = placed[1].path
    assert len(paths) == len(posts)
    assert root == tree.path_of(after + 1)
    for number, old in posts:
        new = placed[number]
        assert new.path.endswith(tree.piece(new.number))
        assert tree.depth_of(new.path) <= tree.DEEPEST
        assert new.path == root or new.path[: -tree.PIECE] in paths
        if tree.depth_of(old) < tree.DEEPEST - 1 and number > 1:
            assert tree.depth_of(new.path) == tree.depth_of(old) + 1
