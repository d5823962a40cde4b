"""The same form posted twice creates one thing."""

from sqlalchemy import func, select

from forum.db import db
from forum.web.models import SubmittedKey
from tests.browserless import Client
from tests.web.conftest import regions


def test_the_same_key_and_content_lead_to_the_first_result(someone: Client) -> None:
    first = someone.send("/bench/regions", name="once", key="k1")
    again = someone.send("/bench/regions", name="once", key="k1")
    assert (first.status_code, first.location) == (again.status_code, again.location)
    assert db.session.scalar(select(func.count()).where(SubmittedKey.key == "k1")) == 1


def test_the_same_key_with_other_content_says_so_and_keeps_the_text(someone: Client) -> None:
    someone.send("/bench/regions", name="one", key="k2")
    other = someone.send("/bench/regions", name="two", key="k2")
    assert other.status_code == 409
    assert "/bench/regions/one" in other.text
    assert "name=two" in other.text
    assert "two" not in regions()


def test_a_refused_form_does_not_use_up_its_key(someone: Client) -> None:
    assert someone.send("/bench/regions", name="refused", key="k3").status_code == 422
    assert someone.send("/bench/regions", name="better", key="k3").status_code == 303


def test_a_repeat_by_htmx_is_sent_to_the_first_result(someone: Client) -> None:
    someone.send("/bench/regions", name="once-more", key="k4")
    again = someone.send("/bench/regions", name="once-more", key="k4", htmx=True)
    assert again.headers["HX-Redirect"] == "/bench/regions/once-more"


def test_a_form_without_a_key_is_refused(someone: Client) -> None:
    answer = someone.post("/bench/regions", data={"name": "keyless"})
    assert answer.status_code == 422
    assert "keyless" not in regions()
