"""Founding, admitting, naming delegates; who sees them; what the coalition is told of people."""

import pytest
from sqlalchemy import select

from forum.accounts import actions as accounts
from forum.accounts.actions import standing
from forum.accounts.models import Person
from forum.accounts.sides import Side
from forum.activity.models import Event
from forum.coalition.actions import members as actions
from forum.coalition.models import Coalition, CoalitionMembership, Delegate
from forum.coalition.queries import members as queries
from forum.coalition.queries import vote_lists, votes
from forum.coalition.queries.around import around_it
from forum.db import db
from forum.directory.actions import end_membership
from forum.directory.models import Project, Region
from forum.directory.queries import project_or_404
from forum.lib import clock
from forum.lib.permission import Forbidden, Refused
from forum.spaces.models import SpaceMember
from tests.factories import coalition as make
from tests.factories import coalition_votes as vote
from tests.factories.directory import a_project
from tests.people import OUTSIDE, person, viewer

pytestmark = pytest.mark.both_databases


def name(cast, who, chosen, *, alternate=False, project="ceiba"):
    return actions.name_delegate(
        viewer(who),
        make.coalition(cast),
        cast.projects[project].id,
        person=chosen.public_id if chosen else "",
        alternate=alternate,
    )


def speaks(cast, who):
    return queries.speaks_for(viewer(who), cast.coalition.id)


def verbs():
    return list(db.session.scalars(select(Event.verb).order_by(Event.id)))


# --- delegates -------------------------------------------------------------------------------


def test_the_projects_coordinator_names_its_delegate(app, cast):
    name(cast, cast.coordinator, cast.member)
    assert speaks(cast, cast.member) == {cast.projects["ceiba"].id}
    assert not speaks(cast, cast.delegate)
    assert verbs() == ["delegate.ended", "delegate.named"]


def test_whoever_facilitates_records_it(app, cast):
    assert name(cast, cast.facilitator, cast.member).named_by_id == cast.facilitator.id


@pytest.mark.parametrize(
    "who", ["member", "delegate", "neighbour", "outside_coordinator", "staff", "operator"]
)
def test_nobody_else_names_a_delegate(app, cast, who):
    with pytest.raises(Forbidden):
        name(cast, getattr(cast, who), cast.member)


def test_a_facilitator_of_elsewhere_names_nobody(app, cast):
    with pytest.raises(Forbidden):
        name(cast, cast.loose_facilitator, cast.member)


def test_only_people_of_the_project_speak_for_it(app, cast):
    for stranger in (cast.neighbour, cast.outsider, cast.staff, cast.suspended):
        with pytest.raises(Refused) as refused:
            name(cast, cast.coordinator, stranger)
        assert refused.value.field == "person"


def test_the_same_person_again_changes_nothing(app, cast):
    name(cast, cast.coordinator, cast.delegate)
    assert verbs() == []


def test_the_alternate_who_becomes_delegate_leaves_that_office(app, cast):
    name(cast, cast.coordinator, cast.alternate)
    member = next(
        m
        for m in queries.members_of(viewer(cast.member), make.coalition(cast))
        if m.slug == "ceiba"
    )
    assert (member.delegate.name, member.alternate) == ("Alternate", None)


def test_an_office_may_be_left_vacant(app, cast):
    name(cast, cast.coordinator, None, alternate=True)
    assert not speaks(cast, cast.alternate)
    assert speaks(cast, cast.delegate)


def test_a_delegate_of_a_project_outside_is_refused(app, cast):
    with pytest.raises(Refused):
        name(cast, cast.facilitator, cast.outsider, project="monte-lejano")


def test_whoever_leaves_the_project_speaks_for_it_no_more(app, cast):
    end_membership(viewer(cast.coordinator), project_or_404("ceiba"), cast.delegate.id)
    assert not speaks(cast, cast.delegate)
    held = select(Delegate).where(Delegate.person_id == cast.delegate.id)
    assert [(d.until is None, d.side) for d in db.session.scalars(held)] == [(False, None)]


def test_of_two_namings_at_once_one_person_speaks(app, cast, race):
    found = make.coalition(cast)
    chosen = [cast.member, cast.coordinator, cast.alternate] * 2

    def appoint(i):
        actions.name_delegate(
            viewer(cast.facilitator),
            found,
            cast.projects["ceiba"].id,
            person=chosen[i].public_id,
        )
        db.session.commit()

    assert race(6, appoint) == [None] * 6
    current = select(Delegate).where(
        Delegate.project_id == cast.projects["ceiba"].id,
        Delegate.until.is_(None),
        Delegate.alternate.is_(False),
    )
    assert len(db.session.scalars(current).all()) == 1


