"""Readable addresses."""

import pytest

from forum.lib.slugs import free_slug


@pytest.mark.parametrize(
    ("taken", "free"),
    [
        ([], "ceiba"),
        (["ceibal"], "ceiba"),
        (["ceiba"], "ceiba-2"),
        (["ceiba", "ceiba-2", "ceiba-4"], "ceiba-3"),
    ],
)
def test_a_slug_gets_a_number_only_when_it_is_taken(taken, free):
    assert free_slug("ceiba", taken) == free


def test_an_address_of_ours_is_nobodys():
    assert free_slug("new", []) == "new-2"


def test_a_long_slug_stays_short_with_its_number():
    assert free_slug("a" * 60, ["a" * 60]) == "a" * 56 + "-2"
