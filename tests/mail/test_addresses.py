"""An address for an answer: one person's, for one thing, for a time; nobody else can make one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from forum.config import BadSetting, from_environment
from forum.lib import clock
from forum.mail.addresses import (
    LASTS,
    Item,
    What,
    is_ours,
    read_address,
    reply_address,
    return_path,
    without_ours,
)

pytestmark = pytest.mark.usefixtures("mail_comes_in")

POST = Item(What.POST, 4711)


def word_of(address: str) -> str:
    return address.partition("+")[2].partition("@")[0]


def test_an_address_says_whose_answer_to_what_it_is(app: Flask) -> None:
    address = reply_address(12, POST)
    assert address
    read = read_address(address)
    assert read
    assert (read.person_id, read.item, read.is_over) == (12, POST, False)
    assert len(address.partition("@")[0]) <= 64


def test_mail_systems_may_fold_its_case(app: Flask) -> None:
    address = reply_address(12, POST)
    assert address
    assert read_address(f"<{address.upper()}>") == read_address(address)


def test_an_address_ends(app: Flask, clock_at: Any) -> None:
    clock_at(datetime(2026, 5, 1, 12, tzinfo=UTC))
    read = read_address(reply_address(12, POST) or "")
    assert read
    clock_at(clock.now() + timedelta(days=LASTS[What.POST]))
    assert not read.is_over
    clock_at(clock.now() + timedelta(days=1))
    assert read.is_over


def test_no_letter_of_an_address_can_be_changed(app: Flask) -> None:
    address = reply_address(12, POST)
    assert address
    word = word_of(address)
    for place, letter in enumerate(word):
        for other in "abcdefghijklmnopqrstuvwxyz234567":
            if other != letter:
                forged = address.replace(word, word[:place] + other + word[place + 1 :])
                assert read_address(forged) is None


def test_it_tells_no_number_and_likeness_shows_nowhere(app: Flask) -> None:
    """Two persons' addresses for two neighbouring posts share no run of letters."""
    one, other = (
        word_of(reply_address(person, Item(What.POST, 4711 + person)) or "") for person in (1, 2)
    )
    same = [a == b for a, b in zip(one, other, strict=True)]
    assert sum(same) < len(one) / 2


def test_another_secret_makes_other_addresses(app: Flask) -> None:
    address = reply_address(12, POST)
    mine = app.extensions["settings"]
    app.extensions["settings"] = replace(mine, secret_key="another")
    assert read_address(address or "") is None


def test_without_a_domain_there_are_none(app: Flask) -> None:
    address = reply_address(12, POST)
    app.extensions["settings"] = replace(app.extensions["settings"], mail_domain="")
    assert reply_address(12, POST) is None
    assert read_address(address or "") is None
    assert return_path(7) == "intercambio@localhost"


def test_a_letters_way_back_is_no_way_to_answer(app: Flask) -> None:
    read = read_address(return_path(7))
    assert read
    assert (read.person_id, read.item) == (None, Item(What.LETTER, 7))


def test_no_text_passes_an_address_on(app: Flask) -> None:
    mine = reply_address(1, POST)
    assert mine is not None
    told = f"Escriba a {mine} o a <{mine.upper()}>, no a ana@ceiba.example."
    assert without_ours(told) == "Escriba a … o a <…>, no a ana@ceiba.example."


def test_the_forum_knows_its_own_addresses(app: Flask) -> None:
    assert is_ours(return_path(7))
    assert is_ours("Intercambio@LOCALHOST")
    assert is_ours("reply@in.forum.example")
    assert not is_ours("ana@people.example")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        "reply+@in.forum.example",
        "reply+abc@in.forum.example",
        "reply+====@in.forum.example",
        "reply+ñandú@in.forum.example",
        "reply+" + "a" * 5000 + "@in.forum.example",
        "other+abc@in.forum.example",
        "no-at-all",
        "reply+abc@elsewhere.example",
    ],
)
def test_what_is_no_address_of_ours_is_none(app: Flask, address: str) -> None:
    assert read_address(address) is None


def test_any_text_is_read_without_harm(app: Flask) -> None:
    @given(st.text(max_size=80))
    def reads(text: str) -> None:
        assert read_address(f"reply+{text}@in.forum.example") is None

    reads()


def test_a_prefix_that_leaves_no_room_is_refused() -> None:
    known = from_environment({"FORUM_TESTING": "1", "FORUM_MAIL_PREFIX": "Forum.LAC"})
    assert known.mail_prefix == "forum.lac"
    for wrong in ("a" * 21, "with space", "plus+plus", "at@at"):
        with pytest.raises(BadSetting):
            from_environment({"FORUM_TESTING": "1", "FORUM_MAIL_PREFIX": wrong})