# --- members ---------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["delegate", "alternate", "facilitator"])
def test_a_project_joins_on_the_word_of_a_delegate_or_facilitator(app, cast, who):
    actions.admit_project(viewer(getattr(cast, who)), make.coalition(cast), "monte-lejano")
    assert cast.spaces["coalition"].id in viewer(cast.outsider).spaces
    assert "coalition.project_admitted" in verbs()


@pytest.mark.parametrize("who", ["member", "coordinator", "outsider", "staff", "operator"])
def test_nobody_else_admits_a_project(app, cast, who):
    with pytest.raises(Forbidden):
        actions.admit_project(viewer(getattr(cast, who)), make.coalition(cast), "monte-lejano")


def test_a_project_is_admitted_once(app, cast):
    for _ in range(2):
        actions.admit_project(viewer(cast.delegate), make.coalition(cast), "monte-lejano")
    project = cast.projects["monte-lejano"].id
    for table in (CoalitionMembership, SpaceMember):
        assert len(db.session.scalars(select(table).where(table.project_id == project)).all()) == 1


def test_a_project_of_another_region_is_refused(app, cast):
    elsewhere = Region(slug="africa", name="Africa")
    db.session.add(elsewhere)
    db.session.flush()
    a_project(db.session, elsewhere, slug="far-away")
    with pytest.raises(Refused):
        actions.admit_project(viewer(cast.delegate), make.coalition(cast), "far-away")


def test_a_project_that_leaves_sees_and_says_nothing_more(app, cast):
    project = cast.projects["ceiba"].id
    actions.take_project_out(viewer(cast.coordinator), make.coalition(cast), project)
    assert cast.spaces["coalition"].id not in viewer(cast.member).spaces
    assert not speaks(cast, cast.delegate)


def test_others_do_not_take_a_project_out(app, cast):
    with pytest.raises(Forbidden):
        actions.take_project_out(
            viewer(cast.delegate), make.coalition(cast), cast.projects["ceiba"].id
        )


def test_a_project_that_left_may_join_again(app, cast):
    project = cast.projects["ceiba"].id
    actions.take_project_out(viewer(cast.coordinator), make.coalition(cast), project)
    actions.admit_project(viewer(cast.facilitator), make.coalition(cast), "ceiba")
    assert cast.spaces["coalition"].id in viewer(cast.member).spaces


# --- the beginning, by command ------------------------------------------------------------------


def africa():
    region = Region(slug="africa", name="Africa")
    db.session.add(region)
    db.session.flush()
    a_project(db.session, region, slug="far-away", name="Far Away")
    db.session.commit()


def run(app, *words):
    return app.test_cli_runner().invoke(args=["coalition", *words])


def found(app, cast, **more):
    options = {
        "--name": "African coalition",
        "--timezone": "Africa/Nairobi",
        "--facilitator": str(cast.loose_facilitator.email),
        "--prefix": "AFR",
    } | more
    return run(app, "found", "africa", *(word for pair in options.items() for word in pair))


def test_a_coalition_is_founded_and_its_first_member_admitted_by_command(app, cast):
    africa()
    assert found(app, cast).exit_code == 0
    said = run(
        app, "admit", "africa", "far-away", "--confirmed-by", str(cast.loose_facilitator.email)
    )
    assert said.exit_code == 0
    assert [verb for verb in verbs() if verb.startswith("coalition")] == [
        "coalition.founded",
        "coalition.project_admitted",
    ]
    made = db.session.scalars(select(Coalition).where(Coalition.slug == "africa")).one()
    assert made.space_id in viewer(cast.loose_facilitator).spaces


@pytest.mark.parametrize(
    "wrong",
    [
        {"--facilitator": "staff@people.example"},
        {"--facilitator": "nobody@people.example"},
        {"--timezone": "Nowhere/City"},
        {"--prefix": "LAC"},
    ],
)
def test_what_does_not_fit_founds_nothing(app, cast, wrong):
    africa()
    said = found(app, cast, **wrong)
    assert said.exit_code == 1
    assert "Error" in said.output
    assert db.session.scalars(select(Coalition.slug)).all() == [cast.coalition.slug]


