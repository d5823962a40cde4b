"""One place commits; refusals give back what was typed and store nothing."""

import pytest

from tests.browserless import Client
from tests.web.conftest import stored


def test_a_view_that_answers_is_committed(someone: Client) -> None:
    answer = someone.send("/bench/topics", name="kept")
    assert (answer.status_code, answer.location) == (303, "/bench/topics/kept")
    assert "kept" in stored()


@pytest.mark.parametrize(
    ("name", "status", "says"),
    [
        ("refused", 422, "name: Not this name."),
        ("late", 409, "form: It closed meanwhile."),
    ],
)
def test_a_refusal_gives_the_page_back_with_what_was_typed(
    someone: Client, name: str, status: int, says: str
) -> None:
    answer = someone.send("/bench/topics", name=name)
    assert answer.status_code == status
    assert says in answer.text
    assert f"name={name}" in answer.text
    assert name not in stored()


@pytest.mark.parametrize(("name", "status"), [("forbidden", 403), ("broken", 500)])
def test_an_error_rolls_back(someone: Client, name: str, status: int) -> None:
    assert someone.send("/bench/topics", name=name).status_code == status
    assert name not in stored()


def test_an_error_page_shows_what_was_typed_so_that_it_can_be_copied(someone: Client) -> None:
    answer = someone.send("/bench/topics", name="forbidden", body="a long careful text")
    assert "a long careful text" in answer.text


def test_looking_never_writes(visitor: Client) -> None:
    assert visitor.get("/bench/writes").status_code == 500
    assert "by-get" not in stored()


def test_a_stale_version_shows_both_texts_and_takes_the_next_press(someone: Client) -> None:
    answer = someone.send("/bench/rename", name="mine", version=6)
    assert answer.status_code == 409
    assert "name=mine" in answer.text
    assert "theirs" in answer.text
    assert "version=7" in answer.text
    assert someone.send("/bench/rename", name="mine", version=7).status_code == 303
