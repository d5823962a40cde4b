"""An ask from its opening to its end: what it does, records, refuses."""

from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from forum.activity.models import Event
from forum.asks import actions, queries
from forum.asks.actions import holding
from forum.asks.lifecycle import AskStatus, OfferStatus, Verdict
from forum.asks.models import Ask, Offer
from forum.db import db
from forum.directory.models import AuditedProject
from forum.discussions import actions as discussions
from forum.discussions.kinds import ThreadKind
from forum.discussions.models import ThreadGuest
from forum.discussions.queries import thread_or_404 as read_thread
from forum.discussions.queries import thread_row
from forum.lib.permission import Forbidden, Refused, WrongState
from tests.factories import asks as make
from tests.factories import discussions as threads
from tests.people import viewer

pytestmark = pytest.mark.both_databases


@pytest.fixture
def thread(app, cast):
    return threads.thread(cast.member, topics=["fire"])


@pytest.fixture
def private(app, cast):
    return threads.thread(
        cast.member, title="palabra-escondida", body="x", space=cast.spaces["coalition"]
    )


def verbs():
    asks = Event.verb.like("ask.%")
    return list(db.session.scalars(select(Event.verb).where(asks).order_by(Event.id)))


def last(verb):
    return db.session.scalars(
        select(Event).where(Event.verb == verb).order_by(Event.id.desc())
    ).first()


def accepted(cast, thread, expert=None):
    ask = make.ask(cast.member, thread)
    offered = make.offer(expert or cast.expert, ask)
    actions.decide(viewer(cast.member), make.seen(cast.member, offered), accept=True)
    return make.now(cast.member, ask), offered


def test_an_ask_goes_from_open_over_offered_and_helped_to_closed(cast, thread):
    ask = make.ask(cast.member, thread)
    assert ask.status == AskStatus.OPEN
    offered = make.offer(cast.expert, ask)
    assert make.now(cast.member, ask).status == AskStatus.OFFERED
    actions.decide(viewer(cast.coordinator), make.seen(cast.coordinator, offered), accept=True)
    me = viewer(cast.member)
    actions.say_outcome(me, make.now(cast.member, ask), verdict=Verdict.YES, word="Sirvió.")
    helped = make.now(cast.member, ask)
    assert (helped.status, helped.verdict, helped.word) == (AskStatus.HELPED, "yes", "Sirvió.")
    actions.close(me, helped)
    assert make.now(cast.member, ask).status == AskStatus.CLOSED
    assert verbs() == ["ask.opened", "ask.offered", "ask.accepted", "ask.helped", "ask.closed"]


def test_the_ledger_names_thread_and_person_and_holds_no_words(cast, thread):
    accepted(cast, thread)
    event = last("ask.offered")
    assert event.particulars == {"thread": thread.id, "person": cast.member.id}
    assert event.space_id == thread.space_id
    assert last("ask.accepted").particulars["person"] == cast.expert.id


def test_help_that_did_not_help_closes_at_once(cast, thread):
    ask, _offered = accepted(cast, thread)
    actions.say_outcome(viewer(cast.member), ask, verdict=Verdict.NO, word="")
    assert make.now(cast.member, ask).status == AskStatus.CLOSED


def test_an_ask_taken_back_or_declined_is_open_again(cast, thread):
    ask = make.ask(cast.member, thread)
    offered = make.offer(cast.expert, ask)
    actions.withdraw(viewer(cast.expert), offered)
    assert make.now(cast.member, ask).status == AskStatus.OPEN
    offered = make.offer(cast.expert, make.now(cast.expert, ask))
    actions.decide(viewer(cast.member), make.seen(cast.member, offered), accept=False)
    assert make.now(cast.member, ask).status == AskStatus.OPEN
    with pytest.raises(WrongState, match="declined"):
        make.offer(cast.expert, make.now(cast.expert, ask))


@pytest.mark.parametrize("role", ["neighbour", "expert", "staff", "outsider"])
def test_strangers_to_the_challenge_do_not_ask(cast, thread, role):
    with pytest.raises(Forbidden):
        make.ask(getattr(cast, role), thread)


