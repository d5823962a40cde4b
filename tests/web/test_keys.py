"""The same form posted twice creates one thing."""

from sqlalchemy import func, select

from forum.db import db
from forum.web.models import SubmittedKey
from tests.browserless import Client
from tests.web.conftest import stored


def test_the_same_key_and_content_lead_to_the_first_result(someone: Client) -> None:
    first = someone.send("/bench/topics", name="once", key="k1")
    again = someone.send("/bench/topics", name="once", key="k1")
    assert (first.status_code, first.location) == (again.status_code, again.location)
    assert db.session.scalar(select(func.count()).where(SubmittedKey.key == "k1")) == 1


def test_line_ends_are_not_content(someone: Client) -> None:
    first = someone.send("/bench/topics", name="lines", body="a\r\nb", key="k0")
    again = someone.send("/bench/topics", name="lines", body="a\nb", key="k0")
    assert first.location == again.location


def test_the_same_key_with_other_content_says_so_and_keeps_the_text(someone: Client) -> None:
    someone.send("/bench/topics", name="one", key="k2")
    other = someone.send("/bench/topics", name="two", key="k2")
    assert other.status_code == 409
    assert "/bench/topics/one" in other.text
    assert "name=two" in other.text
    assert "two" not in stored()


def test_a_refused_form_does_not_use_up_its_key(someone: Client) -> None:
    assert someone.send("/bench/topics", name="refused", key="k3").status_code == 422
    assert someone.send("/bench/topics", name="better", key="k3").status_code == 303


def test_a_repeat_by_htmx_is_sent_to_the_first_result(someone: Client) -> None:
    someone.send("/bench/topics", name="once-more", key="k4")
    again = someone.send("/bench/topics", name="once-more", key="k4", htmx=True)
    assert again.headers["HX-Redirect"] == "/bench/topics/once-more"


def test_an_empty_key_is_refused_with_the_text_kept(someone: Client) -> None:
    answer = someone.send("/bench/topics", name="emptied", key="")
    assert answer.status_code == 422
    assert "name=emptied" in answer.text
    assert "emptied" not in stored()


def test_a_form_without_a_key_counts_as_a_new_one(someone: Client) -> None:
    answer = someone.post("/bench/topics", data={"name": "keyless"})
    assert answer.status_code == 303
    assert "keyless" in stored()
