"""Who is told of what, in the app: for which reason, once, and only of what they may read."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from forum import activity
from forum.accounts.models import Person
from forum.activity.models import Event
from forum.asks import actions as asks
from forum.asks.lifecycle import Verdict as Helped
from forum.asks.queries import offer_or_404
from forum.db import db
from forum.discussions import actions as talking
from forum.discussions import queries
from forum.discussions.kinds import ThreadKind, Verdict
from forum.discussions.models import Post, Thread, Topic
from forum.lib import clock
from forum.notifications import actions
from forum.notifications.kinds import Level, Reason, What
from forum.notifications.models import Notification, Subscription
from forum.spaces.models import Space
from forum.spaces.queries import seeing
from forum.spaces.viewer import viewer_of
from tests.factories import asks as asking
from tests.factories import coalition_votes as votes
from tests.factories import discussions as talk
from tests.people import ROLES, Cast, viewer


def told(person: Any) -> dict[str, Reason]:
    """What the person is told: the title of each thread or proposal, and why."""
    rows = db.session.execute(
        select(Thread.title, Notification.reasons)
        .join(Notification, Notification.thread_id == Thread.id)
        .where(Notification.person_id == person.id)
    )
    return {title: Reason(reasons) for title, reasons in rows}


def why(person: Any) -> Reason | None:
    """Why the person is told of the only thread."""
    return next(iter(told(person).values()), None)


def follow(person: Any, what: What, thing: Any, level: Level | None = Level.WATCH) -> None:
    actions.follow(viewer(person), what, thing.id, level)


@pytest.mark.both_databases
def test_who_asked_is_told_of_the_answer_and_of_the_solution(app: Flask, cast: Cast) -> None:
    thread = talk.thread(cast.member)
    talk.post(cast.neighbour, thread)
    assert why(cast.member) == Reason.ANSWER
    talk.post(cast.expert, thread, kind="solution")
    assert why(cast.member) == Reason.ANSWER | Reason.SOLUTION


def test_who_is_answered_is_told_and_who_writes_follows(app: Flask, cast: Cast) -> None:
    thread = talk.thread(cast.member, kind="question")
    reply = talk.post(cast.neighbour, thread)
    assert why(cast.member) == Reason.POST
    assert why(cast.neighbour) is None  # of nobody's own doing
    talk.post(cast.expert, thread, parent=reply)
    assert why(cast.neighbour) == Reason.ANSWER
    talk.post(cast.member, thread)
    assert why(cast.expert) == Reason.POST


def test_whose_solution_it_was_is_told(app: Flask, cast: Cast) -> None:
    thread = talk.thread(cast.member)
    solution = talk.post(cast.expert, thread, kind="solution")
    talking.mark_solution(viewer(cast.member), solution, talk.again(thread))
    assert why(cast.expert) == Reason.SOLVED


def test_a_solution_of_another_thread_tells_the_challenges_author(app: Flask, cast: Cast) -> None:
    challenge = talk.thread(cast.member)
    talk.thread(cast.neighbour, kind="solution", title="Un fondo común", solves=challenge)
    assert told(cast.member) == {challenge.title: Reason.SOLUTION}


def test_who_is_mentioned_or_helped_is_told(app: Flask, cast: Cast) -> None:
    thread = talk.thread(cast.member)
    post = talk.post(cast.neighbour, thread)
    row = db.session.get_one(Post, post.id)
    activity.record(cast.neighbour.id, "post.mentioned", row, person=cast.expert.id)
    assert why(cast.expert) == Reason.MENTION
    held = db.session.get_one(Thread, thread.id)
    activity.record(
        cast.expert.id, "ask.offered", held, thread=thread.id, person=cast.coordinator.id
    )
    assert why(cast.coordinator) == Reason.HELP


@pytest.mark.both_databases
def test_an_expert_asked_by_name_is_told_where_they_read(app: Flask, cast: Cast) -> None:
    for readers, expected in (("network", Reason.ASKED), ("coalition", None)):
        thread = talk.thread(cast.member, title=readers, space=cast.spaces[readers])
        asked = asking.ask(cast.member, thread)
        asks.invite(viewer(cast.member), asked, cast.expert)
        assert told(cast.expert).get(readers) == expected
    assert not told(cast.member)


@pytest.mark.parametrize("readers", ["network", "coalition"])
def test_who_offers_help_is_told_of_being_accepted_and_who_asked_of_its_end(
    app: Flask, cast: Cast, readers: str
) -> None:
    thread = talk.thread(cast.delegate, space=cast.spaces[readers])
    asked = asking.ask(cast.delegate, thread, to_experts=True)
    offered = asking.offer(cast.expert, asking.now(cast.expert, asked))
    asks.decide(viewer(cast.delegate), asking.seen(cast.delegate, offered), accept=True)
    assert why(cast.expert) == Reason.ACCEPTED
    asks.withdraw(viewer(cast.expert), asking.seen(cast.expert, offered))
    assert why(cast.delegate) == Reason.HELP | Reason.WENT_BACK


def test_who_asked_an_expert_by_name_is_told_of_a_no(app: Flask, cast: Cast) -> None:
    asked = asking.ask(cast.member, talk.thread(cast.member))
    invited = asks.invite(viewer(cast.facilitator), asked, cast.expert)
    row = offer_or_404(invited.public_id, viewer(cast.expert))
    asks.answer_invitation(viewer(cast.expert), row, accept=False, note="No puedo.")
    assert why(cast.member) == why(cast.facilitator) == Reason.REFUSED
    assert why(cast.expert) == Reason.ASKED
    assert why(cast.coordinator) is None


def test_who_offered_is_told_that_it_is_not_needed(app: Flask, cast: Cast) -> None:
    asked = asking.ask(cast.member, talk.thread(cast.member))
    declined = asking.offer(cast.expert, asked)
    asks.decide(viewer(cast.member), asking.seen(cast.member, declined), accept=False)
    assert why(cast.expert) == Reason.NOT_NEEDED
    asking.offer(cast.guest, asking.now(cast.guest, asked))
    assert why(cast.guest) is None
    asks.close(viewer(cast.member), asking.now(cast.member, asked))
    assert why(cast.guest) == Reason.NOT_NEEDED


def test_an_ask_that_helped_tells_who_still_waits_and_thanks_who_helped(
    app: Flask, cast: Cast
) -> None:
    asked = asking.ask(cast.member, talk.thread(cast.member))
    taken = asking.offer(cast.expert, asked)
    asking.offer(cast.guest, asking.now(cast.guest, asked))
    asks.decide(viewer(cast.member), asking.seen(cast.member, taken), accept=True)
    now = asking.now(cast.member, asked)
    asks.say_outcome(viewer(cast.member), now, verdict=Helped.YES, word="")
    assert why(cast.expert) == Reason.ACCEPTED | Reason.HELP
    assert why(cast.guest) == Reason.NOT_NEEDED
    asks.close(viewer(cast.member), asking.now(cast.member, asked))
    over = select(func.count()).where(Event.verb == "ask.over")
    assert db.session.execute(over).scalar_one() == 1  # and not again when it is closed


def test_a_lock_is_told_to_who_follows(app: Flask, cast: Cast) -> None:
    thread = talk.thread(cast.member)
    follow(cast.neighbour, What.THREAD, thread)
    talking.lock(viewer(cast.facilitator), thread, reason="Todo está dicho.")
    assert why(cast.member) == why(cast.neighbour) == Reason.LOCKED
    assert why(cast.expert) is None


@pytest.mark.both_databases
@pytest.mark.parametrize("what", [What.STAGE, What.TOPIC, What.EXCHANGE])
def test_a_new_thread_is_told_to_who_follows_where_it_is(
    app: Flask, cast: Cast, what: What
) -> None:
    stage = talk.some_stage()
    thing = {
        What.STAGE: stage,
        What.TOPIC: db.session.scalars(select(Topic).where(Topic.slug == "fire")).one(),
        What.EXCHANGE: type("Exchange", (), {"id": stage.exchange_id}),
    }[what]
    follow(cast.expert, what, thing)
    talk.thread(cast.member, topics=("fire",))
    assert why(cast.expert) == Reason.STARTED
    assert why(cast.neighbour) is None


def test_a_followed_group_stands_for_its_topics(app: Flask, cast: Cast) -> None:
    talk.some_stage()
    fire = db.session.scalars(select(Topic).where(Topic.slug == "fire")).one()
    group = db.session.scalars(select(Topic).where(Topic.slug == fire.group)).one()
    follow(cast.expert, What.TOPIC, group)
    talk.thread(cast.member, topics=("fire",))
    assert why(cast.expert) == Reason.STARTED


@pytest.mark.both_databases
@pytest.mark.parametrize("what", list(What))
def test_a_mute_leaves_only_what_is_meant_for_one(app: Flask, cast: Cast, what: What) -> None:
    thread = talk.thread(cast.member, topics=("fire",))
    follow(cast.neighbour, What.THREAD, thread)
    thing = {
        What.THREAD: thread.id,
        What.STAGE: thread.stage_id,
        What.TOPIC: db.session.scalar(select(Topic.id).where(Topic.slug == "fire")),
        What.EXCHANGE: talk.some_stage().exchange_id,
    }[what]
    actions.follow(viewer(cast.neighbour), what, thing or 0, Level.MUTE)
    talk.post(cast.member, thread)
    assert why(cast.neighbour) is None
    mine = talk.post(cast.neighbour, thread)
    talk.post(cast.member, thread)
    assert why(cast.neighbour) is None
    talk.post(cast.member, thread, parent=mine)
    assert why(cast.neighbour) == Reason.ANSWER


def test_a_challenges_author_is_told_of_solutions_though_it_is_muted(
    app: Flask, cast: Cast
) -> None:
    thread = talk.thread(cast.member)
    follow(cast.member, What.THREAD, thread, Level.MUTE)
    talk.post(cast.neighbour, thread, kind="solution")
    assert why(cast.member) == Reason.SOLUTION


def test_who_follows_no_more_is_told_no_more(app: Flask, cast: Cast) -> None:
    thread = talk.thread(cast.member)
    follow(cast.neighbour, What.THREAD, thread)
    follow(cast.neighbour, What.THREAD, thread, None)
    follow(cast.neighbour, What.THREAD, thread, None)
    talk.post(cast.member, thread)
    assert why(cast.neighbour) is None


def test_following_twice_is_following_once(app: Flask, cast: Cast) -> None:
    thread = talk.thread(cast.member)
    for level in (Level.WATCH, Level.MUTE, Level.WATCH):
        follow(cast.neighbour, What.THREAD, thread, level)
    kept = db.session.scalars(select(Subscription).filter_by(person_id=cast.neighbour.id)).all()
    assert [row.level for row in kept] == [Level.WATCH]


def test_nobody_is_told_of_what_they_cannot_read(app: Flask, cast: Cast) -> None:
    stage = talk.some_stage()
    for person in (cast.outsider, cast.staff, cast.expert, cast.observer, cast.neighbour):
        follow(person, What.STAGE, stage)
    talk.thread(cast.member, space=cast.spaces["coalition"])
    assert why(cast.neighbour) == Reason.STARTED
    for person in (cast.outsider, cast.staff, cast.expert, cast.observer):
        assert why(person) is None, person.name


def test_a_guest_is_told_while_invited(app: Flask, cast: Cast) -> None:
    thread = talk.thread(cast.member, space=cast.spaces["coalition"])
    guest = db.session.get_one(Person, cast.guest.id)
    talking.invite_guest(viewer(cast.delegate), thread, guest)
    follow(cast.guest, What.THREAD, thread)
    talk.post(cast.neighbour, thread)
    assert why(cast.guest) == Reason.POST
    db.session.query(Notification).delete()
    talking.end_guest(viewer(cast.delegate), thread, guest)
    talk.post(cast.neighbour, thread)
    assert why(cast.guest) is None


def test_whose_account_is_closed_is_not_told(app: Flask, cast: Cast) -> None:
    thread = talk.thread(cast.member)
    follow(cast.neighbour, What.THREAD, thread)
    db.session.get_one(Person, cast.neighbour.id).suspended_at = clock.now()
    db.session.flush()
    talk.post(cast.expert, thread)
    assert why(cast.neighbour) is None


def test_a_removed_post_takes_its_entry_along(app: Flask, cast: Cast) -> None:
    thread = talk.thread(cast.member)
    post = talk.post(cast.neighbour, thread)
    talking.remove(viewer(cast.neighbour), post, reason="")
    assert why(cast.member) is None


def test_what_happens_while_unread_joins_one_entry_and_what_comes_later_begins_it_anew(
    app: Flask, cast: Cast
) -> None:
    thread = talk.thread(cast.member)
    for _ in range(3):
        talk.post(cast.neighbour, thread)
    entry = db.session.scalars(select(Notification).filter_by(person_id=cast.member.id)).one()
    assert (entry.since_number, entry.upto_number) == (2, 4)
    actions.read_thread(viewer(cast.member), thread.id, 3)
    db.session.refresh(entry)
    assert entry.read_at is None  # the last one was not seen yet
    actions.read_thread(viewer(cast.member), thread.id, 4)
    db.session.refresh(entry)
    assert entry.read_at is not None
    talk.post(cast.expert, thread, kind="solution")
    db.session.refresh(entry)
    assert (entry.since_number, entry.upto_number, entry.read_at) == (5, 5, None)
    assert entry.reasons == Reason.SOLUTION
    counted = select(func.count()).select_from(Notification)
    assert db.session.scalar(counted.filter_by(person_id=cast.member.id)) == 1


@pytest.mark.both_databases
def test_a_projects_people_are_asked_what_came_of_a_trial(
    app: Flask, cast: Cast, clock_at: Callable[[str], None], sign_in: Callable[..., Any]
) -> None:
    thread = talk.thread(cast.expert)
    solution = talk.post(cast.neighbour, thread, kind="solution")
    planned = talking.Tried(verdict=Verdict.PLANNED, country="GT")
    ceiba = cast.projects["ceiba"].id
    talking.record_trial(viewer(cast.member), solution, ceiba, planned, version=0)
    clock_at((clock.now() + timedelta(days=61)).isoformat())
    for _twice in range(2):
        talking.ask_what_came()
    for person in (cast.member, cast.delegate, cast.alternate, cast.coordinator):
        assert why(person) == Reason.TRIAL
    for person in (cast.neighbour, cast.outsider, cast.facilitator):
        assert Reason.TRIAL not in (why(person) or Reason(0))
    db.session.commit()
    assert "What came of it?" in sign_in(cast.member).get("/notifications").text


@pytest.mark.both_databases
def test_what_is_unread_in_a_merged_thread_stays_unread_where_it_went(
    app: Flask, cast: Cast
) -> None:
    one, other = talk.thread(cast.member, title="Una"), talk.thread(cast.member, title="Otra")
    follow(cast.neighbour, What.THREAD, one)
    talk.post(cast.expert, one)
    talk.post(cast.staff, other)
    talking.merge(viewer(cast.facilitator), talk.again(one), talk.again(other))
    for person in (cast.member, cast.neighbour):
        assert set(told(person)) == {"Otra"}, person.name
    reading = db.session.scalars(select(Notification).filter_by(person_id=cast.neighbour.id)).one()
    assert (reading.since_number, reading.upto_number) == (4, 4)
    db.session.execute(update(Notification).values(read_at=clock.now()))
    talk.post(cast.coordinator, talk.again(other))
    db.session.refresh(reading)
    assert reading.read_at is None  # who followed the one follows the other


def test_what_was_split_off_before_a_merge_gives_no_number_where_the_rest_went(
    app: Flask, cast: Cast
) -> None:
    one, other = talk.thread(cast.member, title="Una"), talk.thread(cast.member, title="Otra")
    follow(cast.neighbour, What.THREAD, one)
    first = talk.post(cast.expert, one)
    me = viewer(cast.facilitator)
    talking.split(me, queries.post_now(me, first.id), title="Tercera", kind=ThreadKind.DISCUSSION)
    talking.merge(me, talk.again(one), talk.again(other))
    entry = db.session.scalars(
        select(Notification).filter_by(person_id=cast.neighbour.id, thread_id=other.id)
    ).one()
    assert (entry.since_number, entry.upto_number) == (None, None)


def test_an_entry_whose_posts_went_elsewhere_is_read_with_what_stayed(
    app: Flask, cast: Cast
) -> None:
    thread = talk.thread(cast.member, kind="question")
    talk.post(cast.neighbour, thread)
    last = talk.post(cast.expert, thread)
    made = talking.split(viewer(cast.facilitator), last, title="Aparte", kind=ThreadKind.DISCUSSION)
    talking.mark_read(viewer(cast.member), talk.again(thread, cast.member), 2)
    entry = db.session.scalars(select(Notification).filter_by(person_id=cast.member.id)).one()
    assert entry.read_at is not None
    talk.post(cast.neighbour, talk.again(queries.thread_row(made.id)))
    assert told(cast.member)["Aparte"] == Reason.POST


@pytest.mark.both_databases
def test_a_vote_is_told_to_the_seats_and_an_answer_to_who_asked(app: Flask, cast: Cast) -> None:
    proposal = votes.in_discussion(cast)
    votes.open_vote(cast, proposal)
    rows = db.session.execute(
        select(Notification.person_id, Notification.reasons).filter_by(proposal_id=proposal.id)
    ).all()
    seats = {person.id for person in cast.delegates.values()} | {cast.alternate.id}
    assert seats - {cast.delegate.id} <= {row.person_id for row in rows} <= seats
    assert {row.reasons for row in rows} == {Reason.VOTE}


def test_staff_are_told_of_a_submitted_proposal(app: Flask, cast: Cast) -> None:
    proposal = votes.submitted(cast)
    activity.record(cast.delegate.id, "proposal.submitted", proposal)
    rows = db.session.scalars(select(Notification.person_id).filter_by(proposal_id=proposal.id))
    assert set(rows) == {cast.staff.id, cast.colleague.id}


@pytest.mark.both_databases
def test_who_sees_a_space_is_the_same_asked_from_either_side(app: Flask, cast: Cast) -> None:
    people = [cast.people[role] for role in cast.people]
    for space in db.session.scalars(select(Space)).all():
        seen = set(db.session.scalars(select(Person.id).where(seeing(space.id, space.kind))))
        assert seen == {one.id for one in people if viewer(one).sees(space.id)}, space.kind
    assert len(people) > len(ROLES)


@pytest.mark.both_databases
def test_telling_five_hundred_costs_what_telling_one_does(
    app: Flask, cast: Cast, statements: Callable[..., Any]
) -> None:
    one, many = talk.thread(cast.member), talk.thread(cast.member, title="Otra")
    follow(cast.neighbour, What.THREAD, one)
    crowd = [
        Person(
            email=f"p{n}@crowd.example",
            name=f"P {n}",
            side="member",
            locale="es",
            timezone="America/Guatemala",
            password_hash="x",
        )
        for n in range(500)
    ]
    db.session.add_all(crowd)
    db.session.flush()
    db.session.add_all(
        Subscription(person_id=person.id, what=What.THREAD, thing_id=many.id, level=Level.WATCH)
        for person in crowd
    )
    db.session.flush()
    costs = []
    for thread in (one, many):
        with statements() as seen:
            talk.post(cast.expert, thread)
        costs.append(len(seen))
    assert costs[0] == costs[1]
    told_many = select(func.count()).select_from(Notification).filter_by(thread_id=many.id)
    assert db.session.scalar(told_many) == 501  # the crowd, and who asked


@pytest.mark.both_databases
def test_two_answers_at_once_make_one_entry_that_holds_both(
    app: Flask, cast: Cast, race: Callable[..., list[Any]]
) -> None:
    thread = talk.thread(cast.member)
    follow(cast.neighbour, What.THREAD, thread)
    db.session.commit()
    writers = [cast.expert, cast.staff, cast.coordinator, cast.guest]

    def answer(number: int) -> int:
        post = talk.post(writers[number], thread)
        db.session.commit()
        return post.number

    numbers = race(4, answer)
    assert sorted(numbers) == [2, 3, 4, 5], numbers
    db.session.expire_all()
    for person in (cast.member, cast.neighbour):
        entry = db.session.scalars(select(Notification).filter_by(person_id=person.id)).one()
        assert (entry.since_number, entry.upto_number) == (2, 5)


def test_old_read_entries_are_forgotten_unread_ones_never(
    app: Flask, cast: Cast, clock_at: Callable[..., Any]
) -> None:
    thread = talk.thread(cast.member)
    follow(cast.neighbour, What.THREAD, thread)
    talk.post(cast.expert, thread)
    actions.read_thread(viewer(cast.member), thread.id, 2)
    db.session.commit()
    assert actions.forget_old() == 0
    clock_at(clock.now() + actions.reading.KEPT_READ + actions.reading.KEPT_READ / 180)
    assert actions.forget_old() == 1
    assert actions.forget_old() == 0
    assert why(cast.neighbour) == Reason.POST
    assert viewer_of(None).facts == {}


def test_whoever_answers_in_place_reads_at_once_that_they_are_told(app, cast, sign_in):
    thread = talk.thread(cast.member)
    db.session.commit()
    client, url = sign_in(cast.neighbour), f"/threads/{thread.public_id}"
    assert 'value="watch"' in client.get(url).text
    sent = client.send(f"{url}/posts", body="x", language="es", kind="reply", htmx=True).text
    card = sent.split('hx-target="#follow"', 1)[1]
    assert 'value="watch"' not in card
    assert 'value="mute"' in card
    assert "data-focus" not in card
