"""The count: pure, exact, the same in any order, and right at every threshold."""

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.coalition.tally import (
    Choice,
    Deciding,
    GivesAway,
    Rules,
    SeatBallot,
    VoteOutcome,
    gives_away,
    quorum_needed,
    tally,
)

COUNTRIES = ["GT", "MX", "EC", "NI", "HN", "BO"]

choices = st.one_of(st.none(), st.sampled_from(Choice))
seats = st.lists(
    st.builds(SeatBallot, country=st.sampled_from(COUNTRIES), choice=choices),
    min_size=1,
    max_size=40,
)
fractions = st.sampled_from(["1/3", "1/2", "3/5", "2/3", "3/4"])
rules = st.builds(Rules, quorum=fractions, majority=fractions, minimum_countries=st.integers(1, 4))


def voted(said: str, countries: str = "GT MX EC NI HN BO") -> list[SeatBallot]:
    """Seats from a word: a agree, - abstain, d disagree, b block, . not voted."""
    letters = {
        "a": Choice.AGREE,
        "-": Choice.ABSTAIN,
        "d": Choice.DISAGREE,
        "b": Choice.BLOCK,
        ".": None,
    }
    places = countries.split()
    return [SeatBallot(places[i % len(places)], letters[c]) for i, c in enumerate(said)]


@given(rules, seats)
def test_every_seat_is_counted_once(rules, seats):
    count = tally(rules, seats)
    assert count.agree + count.abstain + count.disagree + count.block == count.cast
    assert count.cast + count.not_voted == count.seats == len(seats)
    assert 0 <= count.countries <= min(count.agree, len(COUNTRIES))


@given(rules, seats, st.randoms())
def test_the_order_of_the_seats_does_not_matter(rules, seats, random):
    shuffled = list(seats)
    random.shuffle(shuffled)
    assert tally(rules, shuffled) == tally(rules, seats)


@given(rules, seats, st.data())
def test_changing_a_ballot_moves_one_seat_and_leaves_the_others_counted_as_they_were(
    rules, seats, data
):
    which = data.draw(st.integers(0, len(seats) - 1))
    new = data.draw(st.sampled_from(Choice))
    changed = [*seats]
    changed[which] = SeatBallot(seats[which].country, new)
    before, after = tally(rules, seats), tally(rules, changed)
    moved = Counter({c: getattr(after, c.value) - getattr(before, c.value) for c in Choice})
    expected = Counter({new: 1})
    if seats[which].choice is not None:
        expected[seats[which].choice] -= 1
    assert {c: n for c, n in moved.items() if n} == {c: n for c, n in expected.items() if n}
    assert (after.seats, after.quorum_needed) == (before.seats, before.quorum_needed)


@given(rules, seats)
def test_the_outcome_is_what_the_rules_say(rules, seats):
    count = tally(rules, seats)
    enough = Fraction(count.cast, count.seats) > Fraction(rules.quorum)
    sides = count.agree + count.disagree + count.block
    carried = (
        count.agree > 0
        and Fraction(count.agree) >= Fraction(rules.majority) * sides
        and count.countries >= rules.minimum_countries
    )
    expected = (
        VoteOutcome.NO_QUORUM
        if not enough
        else VoteOutcome.ADOPTED
        if carried
        else VoteOutcome.NOT_ADOPTED
    )
    assert count.outcome is expected
    assert (count.deciding is Deciding.CARRIED) == (expected is VoteOutcome.ADOPTED)
    assert (count.deciding is Deciding.QUORUM) == (expected is VoteOutcome.NO_QUORUM)


@given(rules, seats)
def test_a_block_counts_as_a_disagree(rules, seats):
    softer = [
        SeatBallot(s.country, Choice.DISAGREE if s.choice is Choice.BLOCK else s.choice)
        for s in seats
    ]
    hard, soft = tally(rules, seats), tally(rules, softer)
    assert (hard.outcome, hard.deciding) == (soft.outcome, soft.deciding)


@given(rules, seats, st.data())
def test_one_more_who_agrees_never_turns_an_adopted_proposal_down(rules, seats, data):
    silent = [i for i, seat in enumerate(seats) if seat.choice is None]
    if not silent:
        return
    which = data.draw(st.sampled_from(silent))
    changed = [*seats]
    changed[which] = SeatBallot(seats[which].country, Choice.AGREE)
    if tally(rules, seats).outcome is VoteOutcome.ADOPTED:
        assert tally(rules, changed).outcome is VoteOutcome.ADOPTED


@pytest.mark.parametrize(
    ("seats", "needed"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (6, 4), (7, 4), (8, 5), (100, 51)]
)
def test_the_quorum_is_more_than_half_of_the_seats(seats, needed):
    assert quorum_needed(Rules(), seats) == needed


