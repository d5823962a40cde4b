"""The same form posted twice creates one thing."""

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import func, select

from forum.db import db
from forum.web import keys
from forum.web.models import SubmittedKey
from tests import people
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


def test_the_last_form_again_leads_where_it_led_though_it_comes_too_late(someone: Client) -> None:
    first = someone.send("/bench/once", name="shut")
    assert first.location == "/bench/topics/shut"
    again = someone.send("/bench/once", name="shut")
    assert (again.status_code, again.location) == (303, first.location)
    by_htmx = someone.send("/bench/once", name="shut", htmx=True)
    assert by_htmx.headers["HX-Redirect"] == first.location


def test_after_another_form_it_is_no_repeat(someone: Client) -> None:
    someone.send("/bench/once", name="left")
    someone.send("/bench/once", name="right")
    assert someone.send("/bench/once", name="left").status_code == 409
    assert someone.send("/bench/once", name="right").status_code == 303


def test_nobody_else_is_told_so(someone: Client, bench_app: Flask) -> None:
    someone.send("/bench/once", name="mine")
    other = people.load_cast(db.session).delegate
    assert bench_app.test_client().become(other).send("/bench/once", name="mine").status_code == 409


def test_an_hour_later_it_is_told_how_things_stand(
    someone: Client, clock_at: Callable[..., datetime]
) -> None:
    start = clock_at("2026-03-01T12:00")
    someone.send("/bench/once", name="long ago")
    clock_at(start + keys.AGAIN - timedelta(seconds=1))
    assert someone.send("/bench/once", name="long ago").status_code == 303
    clock_at(start + keys.AGAIN)
    assert someone.send("/bench/once", name="long ago").status_code == 409


def test_of_a_form_with_a_password_nothing_is_kept(someone: Client) -> None:
    sent = {"name": "secret", "new_password": "not even as a hash"}
    assert someone.send("/bench/once", sent).status_code == 303
    assert someone.send("/bench/once", sent).status_code == 409