@pytest.mark.parametrize("role", ["neighbour", "staff", "outsider", "guest"])
def test_strangers_do_not_decide(cast, thread, role):
    ask, _offered = accepted(cast, thread)
    stranger = getattr(cast, role)
    for act in (
        lambda ask: actions.close(viewer(stranger), ask),
        lambda ask: actions.say_outcome(viewer(stranger), ask, verdict=Verdict.YES, word=""),
        lambda ask: actions.invite(viewer(stranger), ask, cast.guest),
    ):
        with pytest.raises(Forbidden):
            act(make.now(stranger, ask))


def test_only_experts_offer(cast, thread):
    ask = make.ask(cast.member, thread)
    for role in ("neighbour", "facilitator", "staff"):
        with pytest.raises(Forbidden):
            make.offer(getattr(cast, role), make.now(getattr(cast, role), ask))


def test_one_ask_at_a_time_and_nothing_after_the_end(cast, thread):
    ask = make.ask(cast.member, thread)
    with pytest.raises(WrongState):
        make.ask(cast.coordinator, thread)
    actions.close(viewer(cast.member), ask)
    for act in (
        lambda: actions.close(viewer(cast.member), ask),
        lambda: make.offer(cast.expert, ask),
        lambda: actions.invite(viewer(cast.member), ask, cast.expert),
    ):
        with pytest.raises(WrongState):
            act()
    assert make.ask(cast.member, thread).status == AskStatus.OPEN


def test_the_table_of_states_is_kept_whatever_asks_for_a_move(cast, thread):
    ask = make.ask(cast.member, thread)
    offered = make.offer(cast.expert, ask)
    actions.decide(viewer(cast.member), make.seen(cast.member, offered), accept=False)
    with pytest.raises(WrongState):
        holding.set_status(db.session.get_one(Offer, offered.id), OfferStatus.OFFERED)
    actions.close(viewer(cast.member), make.now(cast.member, ask))
    with pytest.raises(WrongState):
        holding.follow_offers(db.session.get_one(Ask, ask.id))
    assert make.now(cast.member, ask).status == AskStatus.CLOSED


def test_nothing_is_said_to_have_helped_before_somebody_was_accepted(cast, thread):
    ask = make.ask(cast.member, thread)
    make.offer(cast.expert, ask)
    with pytest.raises(WrongState):
        actions.say_outcome(viewer(cast.member), ask, verdict=Verdict.YES, word="")


def test_offering_or_accepting_twice_is_once(cast, thread):
    ask = make.ask(cast.member, thread)
    offered = make.offer(cast.expert, ask)
    with pytest.raises(WrongState):
        make.offer(cast.expert, ask)
    for role, wanted in (("member", None), ("coordinator", WrongState)):
        seen = make.seen(getattr(cast, role), offered)
        if wanted is None:
            actions.decide(viewer(cast.member), seen, accept=True)
        else:
            with pytest.raises(wanted):
                actions.decide(viewer(cast.coordinator), seen, accept=True)
    assert verbs().count("ask.accepted") == 1


def test_an_expert_asked_by_name_says_yes_and_is_accepted(cast, thread):
    ask = make.ask(cast.member, thread)
    asked = actions.invite(viewer(cast.member), ask, cast.expert)
    row = queries.offer_or_404(asked.public_id, viewer(cast.expert))
    assert [one.id for one in queries.taken(viewer(cast.expert))] == [ask.id]
    actions.answer_invitation(viewer(cast.expert), row, accept=True, note="Con gusto.")
    assert make.now(cast.expert, ask).own == OfferStatus.ACCEPTED
    with pytest.raises(WrongState):
        actions.answer_invitation(viewer(cast.expert), row, accept=False, note="")


