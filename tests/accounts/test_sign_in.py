"""Signing in and out."""

from tests.browserless import path_of
from tests.people import PASSWORD


def test_the_right_password_signs_in_and_leads_on(client, cast):
    answer = client.send("/sign-in", name=cast.member.email, password=PASSWORD, next="/me")
    assert answer.status_code == 303
    assert path_of(answer) == "/me"
    page = client.get("/me")
    assert cast.member.name in page.text