def test_a_region_has_one_coalition(app, cast):
    africa()
    assert found(app, cast).exit_code == 0
    assert found(app, cast, **{"--prefix": "XYZ"}).exit_code == 1


def test_the_command_says_on_whose_word_and_makes_nobody_speak(app, cast, sign_in):
    africa()
    found(app, cast)
    run(app, "admit", "africa", "far-away", "--confirmed-by", str(cast.loose_facilitator.email))
    admitted = select(Event).where(Event.verb == "coalition.project_admitted")
    assert db.session.scalars(admitted).one().actor_id is None
    told = sign_in(cast.loose_facilitator).get("/coalitions/africa").text
    assert f"on the word of {cast.loose_facilitator.name}" in told


def test_where_members_are_the_command_admits_nobody(app, cast):
    said = run(
        app,
        "admit",
        cast.coalition.slug,
        "monte-lejano",
        "--confirmed-by",
        str(cast.delegate.email),
    )
    assert said.exit_code == 1
    assert "Members are there" in said.output


# --- the page --------------------------------------------------------------------------------


def page(cast, client):
    return client.get(f"/coalitions/{cast.coalition.slug}").text


def test_delegates_are_named_only_inside_the_coalition(cast, sign_in, client):
    inside = page(cast, sign_in(cast.neighbour))
    assert f"/people/{cast.delegate.public_id}" in inside
    for other in (client, sign_in(cast.staff), sign_in(cast.outsider), sign_in(cast.operator)):
        outside = page(cast, other)
        assert "Proyecto Ceiba" in outside
        assert cast.delegate.public_id not in outside
        assert cast.facilitator.name not in outside


def test_the_rules_and_that_it_is_advice_are_told_to_everybody(cast, client):
    told = page(cast, client)
    assert "at least 21 days" in told
    assert "more than half of the seats" in told
    assert "is not bound by it" in told


def test_a_change_of_sides_is_told_to_the_coalition_and_nobody_else(app, cast, sign_in, client):
    somebody = person(db.session, "turncoat", Side.OBSERVER)
    operator = viewer(cast.operator).person
    standing.change_side(operator, somebody.id, Side.STAFF)
    db.session.commit()
    assert "Turncoat changed sides" in page(cast, sign_in(cast.member))
    for other in (client, sign_in(cast.outsider), sign_in(cast.staff)):
        assert "Turncoat" not in page(cast, other)


def test_who_comes_to_facilitate_is_told_to_the_coalition_with_who_invited_them(
    app, cast, sign_in, client
):
    for side, called in ((Side.FACILITATOR, "Newcomer"), (Side.EXPERT, "Passerby")):
        made = accounts.invite(
            viewer(cast.operator), email=f"{called.lower()}@people.example", side=side
        )
        accounts.join(
            made.url.rsplit("/", 1)[1],
            name=called,
            locale="en",
            timezone="UTC",
            password_hash="-",
            terms_version="1",
        )
    db.session.commit()
    told = page(cast, sign_in(cast.member))
    assert "Newcomer joined this forum, to facilitate." in told
    assert f"invited by {cast.operator.name}" in told
    assert "Passerby" not in told
    for other in (client, sign_in(cast.outsider), sign_in(cast.staff)):
        assert "Newcomer" not in page(cast, other)


def test_a_delegate_is_named_by_the_form(cast, sign_in):
    url = f"/coalitions/{cast.coalition.slug}/delegates"
    coordinator = sign_in(cast.coordinator)
    assert "Its delegate is Delegate" in coordinator.get(f"{url}?project=ceiba").text
    answer = coordinator.send(url, project="ceiba", role="delegate", person=cast.member.public_id)
    assert answer.status_code == 303
    assert speaks(cast, cast.member)
    assert db.session.get(Person, cast.member.id)


def test_a_member_is_confirmed_by_the_form(cast, sign_in):
    url = f"/coalitions/{cast.coalition.slug}/members"
    assert "Monte Lejano" in sign_in(cast.delegate).get(url).text
    assert sign_in(cast.delegate).send(url, project="monte-lejano").status_code == 303
    assert "Monte Lejano" in page(cast, sign_in(cast.member))
    assert db.session.scalars(select(Project).where(Project.slug == "monte-lejano")).one()


