"""What came of a solution where other projects tried it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from forum.activity.models import Event
from forum.db import db
from forum.discussions import actions, queries
from forum.discussions.actions import Tried
from forum.discussions.kinds import Verdict
from forum.discussions.models import Post, Trial
from forum.lib import clock
from forum.lib.permission import Forbidden, Refused, WrongState
from forum.web.forms import Stale
from tests.factories import discussions as make
from tests.people import viewer

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

WORKED = Tried(verdict=Verdict.WORKED, country="GT")
FORM = {"verdict": "worked", "country": "GT", "language": "es", "note": "Con menos agua."}


@pytest.fixture
def solution(cast):
    """Of Encinos, Mexico, for a challenge of Ceiba, Guatemala."""
    return make.post(cast.neighbour, make.thread(cast.member), kind="solution", body="Vivero.")


def record(person, post, said=WORKED, *, project, version=0):
    me = viewer(person)
    return actions.record_trial(
        me, queries.post_now(me, post.id), project.id, said, version=version
    )


def counts(post):
    row = db.session.execute(
        select(Post.trial_count, Post.confirmed_count).where(Post.id == post.id)
    ).one()
    return tuple(row)


def verbs():
    said = select(Event.verb).where(Event.verb.startswith("trial")).order_by(Event.id)
    return list(db.session.scalars(said))


def test_a_project_says_what_came_of_it_and_the_solution_shows_it(cast, solution, sign_in):
    db.session.commit()
    client, address = sign_in(cast.member), f"/posts/{solution.public_id}/trials"
    assert f"{address}/new" in client.get(f"/threads/{solution.thread.public_id}").text
    assert '<option selected value="GT">' in client.get(f"{address}/new").text
    sent = client.send(address, FORM, project="ceiba", version=0)
    assert sent.status_code == 303
    told = client.get(address).text
    assert "Con menos agua." in told
    assert "Guatemala" in told
    page = sign_in(cast.outsider).get(f"/threads/{solution.thread.public_id}").text
    assert "It worked" in page
    assert counts(solution) == (1, 1)
    assert verbs() == ["trial.recorded"]
    assert queries.count_drift() == []


def test_it_may_change_and_be_taken_back(cast, solution, sign_in):
    ceiba = cast.projects["ceiba"]
    record(cast.member, solution, project=ceiba)
    failed = Tried(verdict=Verdict.DID_NOT, country="GT")
    record(cast.delegate, solution, failed, project=ceiba, version=1)
    assert counts(solution) == (1, 0)
    db.session.commit()
    client = sign_in(cast.member)
    for _twice in range(2):
        address = f"/posts/{solution.public_id}/trials/withdrawal"
        assert client.send(address, project="ceiba").status_code == 303
    assert counts(solution) == (0, 0)
    assert verbs() == ["trial.recorded", "trial.changed", "trial.withdrawn"]
    assert queries.count_drift() == []


def test_said_again_the_same_it_is_said_once(cast, solution):
    for _twice in range(2):
        record(cast.member, solution, project=cast.projects["ceiba"])
    assert verbs() == ["trial.recorded"]


def test_what_somebody_of_the_project_said_meanwhile_is_shown(cast, solution, sign_in):
    ceiba = cast.projects["ceiba"]
    record(cast.member, solution, project=ceiba)
    with pytest.raises(Stale):
        record(cast.delegate, solution, Tried(verdict=Verdict.PARTLY, country="GT"), project=ceiba)
    db.session.commit()
    late = sign_in(cast.delegate).send(
        f"/posts/{solution.public_id}/trials", FORM, project="ceiba", version=0
    )
    assert late.status_code == 409
    assert "Con menos agua." in late.text


def test_nobody_confirms_their_own_solution_or_speaks_for_another_project(cast, solution):
    db.session.commit()
    for person, slug in (
        (cast.neighbour, "encinos"),
        (cast.facilitator, "encinos"),
        (cast.member, "rio-claro"),
        (cast.staff, "ceiba"),
        (cast.expert, "ceiba"),
    ):
        with pytest.raises(Forbidden):
            record(person, solution, project=cast.projects[slug])
        db.session.rollback()
    record(cast.facilitator, solution, project=cast.projects["rio-claro"])
    assert counts(solution) == (1, 1)


def test_only_a_solution_is_tried_and_not_a_removed_one(cast, solution):
    reply = make.post(cast.neighbour, solution.thread)
    with pytest.raises(Forbidden):
        record(cast.member, reply, project=cast.projects["ceiba"])
    actions.remove(viewer(cast.neighbour), solution, reason="")
    with pytest.raises(WrongState):
        record(cast.member, solution, project=cast.projects["ceiba"])


def test_what_came_of_it_is_told_after_the_stage_has_closed(cast, clock_at):
    stage = make.stage(closes_at=clock.now() + timedelta(days=1))
    post = make.post(cast.neighbour, make.thread(cast.member, stage=stage), kind="solution")
    clock_at((clock.now() + timedelta(days=3)).isoformat())
    record(cast.member, post, project=cast.projects["ceiba"])
    assert counts(post) == (1, 1)


def test_a_solved_challenge_of_another_project_counts_once_beside_its_trial(cast, solution):
    actions.mark_solution(viewer(cast.member), solution, solution.thread)
    assert counts(solution) == (0, 1)
    record(cast.member, solution, project=cast.projects["ceiba"])
    assert counts(solution) == (1, 1)
    record(cast.facilitator, solution, project=cast.projects["rio-claro"])
    assert counts(solution) == (2, 2)
    actions.unmark_solution(viewer(cast.member), solution, solution.thread)
    assert counts(solution) == (2, 2)
    assert queries.count_drift() == []


def test_what_solved_a_hidden_or_removed_challenge_does_not_count(cast):
    hidden = make.thread(cast.member, space=cast.spaces["coalition"])
    open_one = make.thread(cast.member)
    mine = make.thread(cast.neighbour, kind="solution", solves=hidden)
    first = queries.post_now(viewer(cast.member), queries.post_rows(mine).posts[0].id)
    actions.mark_solution(viewer(cast.member), first, hidden)
    assert counts(first) == (0, 0)
    actions.link_solution(viewer(cast.neighbour), first, open_one)
    actions.mark_solution(viewer(cast.member), first, open_one)
    assert counts(first) == (0, 1)
    opening = queries.post_now(viewer(cast.member), queries.post_rows(open_one).posts[0].id)
    actions.remove(viewer(cast.member), opening, reason="")
    assert counts(first) == (0, 0)
    assert queries.count_drift() == []


def test_a_planned_trial_is_asked_after_once_when_its_day_has_come(
    cast, solution, sign_in, clock_at
):
    planned = Tried(verdict=Verdict.PLANNED, country="GT")
    trial = record(cast.member, solution, planned, project=cast.projects["ceiba"])
    assert trial.due_on == clock.now().date() + timedelta(days=60)
    assert counts(solution) == (1, 0)
    assert actions.ask_what_came() == 0
    db.session.commit()
    question = f"/posts/{solution.public_id}/trials/new?project=ceiba"
    assert question not in sign_in(cast.member).get("/solutions").text
    told = f"/posts/{solution.public_id}/trials"
    assert "They will know by" in sign_in(cast.member).get(told).text
    clock_at((clock.now() + timedelta(days=61)).isoformat())
    assert [actions.ask_what_came() for _twice in range(2)] == [1, 0]
    db.session.commit()
    assert verbs() == ["trial.recorded", "trial.due"]
    assert question in sign_in(cast.delegate).get("/solutions").text
    assert "They meant to know by" in sign_in(cast.member).get(told).text
    asked = 'href="/solutions#due"'
    assert asked in sign_in(cast.delegate).get("/").text
    assert asked not in sign_in(cast.outsider).get("/").text
    assert question not in sign_in(cast.neighbour).get("/solutions").text
    record(cast.member, solution, project=cast.projects["ceiba"], version=1)
    db.session.commit()
    assert question not in sign_in(cast.member).get("/solutions").text
    assert actions.ask_what_came() == 0


def test_a_day_that_cannot_be_is_refused(cast, solution):
    for days in (-1, 800):
        said = Tried(
            verdict=Verdict.PLANNED, country="GT", due_on=clock.now().date() + timedelta(days=days)
        )
        with pytest.raises(Refused):
            record(cast.member, solution, said, project=cast.projects["ceiba"])


def test_of_two_of_a_project_at_once_one_row_stays_and_one_is_told(cast, solution, race):
    db.session.commit()
    people = [cast.member, cast.delegate, cast.alternate, cast.coordinator]
    verdicts = list(Verdict)

    def press(number):
        said = Tried(verdict=verdicts[number], country="GT")
        record(people[number], solution, said, project=cast.projects["ceiba"])
        db.session.commit()
        return "stored"

    results = race(4, press)
    assert results.count("stored") == 1
    assert all(isinstance(one, Stale) for one in results if one != "stored")
    db.session.rollback()
    assert db.session.execute(select(func.count()).select_from(Trial)).scalar_one() == 1
    assert queries.count_drift() == []
