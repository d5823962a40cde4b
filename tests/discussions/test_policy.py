"""One sentence per rule of who may do what in a thread."""

from datetime import timedelta

import pytest

from forum.discussions import queries
from forum.discussions.policy import care, solutions, writing
from forum.lib import clock
from forum.spaces.kinds import SpaceKind
from tests.factories import discussions as make
from tests.people import viewer

WRITERS = ("expert", "member", "outsider", "delegate", "facilitator", "staff")
READERS_ONLY = ("observer", "operator")


@pytest.fixture
def challenge(app, cast):
    return make.thread(cast.member, topics=["fire"])


def as_read_by(thread, person):
    return viewer(person), make.again(thread, person)


@pytest.mark.parametrize("name", WRITERS)
def test_people_of_projects_experts_facilitators_and_staff_start_threads(app, cast, name):
    assert writing.can_start_thread(viewer(getattr(cast, name)), make.stage())


@pytest.mark.parametrize("name", READERS_ONLY)
def test_observers_and_operators_start_none(app, cast, name):
    assert not writing.can_start_thread(viewer(getattr(cast, name)), make.stage())


def test_nobody_signed_out_starts_or_answers(app, cast, challenge):
    assert not writing.can_start_thread(viewer(None), make.some_stage())
    assert not writing.can_reply(viewer(None), challenge)


@pytest.mark.parametrize("name", WRITERS)
def test_they_answer_in_an_open_stage(challenge, cast, name):
    assert writing.can_reply(*as_read_by(challenge, getattr(cast, name)))


def test_a_closed_stage_is_read_only_and_says_when_it_closed(app, cast, clock_at):
    clock_at("2026-05-04T12:00")
    where = make.stage(closes_at=clock.now() + timedelta(days=3))
    thread = make.thread(cast.member, stage=where)
    post = make.post(cast.neighbour, thread)
    clock_at("2026-05-07T12:00")  # the very moment of closing
    answer = writing.can_reply(viewer(cast.neighbour), make.again(thread))
    assert not answer
    assert "May 7" in answer.reason
    assert not writing.can_start_thread(viewer(cast.facilitator), where)
    assert not writing.can_edit(viewer(cast.neighbour), post, make.again(thread))
    assert not writing.can_offer_solution(viewer(cast.neighbour), make.again(thread))
    assert writing.can_remove(viewer(cast.neighbour), post)


def test_a_stage_closed_early_says_why(app, cast):
    where = make.stage(closes_at=clock.now(), closed_reason="Se repite en junio.")
    answer = writing.can_start_thread(viewer(cast.member), where)
    assert not answer
    assert "Se repite en junio." in answer.reason


def test_a_stage_that_is_not_open_yet_takes_nothing(app, cast):
    where = make.stage(opens_at=clock.now() + timedelta(days=1))
    assert not writing.can_start_thread(viewer(cast.member), where)


def test_a_locked_thread_takes_nothing_and_says_why(app, cast):
    from forum.discussions import actions

    thread = make.thread(cast.member)
    actions.lock(viewer(cast.facilitator), thread, reason="Sigue en otra conversación.")
    answer = writing.can_reply(viewer(cast.member), make.again(thread))
    assert not answer
    assert "Sigue en otra conversación." in answer.reason


def test_only_the_author_edits(app, cast, challenge):
    post = make.post(cast.neighbour, challenge)
    assert writing.can_edit(viewer(cast.neighbour), post, challenge)
    for name in ("member", "facilitator", "staff"):
        assert not writing.can_edit(viewer(getattr(cast, name)), post, challenge)


def test_the_author_and_who_facilitates_remove_staff_only_their_own(app, cast, challenge):
    post, theirs = make.post(cast.neighbour, challenge), make.post(cast.staff, challenge)
    assert writing.can_remove(viewer(cast.neighbour), post)
    assert writing.can_remove(viewer(cast.facilitator), post)
    assert writing.can_remove(viewer(cast.staff), theirs)
    for name in ("member", "staff", "colleague", "expert"):
        assert not writing.can_remove(viewer(getattr(cast, name)), post)