@pytest.mark.parametrize(
    ("said", "outcome", "deciding"),
    [
        ("aaa...", VoteOutcome.NO_QUORUM, Deciding.QUORUM),  # n - 1
        ("aaaa..", VoteOutcome.ADOPTED, Deciding.CARRIED),  # n
        ("aaaaa.", VoteOutcome.ADOPTED, Deciding.CARRIED),  # n + 1
        ("aaa....", VoteOutcome.NO_QUORUM, Deciding.QUORUM),
        ("aaaa...", VoteOutcome.ADOPTED, Deciding.CARRIED),
        ("aa--..", VoteOutcome.ADOPTED, Deciding.CARRIED),  # who abstains has voted
        ("aa-b..", VoteOutcome.ADOPTED, Deciding.CARRIED),  # so has who objects
    ],
)
def test_quorum_at_its_threshold(said, outcome, deciding):
    count = tally(Rules(), voted(said))
    assert (count.outcome, count.deciding) == (outcome, deciding)


@pytest.mark.parametrize(
    ("said", "outcome", "deciding"),
    [
        ("aaaddd", VoteOutcome.NOT_ADOPTED, Deciding.MAJORITY),  # 3 of 6: n - 1
        ("aaaadd", VoteOutcome.ADOPTED, Deciding.CARRIED),  # 4 of 6, just two thirds: n
        ("aaaaad", VoteOutcome.ADOPTED, Deciding.CARRIED),  # n + 1
        ("aaaadb", VoteOutcome.ADOPTED, Deciding.CARRIED),
        ("aaadb.", VoteOutcome.NOT_ADOPTED, Deciding.MAJORITY),
        ("aad---", VoteOutcome.ADOPTED, Deciding.CARRIED),  # abstaining weighs on neither side
        ("ad----", VoteOutcome.NOT_ADOPTED, Deciding.MAJORITY),
    ],
)
def test_two_thirds_at_their_threshold(said, outcome, deciding):
    count = tally(Rules(), voted(said))
    assert (count.outcome, count.deciding) == (outcome, deciding)


@pytest.mark.parametrize(
    ("countries", "outcome"),
    [
        ("GT GT GT GT MX MX", VoteOutcome.NOT_ADOPTED),  # those who agreed are of one: n - 1
        ("GT MX GT GT GT GT", VoteOutcome.ADOPTED),  # n
        ("GT MX EC GT GT GT", VoteOutcome.ADOPTED),  # n + 1
    ],
)
def test_two_countries_at_their_threshold(countries, outcome):
    count = tally(Rules(), voted("aaaa--", countries))
    assert count.outcome is outcome
    assert (count.deciding is Deciding.COUNTRIES) == (outcome is VoteOutcome.NOT_ADOPTED)


@pytest.mark.parametrize("said", ["------", "----..", "dddd..", "bbbb.."])
def test_where_nobody_agrees_nothing_is_adopted(said):
    count = tally(Rules(), voted(said))
    assert (count.outcome, count.deciding) == (VoteOutcome.NOT_ADOPTED, Deciding.NOBODY_AGREED)


def test_a_vacant_seat_stays_in_the_denominator():
    assert tally(Rules(), voted("aaa...")).outcome is VoteOutcome.NO_QUORUM
    assert tally(Rules(), voted("aaa..")).outcome is VoteOutcome.ADOPTED


def test_rules_survive_being_stored():
    assert Rules.of(Rules(quorum="3/5").as_json()) == Rules(quorum="3/5")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("......", None),
        ("aaaaaa", GivesAway.EVERYBODY),
        ("aaaa..", GivesAway.ALL_WHO_VOTED),
        ("----..", GivesAway.ALL_WHO_VOTED),
        ("aaad..", GivesAway.FEW_SEATS),
        ("aad", GivesAway.FEW_SEATS),
        ("aaaaadd.", GivesAway.FEW_SEATS),
        ("aaaaaddd.", None),
    ],
)
def test_totals_that_give_votes_away_are_known(said, why):
    assert gives_away(tally(Rules(), voted(said))) is why


@pytest.mark.parametrize(
    ("said", "named", "why"),
    [
        ("aaaaaaaab", 0, None),
        ("aaaaaaaab", 1, GivesAway.ALL_OTHERS),
        ("aaaaaaabb", 1, None),  # who the other one is nobody knows
        ("aaaaaaabb", 2, GivesAway.ALL_OTHERS),
        ("aaaaaab..", 1, GivesAway.ALL_OTHERS),
        ("aaaaaaadb", 1, None),
        ("bbbbbbbbb", 1, GivesAway.ALL_OTHERS),
        ("aaaab.", 1, GivesAway.ALL_OTHERS),  # few seats, and worse
    ],
)
def test_who_is_named_with_an_objection_may_give_the_others_away(said, named, why):
    assert gives_away(tally(Rules(), voted(said)), named) is why


@given(seats, st.data())
def test_what_can_be_derived_from_totals_is_warned_of(seats, data):
    """Whoever knows the totals, who voted and who is named knows nobody else's choice, or is told.

    A seat is known when every way of giving out the totals among the others gives it the same.
    """
    blocks = [i for i, seat in enumerate(seats) if seat.choice is Choice.BLOCK]
    named = set(data.draw(st.lists(st.sampled_from(blocks), unique=True)) if blocks else [])
    others = [seat.choice for i, seat in enumerate(seats) if seat.choice and i not in named]
    is_known = bool(others) and len(set(others)) == 1
    if is_known:
        assert gives_away(tally(Rules(), seats), len(named))
