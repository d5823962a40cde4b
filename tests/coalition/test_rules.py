"""Rules as settings: bounded, recorded, told, and never applied to a vote that has begun."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from forum.activity.models import Event
from forum.coalition.actions.rules import change_rules
from forum.coalition.bounds import GROUPS, NAMES, NUMBERS, SHARES, Clash, clashes
from forum.coalition.models import Coalition, RulesChange, Vote
from forum.coalition.queries.answer_clock import clock_of
from forum.coalition.queries.members import coalition_or_404
from forum.coalition.rule_words import clash_sentence, rule_help, rule_name, rule_value
from forum.coalition.tally import Rules
from forum.db import db
from forum.lib.permission import Forbidden, Refused
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


def test_a_delegate_names_the_adopted_proposal_that_decided_it_once(cast):
    adopted, discussed = make.adopted(cast), make.discussed(cast)
    with pytest.raises(Refused):
        changed(cast, cast.delegate, replace(NOW, quorum="2/3"), decided_by=discussed.public_id)
    db.session.commit()
    rules = replace(NOW, quorum="2/3")
    change = changed(cast, cast.delegates["encinos"], rules, decided_by=adopted.public_id)
    assert change.proposal_id == adopted.id
    with pytest.raises(Refused, match="word before"):
        changed(cast, cast.delegate, replace(rules, majority="3/4"), decided_by=adopted.public_id)
    changed(cast, cast.facilitator, replace(rules, majority="3/4"), decided_by=adopted.public_id)


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
