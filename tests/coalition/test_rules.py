"""Rules as settings: bounded, recorded, told, and never applied to a vote that has begun."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from forum.activity.models import Event
from forum.coalition.actions import members
from forum.coalition.actions.rules import change_rules, confirm_rules, withdraw_rules
from forum.coalition.bounds import GROUPS, NAMES, NUMBERS, SHARES, Clash, clashes
from forum.coalition.models import Coalition, Proposal, RulesChange, RulesWish, Vote
from forum.coalition.queries.answer_clock import clock_of
from forum.coalition.queries.members import coalition_or_404
from forum.coalition.rule_words import clash_sentence, rule_help, rule_name, rule_value
from forum.coalition.tally import Rules
from forum.db import db
from forum.lib.permission import Forbidden, Refused, WrongState
from forum.web.forms import Stale
from tests.factories import coalition as make
from tests.factories.coalition_votes import open_vote
from tests.people import viewer

pytestmark = pytest.mark.usefixtures("app")

NOW = Rules()


def changed(cast, person, rules, **more):
    coalition = coalition_or_404(cast.coalition.slug)
    version = more.pop("version", None) or db.session.get_one(Coalition, coalition.id).version
    words = {"why": "Lo pidió la asamblea.", "language": "es"} | more
    made = change_rules(viewer(person), coalition, rules, version=version, **words)
    db.session.commit()
    return made


def stored(cast):
    return Rules.of(db.session.get_one(Coalition, cast.coalition.id).rules)


def test_every_rule_has_its_place_bounds_and_words():
    assert set(NAMES) == set(NOW.as_json()) == set(NUMBERS) | set(SHARES)
    assert len(NAMES) == len(set(NAMES))
    assert set(GROUPS) == {"discussion", "vote", "answer"}
    for name in NAMES:
        assert rule_name(name)
        assert rule_help(name)
        assert rule_value(name, getattr(NOW, name))


def test_the_rules_of_the_domain_are_within_their_own_bounds():
    everything_else = Rules(**dict.fromkeys(NAMES, 0))
    found = clashes(everything_else, NOW, countries=6, members=6)
    assert found == []


@pytest.mark.parametrize("name", sorted(NUMBERS))
def test_a_number_is_refused_just_outside_its_bounds(name):
    bounds = NUMBERS[name]
    for value, out in (
        (bounds.least - 1, True),
        (bounds.least, False),
        (bounds.most, False),
        (bounds.most + 1, True),
    ):
        new = replace(NOW, **{name: value})
        found = clashes(NOW, new, countries=99, members=99)
        assert ((name, Clash.OUT_OF_BOUNDS) in found) is out, value


@pytest.mark.parametrize(
    ("new", "field", "clash"),
    [
        ({"minimum_countries": 7}, "minimum_countries", Clash.COUNTRIES),
        ({"cosponsor_countries": 7}, "cosponsor_countries", Clash.COUNTRIES),
        ({"cosponsors": 7, "cosponsors_when_few": 6}, "cosponsors_when_few", Clash.MEMBERS),
        ({"second_call_quorum": "1/2", "quorum": "1/3"}, "second_call_quorum", Clash.SECOND_QUORUM),
        ({"voting_days": 30, "longest_voting_days": 29}, "longest_voting_days", Clash.VOTING),
        (
            {"acknowledgement_days": 60, "tac_days": 59},
            "acknowledgement_days",
            Clash.ACKNOWLEDGEMENT,
        ),
    ],
)  # fmt: skip
def test_rules_that_contradict_what_there_is_are_refused(new, field, clash):
    assert (field, clash) in clashes(NOW, replace(NOW, **new), countries=6, members=6)
    assert clash_sentence(field, clash, countries=6, members=6)


@pytest.mark.parametrize("countries", [5, 6])
def test_a_minimum_of_as_many_countries_as_are_seated_is_taken(countries):
    new = replace(NOW, minimum_countries=countries)
    assert clashes(NOW, new, countries=6, members=6) == []


@pytest.mark.both_databases
def test_whoever_facilitates_changes_rules_and_it_is_recorded(cast, letters):
    change = changed(cast, cast.facilitator, replace(NOW, quorum="2/3", voting_days=21))
    assert stored(cast) == replace(NOW, quorum="2/3", voting_days=21)
    assert change.before == {"quorum": "1/2", "voting_days": 14}
    assert change.after == {"quorum": "2/3", "voting_days": 21}
    assert (change.person_id, change.proposal_id) == (cast.facilitator.id, None)
    event = db.session.scalars(select(Event).where(Event.verb == "rules.changed")).one()
    assert event.space_id == cast.spaces["coalition"].id
    assert "asamblea" not in str(event.particulars)
    told = {one.to_address for one in letters("rules_changed")}
    assert {one.email for one in cast.delegates.values()} | {cast.alternate.email} == told


def test_nobody_else_changes_them_without_an_adopted_proposal(cast):
    for person in (cast.member, cast.loose_facilitator, cast.staff, cast.outsider, cast.operator):
        with pytest.raises(Forbidden):
            changed(cast, person, replace(NOW, quorum="2/3"))
    with pytest.raises(Refused) as refused:
        changed(cast, cast.delegate, replace(NOW, quorum="2/3"))
    assert refused.value.field == "decided_by"
    assert stored(cast) == NOW


def confirmed(cast, person, wish):
    made = confirm_rules(viewer(person), coalition_or_404(cast.coalition.slug), wish.public_id)
    db.session.commit()
    return made


def withdrawn(cast, person, wish):
    return withdraw_rules(viewer(person), coalition_or_404(cast.coalition.slug), wish.public_id)


@pytest.fixture
def wish(cast):
    """Los Encinos asks for another quorum, by what was adopted."""
    rules, adopted = replace(NOW, quorum="2/3"), make.adopted(cast)
    return changed(cast, cast.delegates["encinos"], rules, decided_by=adopted.public_id)


@pytest.mark.both_databases
def test_what_a_delegate_asks_for_holds_when_another_project_confirms_it(cast, letters, wish):
    assert stored(cast) == NOW
    told = {one.to_address for one in letters("rules_asked")}
    voices = {one.email for one in cast.delegates.values()} | {cast.alternate.email}
    asker = cast.delegates["encinos"]
    assert told == (voices | {cast.facilitator.email}) - {asker.email}
    change = confirmed(cast, cast.delegate, wish)
    assert stored(cast) == replace(NOW, quorum="2/3")
    assert (change.person_id, change.proposal_id) == (asker.id, wish.proposal_id)
    assert (wish.confirmed_by_id, wish.change_id) == (cast.delegate.id, change.id)
    with pytest.raises(WrongState):
        confirmed(cast, cast.facilitator, wish)


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "who", ["asker", "coordinator", "member", "staff", "operator", "outsider", "loose_facilitator"]
)
def test_nobody_else_confirms_it(cast, wish, who):
    person = cast.delegates["encinos"] if who == "asker" else getattr(cast, who)
    with pytest.raises(Forbidden):
        confirmed(cast, person, wish)
    db.session.rollback()
    assert stored(cast) == NOW


def test_an_alternate_of_the_same_project_is_no_second_word(cast, wish):
    project = cast.projects["encinos"]
    members.name_delegate(
        viewer(cast.facilitator),
        coalition_or_404(cast.coalition.slug),
        project.id,
        person=cast.neighbour.public_id,
        alternate=True,
    )
    with pytest.raises(Forbidden):
        confirmed(cast, cast.neighbour, wish)


def test_whoever_facilitates_confirms_it_too(cast, wish):
    confirmed(cast, cast.facilitator, wish)
    assert stored(cast).quorum == "2/3"


def test_a_proposal_serves_for_one_change_and_only_what_was_adopted_does(cast, wish):
    discussed, submitted = make.discussed(cast), make.submitted(cast)
    used = db.session.get_one(Proposal, wish.proposal_id).public_id
    confirmed(cast, cast.delegate, wish)
    other = replace(NOW, quorum="2/3", majority="3/4")
    for proposal in (discussed, submitted):
        with pytest.raises(Refused, match="adopted for itself"):
            changed(cast, cast.delegate, other, decided_by=proposal.public_id)
        db.session.rollback()
    with pytest.raises(Refused, match="word before"):
        changed(cast, cast.delegate, other, decided_by=used)
    db.session.rollback()
    changed(cast, cast.facilitator, other, decided_by=used)


def test_one_change_waits_at_a_time_until_it_is_withdrawn(cast, wish):
    another = make.adopted(cast).public_id
    db.session.commit()
    asked = replace(NOW, majority="3/4")
    with pytest.raises(Refused, match="Another change waits"):
        changed(cast, cast.delegate, asked, decided_by=another)
    db.session.rollback()
    with pytest.raises(Forbidden):
        withdrawn(cast, cast.delegate, wish)
    db.session.rollback()
    withdrawn(cast, cast.delegates["encinos"], wish)
    assert isinstance(changed(cast, cast.delegate, asked, decided_by=another), RulesWish)
    assert stored(cast) == NOW


def test_what_was_asked_on_other_rules_is_asked_anew(cast, wish):
    changed(cast, cast.facilitator, replace(NOW, voting_days=21))
    with pytest.raises(WrongState, match="anew"):
        confirmed(cast, cast.delegate, wish)
    db.session.rollback()
    again = changed(
        cast,
        cast.delegates["encinos"],
        replace(NOW, voting_days=21, quorum="2/3"),
        decided_by=db.session.get_one(Proposal, wish.proposal_id).public_id,
    )
    confirmed(cast, cast.delegate, again)
    assert stored(cast) == replace(NOW, voting_days=21, quorum="2/3")


@pytest.mark.both_databases
def test_of_two_who_confirm_at_once_one_does(cast, wish, race):
    people = (cast.delegate, cast.delegates["yerba-alta"])

    def act(i):
        confirmed(cast, people[i], wish)
        return "done"

    results = race(2, act)
    assert sorted(type(one).__name__ for one in results) == ["WrongState", "str"]
    assert db.session.query(RulesChange).count() == 1


def test_the_second_word_is_said_on_the_page(cast, wish, sign_in):
    address = f"/coalitions/{cast.coalition.slug}/rules"
    mine = sign_in(cast.delegates["encinos"]).get(address).text
    assert "A change waits for a second word" in mine
    assert "This is what was decided" not in mine
    assert "Withdraw the change" in mine
    other = sign_in(cast.delegate)
    assert "This is what was decided" in other.get(address).text
    assert other.send(f"{address}/wish/confirmation", wish="").status_code == 422
    assert other.send(f"{address}/wish/confirmation", wish=wish.public_id).status_code == 303
    page = other.get(address).text
    assert "A change waits" not in page
    assert f"confirmed by {cast.delegate.name}" in page
    assert stored(cast).quorum == "2/3"


def test_a_vote_that_has_begun_keeps_its_rules(cast):
    vote = open_vote(cast)
    changed(cast, cast.facilitator, replace(NOW, majority="4/5"))
    kept = db.session.get_one(Vote, vote.id).rules
    assert Rules.of(kept) == NOW
    assert Rules.of(open_vote(cast).rules).majority == "4/5"


def test_what_changes_nothing_or_is_not_explained_is_refused(cast):
    with pytest.raises(Refused, match="nothing would change"):
        changed(cast, cast.facilitator, NOW)
    with pytest.raises(Refused) as refused:
        changed(cast, cast.facilitator, replace(NOW, quorum="2/3"), why="")
    assert refused.value.field == "why"
    assert db.session.query(RulesChange).count() == 0


@pytest.mark.both_databases
def test_of_two_who_change_at_once_the_second_is_told(cast, race):
    people = (cast.facilitator, cast.facilitator)
    wanted = (replace(NOW, quorum="2/3"), replace(NOW, majority="3/4"))

    def act(i):
        changed(cast, people[i], wanted[i], version=1)
        return "done"

    results = race(2, act)
    assert sorted(type(one).__name__ for one in results) == ["Stale", "str"]
    late = next(one for one in results if isinstance(one, Stale))
    assert late.version == 2
    assert db.session.query(RulesChange).count() == 1


def form(cast, **more):
    return {name: str(value) for name, value in NOW.as_json().items()} | {
        "version": "1",
        "why": "Lo pidió la asamblea.",
        "language": "es",
        **more,
    }


def test_rules_are_changed_on_pages_and_their_history_is_read_there(cast, sign_in):
    client, address = sign_in(cast.facilitator), f"/coalitions/{cast.coalition.slug}/rules"
    assert f"{address}/change" in client.get(address).text
    assert "Quorum of a second call" in client.get(f"{address}/change").text
    assert client.send(address, form(cast, voting_days="21")).status_code == 303
    page = sign_in(cast.member).get(address).text
    assert "14 days before, now 21 days" in page
    assert "Lo pidió la asamblea." in page
    assert address in sign_in(cast.member).get(f"/coalitions/{cast.coalition.slug}").text


@pytest.mark.parametrize("value", ["", "drei", "2", "91", "99999999999", "-3", "1e9", "٣"])
def test_a_number_out_of_bounds_comes_back_with_them(cast, sign_in, value):
    client, address = sign_in(cast.facilitator), f"/coalitions/{cast.coalition.slug}/rules"
    refused = client.send(address, form(cast, voting_days=value))
    assert refused.status_code == 422
    assert "From 3 to 90." in refused.text
    assert stored(cast) == NOW


def test_who_comes_second_sees_both(cast, sign_in):
    client, address = sign_in(cast.facilitator), f"/coalitions/{cast.coalition.slug}/rules"
    client.send(address, form(cast, voting_days="21"))
    late = client.send(address, form(cast, voting_days="28"))
    assert late.status_code == 409
    assert "21 days" in late.text
    assert "28 days" in late.text
    again = client.send(address, form(cast, voting_days="28", version="2"))
    assert again.status_code == 303
    assert stored(cast).voting_days == 28


def test_the_certifiers_extension_is_bounded_by_the_rule_of_the_vote(cast):
    submitted = make.submitted(cast)
    latest = clock_of(submitted, replace(NOW, longest_extension_days=30), "America/Guatemala")
    assert (latest.latest_extension - latest.due_on).days == 30