def test_a_no_leaves_the_ask_open_and_nobody_else_answers(cast, thread):
    ask = make.ask(cast.member, thread)
    asked = actions.invite(viewer(cast.member), ask, cast.expert)
    row = queries.offer_or_404(asked.public_id, viewer(cast.guest))
    with pytest.raises(Forbidden):
        actions.answer_invitation(viewer(cast.guest), row, accept=True, note="")
    row = queries.offer_or_404(asked.public_id, viewer(cast.expert))
    actions.answer_invitation(viewer(cast.expert), row, accept=False, note="No puedo.")
    assert make.now(cast.member, ask).status == AskStatus.OPEN
    with pytest.raises(Refused, match="asked or has offered"):
        actions.invite(viewer(cast.member), ask, cast.expert)


def audit(person, project):
    db.session.add(AuditedProject(person_id=person.id, project_id=project.id))
    db.session.flush()


def test_who_audits_the_project_neither_offers_nor_is_asked_nor_writes(cast, thread):
    ask = make.ask(cast.member, thread)
    audit(cast.expert, cast.projects["ceiba"])
    with pytest.raises(Forbidden, match="You audit this project"):
        make.offer(cast.expert, ask)
    with pytest.raises(Refused, match="audits the project"):
        actions.invite(viewer(cast.member), ask, cast.expert)
    with pytest.raises(Forbidden, match="here you only read"):
        threads.post(cast.expert, thread)
    other = threads.thread(cast.neighbour)
    threads.post(cast.expert, other)


def test_who_audits_since_they_offered_is_not_accepted(cast, thread):
    ask = make.ask(cast.member, thread)
    offered = make.offer(cast.expert, ask)
    audit(cast.expert, cast.projects["ceiba"])
    with pytest.raises(WrongState, match="audits the project"):
        actions.decide(viewer(cast.member), make.seen(cast.member, offered), accept=True)


def test_who_audits_is_not_let_into_a_private_thread(cast, private):
    audit(cast.expert, cast.projects["ceiba"])
    with pytest.raises(Refused, match="audits the project"):
        discussions.invite_guest(viewer(cast.delegate), private, cast.expert)
    ask = make.ask(cast.member, private, to_experts=True)
    with pytest.raises(NotFound):
        make.now(cast.expert, ask)


def test_of_a_private_thread_experts_read_only_what_was_opened_to_them(cast, private):
    closed = make.ask(cast.member, private)
    with pytest.raises(NotFound):
        make.now(cast.expert, closed)
    actions.close(viewer(cast.member), closed)
    ask = make.ask(cast.member, private, to_experts=True)
    row = make.now(cast.expert, ask)
    assert row.text == ask.text
    assert not row.inside
    hidden = (row.thread_title, row.thread_public_id, row.project_name, row.asker_name)
    assert hidden == (None,) * 4
    for role in ("outsider", "staff", "loose_facilitator"):
        with pytest.raises(NotFound):
            make.now(getattr(cast, role), ask)


def test_accepted_into_a_private_thread_one_is_its_guest_until_one_withdraws(cast, private):
    ask = make.ask(cast.member, private, to_experts=True)
    offered = make.offer(cast.expert, make.now(cast.expert, ask))
    with pytest.raises(Forbidden, match="A delegate or who facilitates"):
        actions.decide(viewer(cast.member), make.seen(cast.member, offered), accept=True)
    actions.decide(viewer(cast.delegate), make.seen(cast.delegate, offered), accept=True)
    guests = select(ThreadGuest).where(ThreadGuest.until.is_(None))
    assert db.session.scalars(guests).one().person_id == cast.expert.id
    assert make.now(cast.expert, ask).thread_title == "palabra-escondida"
    actions.withdraw(viewer(cast.expert), make.seen(cast.expert, offered))
    assert db.session.scalars(guests).all() == []
    assert make.now(cast.expert, ask).thread_title is None


def let_in(cast, private, expert):
    """That expert, a guest of the private thread by being accepted."""
    ask = make.ask(cast.delegate, private, to_experts=True)
    offered = make.offer(expert, make.now(expert, ask))
    actions.decide(viewer(cast.delegate), make.seen(cast.delegate, offered), accept=True)
    return make.now(cast.delegate, ask), offered


def reads(person, *conversations):
    """Which of them that person reads."""
    found = []
    for one in conversations:
        with suppress(NotFound):
            found.append(read_thread(one.public_id, viewer(person)).public_id)
    return found


