"""Who may enter, and what the others are answered."""

import pytest

from tests.browserless import Client


def test_a_thing_for_people_signed_in_does_not_exist_for_others(visitor: Client) -> None:
    assert visitor.get("/bench/things/one").status_code == 404


@pytest.mark.parametrize("path", ["/nowhere", "/bench/things/one", "/threads/nonesuch99"])
def test_not_found_leads_a_visitor_to_sign_in_and_back(visitor: Client, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 404
    assert f"/sign-in?next={path}" in answer.text


def test_a_wrong_method_answers_as_what_does_not_exist(someone: Client) -> None:
    assert someone.get("/bench/rename").status_code == 404
