"""Rule 2: the proposer and enough other projects, of enough countries; told in words."""

import pytest

from forum.coalition import wording
from forum.coalition.backing import Lacking, cosponsors_needed, lacking
from forum.coalition.tally import Rules


@pytest.mark.parametrize(("members", "needed"), [(1, 1), (6, 1), (7, 1), (8, 2), (9, 2)])
def test_two_must_co_sponsor_and_one_under_eight_members(members, needed):
    assert cosponsors_needed(Rules(), members) == needed


def test_the_thresholds_are_settings():
    rules = Rules(cosponsors=3, few_members=5, cosponsors_when_few=2)
    assert [cosponsors_needed(rules, members) for members in (4, 5)] == [2, 3]


def test_a_small_coalition_never_asks_for_more_than_a_large_one():
    assert cosponsors_needed(Rules(cosponsors=0), 3) == 0


@pytest.mark.parametrize(
    ("members", "cosponsors", "projects", "abroad"),
    [
        (6, [], 1, 1),
        (6, ["GT"], 1, 1),  # enough projects, of one country
        (6, ["HN"], 0, 0),
        (8, [], 2, 1),
        (8, ["GT"], 1, 1),
        (8, ["HN"], 1, 0),
        (8, ["GT", "GT"], 1, 1),
        (8, ["GT", "HN"], 0, 0),
        (8, ["GT", "HN", "NI"], 0, 0),
    ],
)
def test_what_a_proposal_from_guatemala_still_needs(members, cosponsors, projects, abroad):
    assert lacking(Rules(), members, "GT", cosponsors) == Lacking(projects, abroad)


def test_nothing_is_needed_where_the_coalition_asks_for_no_co_sponsors():
    assert lacking(Rules(cosponsors=0), 9, "GT", []) == Lacking(0, 0)


@pytest.mark.parametrize(
    ("lacks", "words"),
    [
        (Lacking(0, 0), ""),
        (Lacking(1, 0), "Still needed: one project that co-sponsors it."),
        (Lacking(1, 1), "Still needed: one project from another country."),
        (Lacking(2, 2), "Still needed: 2 projects from other countries."),
        (Lacking(2, 1), "Still needed: 2 projects, one of them from another country."),
    ],
)
def test_what_is_missing_is_told_in_words(app, lacks, words):
    assert wording.still_needed(lacks) == words