def split_off(cast, thread, title):
    """A branch of that thread as one of its own, and a branch of it again."""
    reply = threads.post(cast.delegate, threads.again(thread), body="Otra cosa.")
    threads.post(cast.delegate, threads.again(thread), body="Y otra.", parent=reply)
    made = discussions.split(
        viewer(cast.facilitator), reply, title=title, kind=ThreadKind.DISCUSSION
    )
    return thread_row(made.id)


@pytest.mark.parametrize("ended", ["withdrawn", "closed", "did not help"])
def test_with_the_ask_the_stay_ends_also_where_a_branch_was_split_off(cast, private, ended):
    ask, offered = let_in(cast, private, cast.expert)
    branch = split_off(cast, private, "Una rama")
    further = split_off(cast, branch, "Una rama de la rama")
    three = (private, branch, further)
    assert len(reads(cast.expert, *three)) == 3
    if ended == "withdrawn":
        actions.withdraw(viewer(cast.expert), make.seen(cast.expert, offered))
    elif ended == "closed":
        actions.close(viewer(cast.delegate), ask)
    else:
        actions.say_outcome(viewer(cast.delegate), ask, verdict=Verdict.NO, word="")
    assert reads(cast.expert, *three) == []
    assert len(reads(cast.delegate, *three)) == 3


def test_a_guest_by_another_invitation_stays_when_the_ask_is_closed(cast, private):
    discussions.invite_guest(viewer(cast.delegate), private, cast.expert)
    ask = make.ask(cast.delegate, private)
    asked = actions.invite(viewer(cast.delegate), ask, cast.expert)
    row = queries.offer_or_404(asked.public_id, viewer(cast.expert))
    actions.answer_invitation(viewer(cast.expert), row, accept=True, note="")
    actions.close(viewer(cast.delegate), make.now(cast.delegate, ask))
    assert reads(cast.expert, private)


def test_who_helped_reads_on_until_the_ask_closes_by_itself(cast, private, clock_at):
    ask, _offered = let_in(cast, private, cast.expert)
    actions.say_outcome(viewer(cast.delegate), ask, verdict=Verdict.YES, word="Sirvió.")
    helped = make.now(cast.delegate, ask)
    clock_at(helped.closes_at - timedelta(seconds=1))
    assert actions.close_settled() == 0
    assert make.now(cast.expert, ask).word == "Sirvió."
    clock_at(helped.closes_at)
    assert (actions.close_settled(), actions.close_settled()) == (1, 0)
    assert make.now(cast.delegate, ask).status == AskStatus.CLOSED
    assert last("ask.closed").actor_id is None
    assert reads(cast.expert, private) == []
    with pytest.raises(NotFound):
        make.now(cast.expert, ask)


def test_asked_by_name_about_a_private_thread_a_yes_is_an_offer(cast, private):
    ask = make.ask(cast.member, private)
    asked = actions.invite(viewer(cast.member), ask, cast.expert)
    row = queries.offer_or_404(asked.public_id, viewer(cast.expert))
    actions.answer_invitation(viewer(cast.expert), row, accept=True, note="")
    assert make.now(cast.expert, ask).own == OfferStatus.OFFERED
    assert not make.now(cast.expert, ask).inside


def test_what_came_of_it_is_for_who_reads_the_private_thread(cast, private):
    ask = make.ask(cast.delegate, private, to_experts=True)
    let_in = make.offer(cast.guest, make.now(cast.guest, ask))
    make.offer(cast.expert, make.now(cast.expert, ask))
    project = viewer(cast.delegate)
    actions.decide(project, make.seen(cast.delegate, let_in), accept=True)
    assert make.now(cast.guest, ask).accepted
    assert not make.now(cast.expert, ask).accepted
    word = "SECRETO-DE-LA-SALA"
    actions.say_outcome(project, make.now(cast.delegate, ask), verdict=Verdict.PARTLY, word=word)
    for role in ("delegate", "guest"):
        inside = make.now(getattr(cast, role), ask)
        assert (inside.word, inside.verdict) == (word, Verdict.PARTLY)
    with pytest.raises(NotFound):  # not even that it helped
        make.now(cast.expert, ask)