def test_the_author_the_authors_project_and_who_facilitates_mark_what_solved(app, cast, challenge):
    for name in ("member", "coordinator", "delegate", "facilitator"):
        assert solutions.can_mark_solution(viewer(getattr(cast, name)), challenge)
    for name in ("neighbour", "outsider", "expert", "staff", "observer"):
        assert not solutions.can_mark_solution(viewer(getattr(cast, name)), challenge)


def test_people_say_that_their_own_project_faces_it(app, cast, challenge):
    encinos, ceiba = cast.projects["encinos"].id, cast.projects["ceiba"].id
    assert solutions.can_face(viewer(cast.neighbour), challenge, encinos)
    assert not solutions.can_face(viewer(cast.member), challenge, encinos)
    assert solutions.can_face(viewer(cast.facilitator), challenge, encinos)
    for name in ("expert", "staff", "observer"):
        assert not solutions.can_face(viewer(getattr(cast, name)), challenge, encinos)
    assert not solutions.can_unface(viewer(cast.member), challenge, ceiba)


def test_only_a_challenge_collects_solutions_and_is_faced(app, cast):
    question = make.thread(cast.member, kind="question")
    assert not writing.can_offer_solution(viewer(cast.neighbour), question)
    assert not solutions.can_face(viewer(cast.neighbour), question)
    assert writing.can_reply(viewer(cast.neighbour), question)


def test_only_who_facilitates_summarises_and_locks(app, cast, challenge):
    assert writing.can_summarise(viewer(cast.facilitator), challenge)
    assert care.can_lock(viewer(cast.facilitator), challenge)
    for name in ("member", "staff", "expert", "delegate"):
        assert not writing.can_summarise(viewer(getattr(cast, name)), challenge)
        assert not care.can_lock(viewer(getattr(cast, name)), challenge)


@pytest.mark.parametrize(
    ("name", "to", "alone", "allowed"),
    [
        ("member", SpaceKind.COALITION, True, True),
        ("member", SpaceKind.COALITION, False, True),
        ("member", SpaceKind.PUBLIC, True, True),
        ("member", SpaceKind.PUBLIC, False, False),
        ("member", SpaceKind.NETWORK, True, False),
        ("member", SpaceKind.STAFF, True, False),
        ("facilitator", SpaceKind.COALITION, False, True),
        ("facilitator", SpaceKind.PUBLIC, True, False),
        ("coordinator", SpaceKind.COALITION, True, False),
        ("staff", SpaceKind.COALITION, True, False),
    ],
)
def test_the_author_narrows_and_widens_alone_who_facilitates_narrows(
    challenge, cast, name, to, alone, allowed
):
    who = viewer(getattr(cast, name))
    assert bool(care.can_change_visibility(who, challenge, to, alone=alone)) == allowed


def test_a_thread_outside_the_stages_keeps_its_readers(app, cast):
    make.stage()
    made = make.actions.start_thread(
        viewer(cast.member),
        stage=None,
        space_id=cast.spaces["coalition"].id,
        title="Borrador",
        kind=make.ThreadKind.DISCUSSION,
        body="x",
        html="<p>x</p>",
        language="es",
    )
    thread = queries.thread_row(made.id)
    assert not care.can_change_visibility(viewer(cast.member), thread)
    assert writing.can_reply(viewer(cast.neighbour), thread)


def test_guests_are_for_coalition_threads_and_invited_by_who_facilitates_or_may(
    app, cast, monkeypatch
):
    thread = make.thread(cast.member, space=cast.spaces["coalition"])
    assert care.can_invite_guest(viewer(cast.facilitator), thread)
    assert not care.can_invite_guest(viewer(cast.member), thread)
    assert not care.can_invite_guest(viewer(cast.loose_facilitator), thread)
    assert not care.can_invite_guest(viewer(cast.facilitator), make.thread(cast.member))
    monkeypatch.setattr(care.slots, "may_invite_guest", [lambda _v, _t: True])
    assert care.can_invite_guest(viewer(cast.member), thread)
    assert not care.can_invite_guest(viewer(cast.staff), thread)
