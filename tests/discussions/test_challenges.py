"""Solutions of a challenge, what solved it, who faces it."""

import pytest
from sqlalchemy import func, select

from forum.activity.models import Event
from forum.db import db
from forum.discussions import actions, queries
from forum.discussions.models import FacedBy, SolutionFor
from forum.lib.permission import Forbidden, Refused, WrongState
from tests.factories import discussions as make
from tests.people import viewer

pytestmark = pytest.mark.both_databases


def verbs():
    return list(db.session.scalars(select(Event.verb).order_by(Event.id)))


@pytest.fixture
def challenge(app, cast):
    return make.thread(cast.member)


@pytest.fixture
def solution(challenge, cast):
    return make.post(cast.neighbour, challenge, kind="solution", body="Contratos a plazo.")


# --- offering


def test_a_solution_is_listed_on_top_of_its_challenge(challenge, solution, cast, sign_in):
    now = make.again(challenge)
    assert (now.solution_count, now.status) == (1, "open")
    page = sign_in(cast.member).get(f"/threads/{challenge.public_id}").text
    assert page.index('id="solutions"') < page.index('id="p2"')
    assert "Contratos a plazo." in page


def test_a_solution_thread_is_linked_to_the_challenge_it_is_for(challenge, cast, sign_in):
    client = sign_in(cast.neighbour)
    sent = client.send(
        "/exchanges/americas/stages/1/threads",
        title="Vivero comunitario",
        kind="solution",
        body="Con estacas.",
        language="es",
        visibility="network",
        solves=challenge.public_id,
    )
    assert sent.status_code == 303
    assert make.again(challenge).solution_count == 1
    assert "Vivero comunitario" in client.get(f"/threads/{challenge.public_id}").text
    made = db.session.scalars(select(SolutionFor)).one()
    thread = queries.post_now(viewer(cast.neighbour), made.solution_post_id).thread
    assert challenge.title in client.get(f"/threads/{thread.public_id}").text


def test_a_thread_is_offered_for_a_challenge_by_its_address(challenge, cast, sign_in):
    thread = make.thread(cast.neighbour, kind="solution", title="Vivero")
    client = sign_in(cast.neighbour)
    for _twice in range(2):
        sent = client.send(
            f"/threads/{thread.public_id}/solves",
            challenge=f"http://localhost/threads/{challenge.public_id}?after=3#p4",
        )
        assert sent.status_code == 303
    assert make.again(challenge).solution_count == 1
    nowhere = client.send(f"/threads/{thread.public_id}/solves", challenge="/threads/nothing")
    assert nowhere.status_code == 422
    assert "nothing" in nowhere.text


def test_a_solution_that_some_readers_could_not_read_is_refused(challenge, cast):
    coalition = cast.spaces["coalition"]
    with pytest.raises(Refused):
        make.thread(cast.neighbour, kind="solution", space=coalition, solves=challenge)
    db.session.rollback()
    inside = make.thread(cast.neighbour, space=coalition)
    outside = make.thread(cast.member, kind="solution", solves=inside)
    assert make.again(inside).solution_count == 1
    assert [one.thread_public_id for one in queries.solutions_of(viewer(cast.member), inside)] == [
        outside.public_id
    ]


@pytest.mark.parametrize("kind", ["challenge", "question", "experience"])
def test_only_a_solution_thread_is_offered(challenge, cast, sign_in, row_counts, kind):
    thread = make.thread(cast.neighbour, kind=kind)
    db.session.commit()
    client, before = sign_in(cast.neighbour), row_counts()
    for which in (thread, challenge):
        sent = client.send(f"/threads/{thread.public_id}/solves", challenge=which.public_id)
        assert sent.status_code == 403
    sent = client.send(
        "/exchanges/americas/stages/1/threads",
        title="Vivero comunitario",
        kind=kind,
        body="Con estacas.",
        language="es",
        visibility="network",
        solves=challenge.public_id,
    )
    assert sent.status_code == 422
    assert "solo se ofrece una conversación de tipo solución" in sent.text
    assert "Con estacas." in sent.text
    assert row_counts() == before


def test_an_answer_is_not_offered_for_another_challenge(challenge, solution, cast):
    other = make.thread(cast.member, title="Otro")
    with pytest.raises(Forbidden):
        actions.link_solution(viewer(cast.neighbour), solution, other)


def test_a_challenge_locked_meanwhile_takes_no_solution_thread(challenge, cast):
    actions.lock(viewer(cast.facilitator), challenge, reason="Se repite.")
    with pytest.raises(WrongState):
        make.thread(cast.neighbour, kind="solution", solves=challenge)


# --- marking


def test_what_solved_it_is_marked_and_unmarked(challenge, solution, cast, sign_in):
    client = sign_in(cast.coordinator)  # of the project that raised it
    assert client.send(f"/posts/{solution.public_id}/solution").status_code == 303
    assert make.again(challenge).status == "solved"
    assert "This solved the challenge." in client.get(f"/threads/{challenge.public_id}").text
    client.send(f"/posts/{solution.public_id}/solution")
    assert verbs().count("solution.marked") == 1
    client.send(f"/posts/{solution.public_id}/solution/withdrawal")
    assert make.again(challenge).status == "open"
    assert verbs()[-1] == "solution.unmarked"


def test_several_may_have_solved_it(challenge, solution, cast):
    other = make.post(cast.expert, challenge, kind="solution")
    me = viewer(cast.member)
    actions.mark_solution(me, solution, challenge)
    actions.mark_solution(me, other, challenge)
    actions.unmark_solution(me, solution, challenge)
    assert make.again(challenge).status == "solved"