@pytest.mark.parametrize("by_name", [True, False])
def test_an_ask_that_is_over_shows_its_words_to_nobody_outside(cast, private, by_name):
    ask = make.ask(cast.delegate, private, to_experts=not by_name)
    if by_name:
        actions.invite(viewer(cast.delegate), ask, cast.expert)
    else:
        make.offer(cast.expert, make.now(cast.expert, ask))
    assert make.now(cast.expert, ask).text == ask.text
    actions.close(viewer(cast.delegate), ask)
    with pytest.raises(NotFound):
        make.now(cast.expert, ask)


def test_narrowing_the_thread_closes_the_ask_and_its_doors(cast, thread):
    ask = make.ask(cast.member, thread)
    offered = make.offer(cast.expert, ask)
    discussions.change_visibility(
        viewer(cast.member), threads.again(thread), space_id=cast.spaces["coalition"].id
    )
    assert make.now(cast.member, ask).closed_for == "readers"
    for role in ("expert", "guest", "staff", "outsider"):
        with pytest.raises(NotFound):
            make.now(getattr(cast, role), ask)
    with pytest.raises(NotFound):
        make.seen(cast.expert, offered)


def test_a_merged_thread_brings_its_ask_along(cast, thread):
    other = threads.thread(cast.neighbour)
    ask = make.ask(cast.member, thread)
    discussions.merge(viewer(cast.facilitator), thread, threads.again(other))
    assert make.now(cast.member, ask).thread_public_id == other.public_id
    assert make.now(cast.member, ask).status == AskStatus.OPEN


def test_an_expert_takes_no_more_than_they_say(cast, thread):
    make.profile(cast.expert, capacity=1)
    other = threads.thread(cast.neighbour)
    first, second = make.ask(cast.member, thread), make.ask(cast.neighbour, other)
    make.offer(cast.expert, first)
    with pytest.raises(Refused, match="as many asks"):
        make.offer(cast.expert, second)
    with pytest.raises(Refused, match="nothing more"):
        actions.invite(viewer(cast.neighbour), second, cast.expert)
    actions.close(viewer(cast.member), first)
    make.offer(cast.expert, second)


def test_accepting_beyond_what_one_can_take_is_refused(cast, thread):
    ask = make.ask(cast.member, thread)
    offered = make.offer(cast.expert, ask)
    make.profile(cast.expert, capacity=0)
    with pytest.raises(WrongState, match="nothing more"):
        actions.decide(viewer(cast.member), make.seen(cast.member, offered), accept=True)


def two_offers(cast, thread):
    """Two offers of one expert, who then lowers what they can take to one."""
    other = threads.thread(cast.neighbour)
    asks = [make.ask(cast.member, thread), make.ask(cast.neighbour, other)]
    offers = [make.offer(cast.expert, ask) for ask in asks]
    make.profile(cast.expert, capacity=1)
    db.session.commit()
    return offers


def test_accepted_in_two_places_at_once_one_is_accepted_once(cast, thread, race):
    offers = two_offers(cast, thread)

    def accept(i):
        somebody = (cast.member, cast.neighbour)[i]
        actions.decide(viewer(somebody), make.seen(somebody, offers[i]), accept=True)
        db.session.commit()
        return "accepted"

    done = race(2, accept)
    assert done.count("accepted") == 1
    assert sum(isinstance(answer, WrongState) for answer in done) == 1


def test_offering_in_two_places_at_once_takes_one(cast, thread, race):
    make.profile(cast.expert, capacity=1)
    other = threads.thread(cast.neighbour)
    asks = [make.ask(cast.member, thread), make.ask(cast.neighbour, other)]
    db.session.commit()

    def offer(i):
        make.offer(cast.expert, asks[i])
        db.session.commit()
        return "offered"

    done = race(2, offer)
    assert done.count("offered") == 1
    assert sum(isinstance(answer, Refused) for answer in done) == 1