def test_a_delegate_invites_a_guest_to_a_thread_of_the_coalition(app, cast):
    from forum.discussions.policy import care as policy
    from tests.factories import discussions

    thread = discussions.thread(cast.member, space=cast.spaces["coalition"])
    assert policy.can_invite_guest(viewer(cast.delegate), thread)
    assert not policy.can_invite_guest(viewer(cast.member), thread)


def test_a_suspended_delegate_speaks_for_nobody_and_casts_nothing(app, cast, clock_at):
    clock_at("2026-05-01T12:00")
    proposal = vote.in_discussion(cast)
    vote.open_vote(cast, proposal)
    seen = vote.row(proposal, cast.delegate)
    db.session.get_one(Person, cast.delegate.id).suspended_at = clock.now()
    db.session.flush()
    assert not speaks(cast, cast.delegate)
    assert around_it(seen, viewer(cast.delegate)).mine == ()
    assert votes.vote_panel(seen, viewer(cast.delegate)).mine == ()
    assert vote_lists.waiting_for(viewer(cast.delegate)) == []


def test_whose_project_left_speaks_for_nobody_and_casts_nothing(app, cast, clock_at):
    clock_at("2026-05-01T12:00")
    proposal = vote.in_discussion(cast)
    vote.open_vote(cast, proposal)
    seen = vote.row(proposal, cast.delegate)
    db.session.scalars(
        select(CoalitionMembership).where(
            CoalitionMembership.project_id == cast.projects["ceiba"].id
        )
    ).one().left_at = clock.now()
    db.session.flush()
    assert not speaks(cast, cast.delegate)
    assert around_it(seen, viewer(cast.delegate)).mine == ()
    assert votes.vote_panel(seen, viewer(cast.delegate)).mine == ()


# --- that it is told -------------------------------------------------------------------------


def test_a_new_delegate_is_told_to_the_coalitions_voices_once(cast, letters):
    name(cast, cast.coordinator, cast.member)
    told = letters("office_changed")
    voices = {one.email for slug, one in cast.delegates.items() if slug != "ceiba"}
    wanted = voices | {cast.alternate.email, cast.member.email, cast.facilitator.email}
    assert sorted(one.to_address for one in told) == sorted(wanted)
    assert all(f"{cast.member.name} is now the delegate of" in one.text for one in told)
    assert "A vote is open" not in told[0].text
    assert cast.member.name not in told[0].subject


def test_a_vacant_seat_is_told_with_what_it_means(cast, letters):
    name(cast, cast.coordinator, None)
    told = letters("office_changed")
    assert cast.facilitator.email in {one.to_address for one in told}
    assert "it still counts in the quorum" in told[0].text


def test_who_takes_over_in_mid_vote_is_told_that_the_ballot_is_theirs(cast, letters):
    vote.open_vote(cast)
    name(cast, cast.coordinator, cast.member)
    mine = [one for one in letters("office_changed") if one.to_address == cast.member.email]
    assert len(mine) == 1
    assert "A vote is open" in mine[0].text


def test_nobody_outside_hears_of_it(cast, letters):
    name(cast, cast.coordinator, cast.member)
    told = {one.to_address for one in letters("office_changed")}
    for outside in (cast.staff, cast.operator, cast.observer, cast.expert, cast.loose_facilitator):
        assert outside.email not in told


def test_that_a_project_left_is_told_to_the_others_and_to_itself(cast, letters):
    encinos = cast.delegates["encinos"]
    actions.take_project_out(
        viewer(cast.facilitator), make.coalition(cast), cast.projects["encinos"].id
    )
    told = letters("membership_changed")
    voices = {one.email for slug, one in cast.delegates.items() if slug != "encinos"}
    assert voices | {cast.alternate.email, encinos.email} == {one.to_address for one in told}
    assert all("is no member of" in one.text for one in told)
    assert letters("office_changed") == [], "a seat that is gone is not told as vacant"


def test_that_a_project_joined_is_told_to_those_inside(cast, letters):
    slug = cast.projects[OUTSIDE].slug
    actions.admit_project(viewer(cast.delegate), make.coalition(cast), slug)
    told = {one.to_address for one in letters("membership_changed")}
    voices = {one.email for one in cast.delegates.values()} | {cast.alternate.email}
    assert told >= (voices | {cast.facilitator.email}) - {cast.delegate.email}
    assert cast.staff.email not in told