def test_a_stranger_marks_nothing(challenge, solution, cast, sign_in):
    for name in ("neighbour", "outsider", "staff", "expert"):
        sent = sign_in(getattr(cast, name)).send(f"/posts/{solution.public_id}/solution")
        assert sent.status_code == 403
    observer = sign_in(cast.observer).send(f"/posts/{solution.public_id}/solution")
    assert observer.status_code == 404
    assert make.again(challenge).status == "open"


def test_a_plain_reply_cannot_have_solved_it(challenge, cast):
    post = make.post(cast.neighbour, challenge)
    with pytest.raises(WrongState):
        actions.mark_solution(viewer(cast.member), post, challenge)


def test_htmx_gets_the_post_and_the_threads_new_state(challenge, solution, cast, sign_in):
    sent = sign_in(cast.member).send(f"/posts/{solution.public_id}/solution", htmx=True)
    assert sent.status_code == 200
    assert 'id="p2"' in sent.text
    assert '<hx-partial hx-target="#state"' in sent.text
    assert "Solved" in sent.text


# --- removing and restoring


def test_a_removed_solution_counts_no_more_until_it_is_back(challenge, solution, cast):
    actions.mark_solution(viewer(cast.member), solution, challenge)
    actions.remove(viewer(cast.neighbour), solution, reason="")
    now = make.again(challenge)
    assert (now.solution_count, now.status) == (0, "open")
    assert queries.solutions_of(viewer(cast.member), challenge) == []
    back = queries.post_now(viewer(cast.neighbour), solution.id)
    actions.restore(viewer(cast.neighbour), back)
    now = make.again(challenge)
    assert (now.solution_count, now.status) == (1, "solved")
    assert queries.count_drift() == []


def test_narrowing_a_solution_thread_takes_it_from_the_challenge_outside(challenge, cast):
    thread = make.thread(cast.neighbour, kind="solution", solves=challenge)
    first = queries.post_now(viewer(cast.neighbour), queries.post_rows(thread).posts[0].id)
    actions.mark_solution(viewer(cast.member), first, challenge)
    assert make.again(challenge).status == "solved"
    me = viewer(cast.neighbour)
    actions.change_visibility(me, thread, space_id=cast.spaces["coalition"].id)
    now = make.again(challenge)
    assert (now.solution_count, now.status) == (0, "open")
    assert queries.solutions_of(viewer(cast.staff), challenge) == []
    assert queries.count_drift() == []


# --- facing


def test_the_project_that_raised_it_faces_it(challenge):
    assert challenge.faced_count == 1


def test_a_project_says_once_that_it_faces_it_too(challenge, cast, sign_in):
    client, url = sign_in(cast.neighbour), f"/threads/{challenge.public_id}/faced-by"
    for _twice in range(2):
        assert client.send(url).status_code == 303
    assert make.again(challenge).faced_count == 2
    assert verbs().count("challenge.faced") == 1
    page = sign_in(cast.member).get(f"/threads/{challenge.public_id}").text
    assert "2 projects face this" in page
    assert "Mexico" in page
    client.send(f"{url}/withdrawal")
    client.send(f"{url}/withdrawal")
    assert make.again(challenge).faced_count == 1
    assert queries.count_drift() == []


def test_two_of_one_project_at_once_say_it_once(challenge, cast, race):
    db.session.commit()

    def say(_i):
        made = actions.face(viewer(cast.neighbour), challenge, cast.projects["encinos"].id)
        db.session.commit()
        return made.id

    assert len(set(race(6, say))) == 1
    assert db.session.execute(select(func.count()).select_from(FacedBy)).scalar_one() == 2
    assert queries.count_drift() == []


def test_nobody_speaks_for_another_project_but_who_facilitates(challenge, cast, sign_in):
    url = f"/threads/{challenge.public_id}/faced-by"
    assert sign_in(cast.outsider).send(url, project="encinos").status_code == 403
    assert sign_in(cast.facilitator).send(url, project="encinos").status_code == 303
    assert sign_in(cast.expert).send(url).status_code in (403, 422)
    assert sign_in(cast.facilitator).send(url, project="no-such").status_code == 404
    assert make.again(challenge).faced_count == 2


def test_the_project_that_raised_it_cannot_take_that_back(challenge, cast):
    with pytest.raises(Forbidden):
        actions.unface(viewer(cast.member), challenge, cast.projects["ceiba"].id)


# --- the head of the thread, beside what changed in place


def test_the_head_says_the_new_counts_and_state(challenge, solution, cast, sign_in):
    marked = sign_in(cast.coordinator).send(f"/posts/{solution.public_id}/solution", htmx=True)
    assert 'hx-target="#state"' in marked.text
    faced = sign_in(cast.neighbour).send(f"/threads/{challenge.public_id}/faced-by", htmx=True)
    assert "2 proyectos" in faced.text.split('hx-target="#counts"')[1]
    url = f"/threads/{challenge.public_id}/posts"
    written = sign_in(cast.member).send(url, body="x", language="es", kind="reply", htmx=True)
    assert "2 replies" in written.text.split('hx-target="#counts"')[1]


def test_only_a_solution_is_offered_for_another_challenge(challenge, cast, sign_in):
    page = sign_in(cast.member).get(f"/threads/{challenge.public_id}/solves")
    assert page.status_code == 403
